"""Imports point inwards, and the package stays light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from source_tree import ROOT

HEAVY = ("litestar", "uvicorn", "sqlalchemy", "alembic", "pydantic", "rich", "cyclopts", "cambist_kernel", "asyncio")
ENTRY_POINTS = {"cambist.bootstrap.main", "cambist.bootstrap.project"}


def test_the_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    "module", ["cambist", "cambist.domain", "cambist.domain.commands", "cambist.protocols.records"]
)
def test_the_inner_rings_load_no_server(module: str) -> None:
    script = f"import sys, {module}; print(*(set({HEAVY!r}) & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.split() == []


def test_the_command_line_starts_without_server_sql_or_settings() -> None:
    heavy = ("litestar", "uvicorn", "sqlalchemy", "alembic", "pydantic", "structlog", "cambist_kernel")
    script = f"import sys, cambist.bootstrap.main; print(*(set({heavy!r}) & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.split() == []


def test_no_module_is_dead() -> None:
    graph = grimp.build_graph("cambist", cache_dir=None)
    dead = {
        module
        for module in graph.modules
        if not graph.find_children(module)
        and not graph.find_modules_that_directly_import(module)
        and not _found_by_name(module)
    }
    assert dead == set()


def _found_by_name(module: str) -> bool:
    """Loaded by the console script, an entry point, a migration tool, or by authors of tests."""
    return (
        module in ENTRY_POINTS
        or module.startswith(("cambist.testing.", "cambist.strategies."))
        or ".migrations" in module
    )
