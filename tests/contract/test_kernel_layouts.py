"""The Rust kernel states the same layouts, versions and reasons as the Python package, and its stub is true."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from cambist.domain.commands import COMMANDS
from cambist.domain.events import EVENTS
from cambist.domain.reasons import Reason
from cambist.engine.kernel import ENGINE_VERSION
from cambist.protocols.layout import layout_of
from cambist.protocols.snapshot import SECTIONS

kernel = pytest.importorskip("cambist_kernel", reason="the Rust kernel is not installed: build it with 'make kernel'")
STUB_FOLDER = Path(__file__).resolve().parents[2] / "kernel"

Fields = list[tuple[str, str, int]]


def _fields(record: type[Any], skip: frozenset[str]) -> Fields:
    layout = layout_of(record, skip)
    tail = [layout.tail] if layout.tail is not None else []
    return [(field.name, field.width, field.offset) for field in (*layout.fields, *tail)]


def test_commands_and_events_lie_in_the_same_places() -> None:
    stamps = frozenset({"sequence", "now_ns"})
    expected = [(record.kind, record.__name__, _fields(record, stamps)) for record in (*COMMANDS, *EVENTS)]
    assert kernel.record_layouts() == expected


def test_rows_of_snapshots_lie_in_the_same_places() -> None:
    expected = [(0, row.__name__, _fields(row, frozenset())) for row in SECTIONS]
    assert kernel.snapshot_layouts() == expected


def test_reasons_have_the_same_numbers() -> None:
    assert {name: Reason[name].value for name, _ in kernel.reasons()} == dict(kernel.reasons())


def test_versions_are_the_same() -> None:
    assert (kernel.version(), kernel.engine_version()) == (version("cambist"), ENGINE_VERSION)


def test_the_stub_says_what_the_module_has(tmp_path: Path) -> None:
    allowed = tmp_path / "allowed.txt"
    # The package that maturin writes around the compiled module.
    allowed.write_text("cambist_kernel\\.cambist_kernel\n")
    command = [sys.executable, "-m", "mypy.stubtest", "cambist_kernel", "--allowlist", str(allowed)]
    command += ["--ignore-unused-allowlist"]
    ran = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(STUB_FOLDER)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
