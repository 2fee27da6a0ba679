"""What `cambist new-strategy` writes runs as it is, and the test beside it is green."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from cambist import backtest
from cambist.presentation.cli.strategy_template import write_strategy


def test_a_new_strategy_passes_its_own_test(tmp_path: Path) -> None:
    strategy, test = write_strategy("my-idea", tmp_path)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test.name],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert strategy.name == "my_idea.py"


def test_a_new_strategy_trades(tmp_path: Path) -> None:
    strategy, _ = write_strategy("my-idea", tmp_path)
    assert backtest(strategy, seed=7, run_for="60s").fills
