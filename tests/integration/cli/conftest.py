"""Runs command lines in this process, as a person would type them, in an empty folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Ran

from cambist.bootstrap.main import main


@pytest.fixture
def cambist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """`cambist("up", "--for", "1s")` in an empty folder, without settings of the machine."""
    monkeypatch.chdir(tmp_path)
    for name in ("HFT_CONFIG", "HFT_DATA_DIR", "HFT_PORT", "HFT_KERNEL", "HFT_RATE"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str | Path | int) -> Ran:
        code = main([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err)

    return run
