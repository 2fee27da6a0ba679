"""The files under version control, read once."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "cambist"
SOURCE_SUFFIXES = {".py", ".pyi", ".rs", ".ts", ".svelte"}


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every committed or staged file that still exists."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return tuple(path for name in listing.split("\0") if name and (path := ROOT / name).is_file())


def source_files() -> list[Path]:
    """What people write: Python, Rust, TypeScript, Svelte."""
    return [path for path in tracked_files() if path.suffix in SOURCE_SUFFIXES]


def python_modules(*folders: str) -> list[Path]:
    """Python files of the package, or of some of its top folders."""
    modules = [path for path in tracked_files() if path.suffix == ".py" and path.is_relative_to(PACKAGE)]
    if not folders:
        return modules
    return [path for path in modules if path.relative_to(PACKAGE).parts[0] in folders]


@cache
def syntax_of(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(), str(path))


def imported_modules(path: Path) -> set[str]:
    """Top names of absolute imports, wherever they stand in the file."""
    names: set[str] = set()
    for node in ast.walk(syntax_of(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def place(path: Path, line: int | None = None) -> str:
    """A file (and line) as an editor takes it."""
    name = str(path.relative_to(ROOT))
    return name if line is None else f"{name}:{line}"
