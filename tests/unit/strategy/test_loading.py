"""Strategy files: what is wrong with one is said with its line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from cambist.application.strategy.loading import load_strategy
from cambist.domain.errors import StrategyError

GOOD = "from cambist import Strategy\n\nclass Mine(Strategy):\n    symbols = ['BTCUSDT']\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.py"
    path.write_text(text)
    return path


def test_the_one_strategy_of_a_file_is_found(tmp_path: Path) -> None:
    assert load_strategy(written(tmp_path, GOOD)).__name__ == "Mine"


def test_a_base_class_in_the_file_does_not_count(tmp_path: Path) -> None:
    text = GOOD.replace("class Mine(", "class Base(") + "\nclass Mine(Base):\n    pass\n"
    assert load_strategy(written(tmp_path, text)).__name__ == "Mine"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("from cambist import Strategy\ndef broken(:\n", "syntax error in line 2"),
        ("import nothing_of_that_name\n", "ModuleNotFoundError in line 1"),
        ("x = 1\n\ny = x / 0\n", "ZeroDivisionError in line 3"),
        ("raise SystemExit(3)\n", "SystemExit in line 1"),
        ("x = 1\n", "no strategy in it"),
        (GOOD + "\nclass Other(Strategy):\n    pass\n", r"2 strategies: Mine \(line 3\) and Other \(line 6\)"),
        (
            "from cambist import Strategy, every\n\nclass Mine(Strategy):\n    @every('soon')\n    def f(self): ...\n",
            "line 4: 'soon' is not an interval",
        ),
        (
            "from cambist import Strategy, param\n\nclass Mine(Strategy):\n    size: int = param(1, min=5)\n",
            "size cannot be 1.*at least 5",
        ),
        (b"\xff\xfe\x00".decode("latin1"), "syntax error"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(StrategyError, match=sentence):
        load_strategy(written(tmp_path, text))


def test_a_missing_file_and_an_unknown_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StrategyError, match="cannot be read"):
        load_strategy(tmp_path / "absent.py")
    with pytest.raises(StrategyError, match="no strategy file or strategy named 'absent'"):
        load_strategy("absent")


def test_a_reference_strategy_is_found_by_its_name() -> None:
    assert load_strategy("market-maker").__name__ == "MarketMaker"
    assert load_strategy("momentum").__name__ == "Momentum"
