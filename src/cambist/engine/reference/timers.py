"""What happens by itself as time passes: the day reset, valuation, and the expiry of resting orders."""

from __future__ import annotations

import heapq
from enum import IntEnum

from cambist.domain.durations import DAY_NS, SECOND_NS

VALUATION_PERIOD_NS = SECOND_NS


class TimerClass(IntEnum):
    """Which timer; also the order among timers of one deadline."""

    DAY_RESET = 0
    VALUATION = 1
    EXPIRY = 2
    SESSION = 3
    SCHEDULE = 4


Timer = tuple[int, TimerClass, int]
"""Deadline in ns, class, order_id or instrument_id (0 for the recurring ones)."""


def next_multiple(now_ns: int, period_ns: int) -> int:
    """The first multiple of a period strictly after an instant."""
    return (now_ns // period_ns + 1) * period_ns


class Timers:
    """Deadlines in ns; 0 is not armed."""

    __slots__ = ("_expiries", "next_day_ns", "next_valuation_ns")

    def __init__(self) -> None:
        self.next_valuation_ns = 0
        self.next_day_ns = 0
        self._expiries: list[Timer] = []

    def arm_recurring(self, now_ns: int) -> None:
        """Start counting from the first command."""
        if self.next_valuation_ns == 0:
            self.next_valuation_ns = next_multiple(now_ns, VALUATION_PERIOD_NS)
            self.next_day_ns = next_multiple(now_ns, DAY_NS)

    def arm_expiry(self, deadline_ns: int, order_id: int) -> None:
        """Wake up for an order. It may be gone by then."""
        heapq.heappush(self._expiries, (deadline_ns, TimerClass.EXPIRY, order_id))

    def due(self, now_ns: int) -> Timer | None:
        """The next timer that is due; None where none is."""
        first = min(
            (self.next_day_ns, TimerClass.DAY_RESET, 0),
            (self.next_valuation_ns, TimerClass.VALUATION, 0),
            *self._expiries[:1],
        )
        return first if first[0] <= now_ns else None

    def take(self, timer: Timer, now_ns: int) -> None:
        """A timer fires: it is re-armed past `now_ns` if it recurs, else gone."""
        if timer[1] is TimerClass.DAY_RESET:
            self.next_day_ns = next_multiple(now_ns, DAY_NS)
        elif timer[1] is TimerClass.VALUATION:
            self.next_valuation_ns = next_multiple(now_ns, VALUATION_PERIOD_NS)
        else:
            heapq.heappop(self._expiries)
