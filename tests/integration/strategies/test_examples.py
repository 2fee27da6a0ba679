"""Every example runs, trades and is repeatable."""

from __future__ import annotations

from pathlib import Path

import pytest

from cambist import backtest

EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "examples").glob("*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_and_trades(path: Path) -> None:
    result = backtest(path, seed=7, run_for="40s")
    assert result.errors == ()
    assert result.fills
    assert backtest(path, seed=7, run_for="40s").state_hash == result.state_hash


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 30


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 2
