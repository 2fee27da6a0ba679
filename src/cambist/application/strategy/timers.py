"""`@every("1s")`: methods that run at whole multiples of an interval of engine time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from cambist.domain.errors import StrategyError

Method = TypeVar("Method", bound=Callable[..., None])

_ATTRIBUTE = "_every_ns"
_UNITS_NS = {"us": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000}
_INTERVAL = re.compile(r"(\d+)(us|ms|s|m|h)")
_SHORTEST_NS = 100_000


def parse_interval_ns(text: str) -> int:
    """`100ms`, `1s`, `5m` or `1h` in ns. Raises StrategyError for anything else, and below 100us."""
    match = _INTERVAL.fullmatch(text) if isinstance(text, str) else None
    interval_ns = int(match[1]) * _UNITS_NS[match[2]] if match else 0
    if interval_ns < _SHORTEST_NS:
        raise StrategyError(
            f"{text!r} is not an interval.", 'Write a number and a unit, such as "100ms", "1s", "5m" or "1h".'
        )
    return interval_ns


def every(interval: str) -> Callable[[Method], Method]:
    """Call the decorated method at every multiple of `interval` (since the epoch) while the strategy runs."""
    interval_ns = parse_interval_ns(interval)

    def mark(method: Method) -> Method:
        setattr(method, _ATTRIBUTE, interval_ns)
        return method

    return mark


class Timer:
    """One marked method of one strategy."""

    __slots__ = ("_interval_ns", "call", "due_ns")

    def __init__(self, call: Callable[[], None], interval_ns: int) -> None:
        self.call = call
        self._interval_ns = interval_ns
        self.due_ns = 0

    def arm(self, now_ns: int) -> None:
        """Due next at the first multiple after `now_ns`."""
        self.due_ns = (now_ns // self._interval_ns + 1) * self._interval_ns


def timers_of(strategy: Any) -> list[Timer]:
    """The marked methods of a strategy, base classes first, each once, in the order they are written."""
    names = dict.fromkeys(
        name
        for owner in reversed(type(strategy).__mro__)
        for name, member in vars(owner).items()
        if hasattr(member, _ATTRIBUTE)
    )
    methods = [getattr(strategy, name) for name in names]
    return [Timer(method, getattr(method, _ATTRIBUTE)) for method in methods if hasattr(method, _ATTRIBUTE)]
