"""The same seed ends with the same state: twice, on either kernel, at any speed."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

KERNELS = ["python"] + (["native"] if find_spec("cambist_kernel") else [])


def up(*arguments: str | Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "cambist.bootstrap.main", "up", "--port", "0", "--json", *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=110)
    summary: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return summary


def test_two_runs_of_a_seed_end_alike_on_every_kernel() -> None:
    runs = [up("--seed", 7, "--for", "30s", "--speed", "max", "--kernel", kernel) for kernel in (*KERNELS, KERNELS[0])]
    assert len({run["state_hash"] for run in runs}) == 1
    assert all(run["orders"] > 0 and {"fills", "pnl"} <= run.keys() for run in runs)


def test_another_seed_ends_differently() -> None:
    assert len({up("--seed", seed, "--for", "3s", "--speed", "max")["state_hash"] for seed in (1, 2)}) == 2


def test_the_pace_changes_nothing() -> None:
    paced = up("--seed", 3, "--for", "3s")
    assert paced["state_hash"] == up("--seed", 3, "--for", "3s", "--speed", "max")["state_hash"]
    assert paced["ran_seconds"] == "3.000"


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_recording_ends_with_orders_fills_and_a_result(marketdata: Path, tmp_path: Path, kernel: str) -> None:
    recording = marketdata / "btcusdt_20240808.gz"
    options = ("--recording", recording, "--for", "20s", "--speed", "max", "--kernel", kernel)
    first, second = (up(*options, "--data", tmp_path / name) for name in ("a", "b"))
    assert first["state_hash"] == second["state_hash"]
    assert first["orders"] > 0
    assert first["fills"] > 0
    assert first["pnl"] != "0"
