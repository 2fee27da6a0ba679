"""The shared matching workload, a million operations, on every kernel's book."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cambist.engine.kernels import workload_of
from cambist.testing.kernel_factory import KERNEL_NAMES, kernel_factory

AGREED = ("ops", "trades", "volume", "notional", "resting_orders", "trades_fnv", "book_fnv")


@pytest.fixture(scope="module")
def operations(workload: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Written by the workload's own generator."""
    target = tmp_path_factory.mktemp("workload") / "ops.bin"
    subprocess.run([sys.executable, str(workload / "gen.py"), "1000000", "42", str(target)], check=True)
    return target.read_bytes()


@pytest.mark.parametrize("name", KERNEL_NAMES)
def test_a_kernels_book_agrees_with_the_expected_result(name: str, workload: Path, operations: bytes) -> None:
    if kernel_factory(name) is None:
        pytest.skip("the Rust kernel is not installed: build it with 'make kernel'")
    expected = json.loads((workload / "expected.json").read_text())
    result = workload_of(name)(operations)
    assert {field: getattr(result, field) for field in AGREED} == {field: expected[field] for field in AGREED}
    assert result.missed_cancels == expected["bad_cancels"]
