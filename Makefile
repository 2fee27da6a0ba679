# Everything a person types here. `make` alone lists the targets; each does only what has changed since the last time.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PATH := $(PATH):$(HOME)/.cargo/bin

PYTHON ?= python3
BIN := $(CURDIR)/.venv/bin
VENV := .venv/pyvenv.cfg
S := .stamps
SAY := @printf '\033[1m→ %s\033[0m\n'

HAVE_CARGO := $(shell command -v cargo 2>/dev/null)
HAVE_CC := $(shell command -v cc 2>/dev/null)
HAVE_NPM := $(shell command -v npm 2>/dev/null)
HAVE_NODE := $(shell node -e 'const [a, b] = process.versions.node.split(".").map(Number); if (a > 20 || (a === 20 && b >= 19)) console.log("yes")' 2>/dev/null)

ifneq ($(and $(HAVE_CARGO),$(HAVE_CC)),)
KERNEL := $(S)/kernel
else
KERNEL := no-kernel
endif
ifneq ($(and $(HAVE_NPM),$(HAVE_NODE)),)
WEB := $(S)/web
else
WEB := no-web
endif

KERNEL_SOURCES := $(shell find kernel -path kernel/target -prune -o -type f \( -name '*.rs' -o -name '*.toml' -o -name '*.lock' -o -name '*.pyi' \) -print)
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print)
PYTHON_SOURCES := src tests benchmarks

.PHONY: help run install test check format bench screenshots kernel web lock clean simulate mutation no-kernel no-web

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1mmake %-12s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: install ## Install what is missing and start the market on http://127.0.0.1:8080 (more options: ARGS="--rate 500")
	@exec $(BIN)/cambist up $(ARGS)

install: $(S)/package $(KERNEL) $(WEB) ## Install into .venv: libraries, the package, the Rust kernel, the page
	$(SAY) 'Cambist is installed: .venv/bin/cambist'

test: install $(S)/dev ## Run every test: Python, Rust, page (one folder: PYTEST_ARGS="tests/unit")
	$(SAY) 'Python tests'
	@$(BIN)/python -m pytest $(PYTEST_ARGS)
ifneq ($(KERNEL),no-kernel)
	$(SAY) 'Rust tests'
	@cd kernel && cargo test --locked --quiet
endif
ifneq ($(WEB),no-web)
	$(SAY) 'Page tests'
	@cd web && npm test --silent
endif

check: install $(S)/dev ## Formatting, lint, types and import contracts, then every test: what CI runs
	$(SAY) 'Formatting and lint'
	@$(BIN)/ruff format --check $(PYTHON_SOURCES)
	@$(BIN)/ruff check $(PYTHON_SOURCES)
	$(SAY) 'Types'
	@$(BIN)/mypy
	$(SAY) 'Import contracts'
	@$(BIN)/lint-imports --no-cache
ifneq ($(KERNEL),no-kernel)
	$(SAY) 'Rust formatting and lint'
	@cd kernel && cargo fmt --all --check
	@cd kernel && cargo clippy --locked --quiet --all-targets -- -D warnings
endif
ifneq ($(WEB),no-web)
	$(SAY) 'Page formatting and types'
	@cd web && npm run --silent check
endif
	@$(MAKE) test

simulate: $(S)/package $(KERNEL) ## Run the engine on a failing disk: 200 seeds, or one (SEED=17)
	@$(BIN)/python -m cambist.testing.simulation $(SEED)

mutation: $(S)/package ## Change the reference kernel at random and list what no scenario notices (ONE_IN=20)
	@$(BIN)/python -m cambist.testing.mutation tests $(or $(ONE_IN),20) $(or $(SEED),0)

format: $(S)/dev $(WEB) ## Format and mend what can be mended by machine
	@$(BIN)/ruff format $(PYTHON_SOURCES)
	@$(BIN)/ruff check --fix $(PYTHON_SOURCES)
ifneq ($(KERNEL),no-kernel)
	@cd kernel && cargo fmt --all
endif
ifneq ($(WEB),no-web)
	@cd web && npm run --silent format
endif

bench: install $(S)/dev ## Run every benchmark, write benchmarks/results, the table in README and docs/figures.md
	@for question in $$(grep -l '__main__' benchmarks/*.py | grep -vE '/(harness|figures)\.py$$'); do \
	  printf '\033[1m→ %s\033[0m\n' "$$question"; $(BIN)/python "$$question"; done
	@$(BIN)/python benchmarks/figures.py

screenshots: install $(S)/dev ## Take the pictures in docs/images anew, from a running market
	@$(BIN)/python tests/e2e/screenshots.py

kernel: $(KERNEL) ## Build the Rust kernel into .venv (release)

web: $(WEB) ## Build the page into the package

lock: $(VENV) ## Resolve and pin the Python libraries anew (needs uv and a network)
	@command -v uv >/dev/null || { echo 'uv was not found. Install it (pip install uv) and run make lock again.' >&2; exit 1; }
	@resolve='uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet'; \
	$$resolve pyproject.toml -o requirements/runtime.txt; \
	$$resolve pyproject.toml --group dev --group build -c requirements/runtime.txt -o requirements/dev.txt; \
	$$resolve --group build -c requirements/dev.txt -o requirements/build.txt

clean: ## Remove everything that was built or installed here (data stays)
	rm -rf .venv $(S) kernel/target web/node_modules web/dist src/cambist/presentation/web/static
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- What the targets above are made of --------------------------------------------------------------------------

$(VENV):
	@command -v $(PYTHON) >/dev/null || { echo 'python3 was not found. Install Python 3.11 or newer (Debian, Ubuntu: apt install python3 python3-venv).' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: Cambist needs Python 3.11 or newer. Install one and run make PYTHON=python3.12 (or its name)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo 'This Python cannot make virtual environments. Install the package that does (Debian, Ubuntu: apt install python3-venv).' >&2; exit 1; }
	$(SAY) 'Making .venv'
	@$(PYTHON) -m venv .venv
	@touch $@

$(S)/libraries: $(VENV) requirements/runtime.txt requirements/build.txt
	$(SAY) 'Installing the pinned libraries'
	@$(BIN)/python -m pip install --require-hashes -r requirements/runtime.txt
	@$(BIN)/python -m pip install --require-hashes -r requirements/build.txt
	@mkdir -p $(S) && touch $@

$(S)/package: $(S)/libraries pyproject.toml
	$(SAY) 'Installing the package'
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	@mkdir -p $(S) && touch $@

$(S)/dev: $(VENV) requirements/dev.txt
	$(SAY) 'Installing the pinned development tools'
	@$(BIN)/python -m pip install --require-hashes -r requirements/dev.txt
	@mkdir -p $(S) && touch $@

$(S)/kernel: $(S)/libraries $(KERNEL_SOURCES)
	$(SAY) 'Building the Rust kernel'
	@rm -rf kernel/target/wheels
	@cd kernel && $(BIN)/maturin build --release --locked --interpreter $(BIN)/python --out target/wheels
	@$(BIN)/python -m pip install --quiet --no-deps --no-index --force-reinstall kernel/target/wheels/*.whl
	@touch $@

$(S)/node_modules: web/package.json web/package-lock.json
	$(SAY) 'Installing what the page is built with'
	@cd web && npm ci --no-audit --no-fund
	@mkdir -p $(S) && touch $@

$(S)/web: $(S)/node_modules $(WEB_SOURCES)
	$(SAY) 'Building the page'
	@cd web && npm run --silent build
	@touch $@

no-kernel:
	$(SAY) 'No cargo (or no C linker) here: Cambist runs on the reference kernel, slower. For the Rust kernel install Rust and gcc (https://rustup.rs), then make kernel.'

no-web:
	$(SAY) 'No Node.js 20.19 or newer with npm here: the API runs, the page is missing. Install Node.js (https://nodejs.org), then make web.'
