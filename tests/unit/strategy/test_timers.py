"""Intervals of `@every`."""

from __future__ import annotations

import pytest

from cambist import Strategy, every
from cambist.application.strategy.timers import parse_interval_ns, timers_of
from cambist.domain.errors import StrategyError


@pytest.mark.parametrize(
    ("text", "interval_ns"), [("100us", 100_000), ("250ms", 250_000_000), ("1s", 10**9), ("5m", 3 * 10**11)]
)
def test_an_interval_is_a_number_and_a_unit(text: str, interval_ns: int) -> None:
    assert parse_interval_ns(text) == interval_ns


@pytest.mark.parametrize("text", ["", "1", "1 s", "1d", "-1s", "0s", "1us", "1.5s", 5, None])
def test_anything_else_is_refused(text: object) -> None:
    with pytest.raises(StrategyError, match="interval"):
        parse_interval_ns(text)  # type: ignore[arg-type]


def test_timers_are_due_at_whole_multiples() -> None:
    class Ticking(Strategy):
        @every("1s")
        def tick(self) -> None:
            pass

        @every("300ms")
        def tock(self) -> None:
            pass

    first, second = timers_of(Ticking())
    first.arm(1_500_000_000)
    second.arm(1_500_000_000)
    assert (first.due_ns, second.due_ns) == (2_000_000_000, 1_800_000_000)
    first.arm(2_000_000_000)
    assert first.due_ns == 3_000_000_000


def test_a_redefined_method_is_called_once() -> None:
    class Base(Strategy):
        @every("1s")
        def tick(self) -> None:
            pass

    class Derived(Base):
        @every("2s")
        def tick(self) -> None:
            pass

    (timer,) = timers_of(Derived())
    timer.arm(0)
    assert timer.due_ns == 2_000_000_000
