"""README promises nothing that does not work, and no page links to what is not there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = sorted(
    str(page.relative_to(REPOSITORY))
    for folder in (".", "docs", "docs/adr", "docs/orders", "tests/scenarios", "tests/mutants")
    for page in (REPOSITORY / folder).glob("*.md")
)


@pytest.fixture(scope="module")
def readme(repository: Path) -> str:
    return (repository / "README.md").read_text()


def cambist(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cambist.bootstrap.main", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=100)


def fenced(readme: str, language: str) -> list[str]:
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    return [content for name, content in fences if name == language]


def python_block(readme: str) -> str:
    return fenced(readme, "python")[0]


def commands(readme: str, program: str) -> list[str]:
    lines = "\n".join(fenced(readme, "")).splitlines()
    return [line.split("#")[0].strip() for line in lines if line.startswith(f"{program} ")]


def test_the_strategy_fits_in_its_promise_and_trades(readme: str, tmp_path: Path) -> None:
    code = python_block(readme)
    (tmp_path / "spread_maker.py").write_text(code)
    body = code.split("class ")[1]
    assert len([line for line in body.splitlines() if line.strip()]) <= 21
    ran = cambist(tmp_path, "backtest", "spread_maker.py", "--seed", "7", "--for", "30s", "--json")
    report = json.loads(ran.stdout)
    assert (ran.returncode, report["errors"], report["denied"]) == (0, [], 0)
    assert report["fills"] > 0


def test_its_commands_run(readme: str, tmp_path: Path) -> None:
    (tmp_path / "spread_maker.py").write_text(python_block(readme))
    lines = commands(readme, "cambist")
    assert len(lines) >= 2
    for line in lines:
        arguments = shlex.split(line)[1:]
        if arguments[0] == "up":
            arguments += ["--for", "2s", "--speed", "max", "--port", "0"]
        ran = cambist(tmp_path, *arguments)
        assert ran.returncode == 0, (line, ran.stderr)


def test_its_make_targets_exist(readme: str, repository: Path) -> None:
    makefile = (repository / "Makefile").read_text()
    targets = {line.split()[1] for line in commands(readme, "make")} | set(re.findall(r"`make ([a-z]+)`", readme))
    assert {"run", "test"} <= targets
    assert [name for name in targets if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_are_there(repository: Path, page: str) -> None:
    source = repository / page
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", source.read_text())
    assert [target for target in targets if not (source.parent / target).exists()] == []
