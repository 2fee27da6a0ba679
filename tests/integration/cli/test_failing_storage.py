"""When the disk fails under a running market nothing more is accepted; it ends with its code, and recovers."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Ran

from cambist.engine.native import is_installed

FILE_BYTES_MAX = 400_000


def _limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES_MAX, FILE_BYTES_MAX))


def test_a_write_that_fails_ends_the_market_and_the_next_start_recovers(cambist: Callable[..., Ran]) -> None:
    arguments = ["up", "--seed", "7", "--speed", "max", "--port", "0", "--data", "d", "--json"]
    failed = subprocess.run(
        [sys.executable, "-m", "cambist.bootstrap.main", *arguments, "--for", "600s"],
        preexec_fn=_limit_files,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    last = failed.stderr.strip().splitlines()[-1]
    assert (failed.returncode, failed.stdout) == (4, "")
    assert last.startswith("STORAGE_FAILURE The journal at ")
    assert "Traceback" not in failed.stderr
    summary = json.loads(cambist(*arguments, "--for", "1s").out)
    assert summary["sequence"] > 100
    assert json.loads(cambist("journal", "verify", "--data", "d", "--json").out)["problems"] == []


@pytest.mark.skipif(not is_installed(), reason="it measures the native journal: make kernel")
def test_a_disk_that_is_too_small_to_be_measured_is_told(tmp_path: Path) -> None:
    arguments = ["bench", "journal", "--directory", str(tmp_path), "--records", "200000"]
    failed = subprocess.run(
        [sys.executable, "-m", "cambist.bootstrap.main", *arguments],
        preexec_fn=_limit_files,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert (failed.returncode, failed.stdout) == (4, "")
    assert "measured: File too large" in failed.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_recording_that_is_cut_short_is_played_to_its_end_and_named(
    cambist: Callable[..., Ran], marketdata: Path
) -> None:
    Path("cut.gz").write_bytes((marketdata / "btcusdt_20240808.gz").read_bytes()[:400_000])
    ran = cambist("up", "--recording", "cut.gz", "--speed", "max", "--port", "0", "--data", "d", "--json")
    assert ran.code == 2
    assert json.loads(ran.out)["sequence"] > 0
    assert ran.err.strip().splitlines()[-1].startswith("RECORDING_UNREADABLE The recording cut.gz is cut short")
