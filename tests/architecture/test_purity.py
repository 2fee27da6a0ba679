"""The inner rings compute with integers and know neither clock, chance nor the machine."""

from __future__ import annotations

import ast
from pathlib import Path

from source_tree import PACKAGE, imported_modules, place, python_modules, syntax_of

INNER_RINGS = ("domain", "protocols", "engine")
OUTSIDE_WORLD = {
    "asyncio",
    "datetime",
    "logging",
    "os",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "threading",
    "time",
    "uuid",
}
KERNEL_FRONTS = {"engine/native.py", "infrastructure/persistence/journal/native.py"}


def test_below_the_application_nothing_reads_clock_chance_or_machine() -> None:
    found = {place(path): sorted(imported_modules(path) & OUTSIDE_WORLD) for path in python_modules(*INNER_RINGS)}
    assert {path: names for path, names in found.items() if names} == {}


def test_below_the_application_there_are_no_floats() -> None:
    found = [place(path, line) for path in python_modules(*INNER_RINGS) for line in _float_lines(path)]
    assert found == []


def _float_lines(path: Path) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(syntax_of(path))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div))
    ]


def test_the_rust_module_is_imported_by_its_two_fronts_only() -> None:
    importers = {
        str(path.relative_to(PACKAGE)) for path in python_modules() if "cambist_kernel" in imported_modules(path)
    }
    assert importers == KERNEL_FRONTS
