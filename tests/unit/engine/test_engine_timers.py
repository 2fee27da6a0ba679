"""Timers: order, periods, and that a long pause fires each once."""

from __future__ import annotations

from cambist.domain.durations import DAY_NS
from cambist.engine.reference.timers import TimerClass, Timers, next_multiple

SECOND_NS = 1_000_000_000
NOON_NS = 20_000 * DAY_NS + DAY_NS // 2


def due(timers: Timers, now_ns: int) -> list[tuple[int, TimerClass, int]]:
    fired = []
    while (timer := timers.due(now_ns)) is not None:
        timers.take(timer, now_ns)
        fired.append(timer)
    return fired


def test_the_next_multiple_is_strictly_after() -> None:
    assert next_multiple(0, 10) == 10
    assert next_multiple(9, 10) == 10
    assert next_multiple(10, 10) == 20


def test_recurring_timers_are_armed_once() -> None:
    timers = Timers()
    timers.arm_recurring(NOON_NS)
    timers.arm_recurring(NOON_NS + 5 * SECOND_NS)
    assert (timers.next_valuation_ns, timers.next_day_ns) == (NOON_NS + SECOND_NS, NOON_NS + DAY_NS // 2)
    assert due(timers, NOON_NS) == []


def test_timers_fire_by_deadline_then_class_then_id() -> None:
    timers = Timers()
    midnight = NOON_NS + DAY_NS // 2
    timers.arm_recurring(midnight - 1)
    timers.arm_expiry(midnight, 9)
    timers.arm_expiry(midnight, 4)
    timers.arm_expiry(midnight - 1, 30)
    timers.arm_expiry(midnight + 1, 1)
    assert due(timers, midnight) == [
        (midnight - 1, TimerClass.EXPIRY, 30),
        (midnight, TimerClass.DAY_RESET, 0),
        (midnight, TimerClass.VALUATION, 0),
        (midnight, TimerClass.EXPIRY, 4),
        (midnight, TimerClass.EXPIRY, 9),
    ]


def test_a_long_pause_fires_each_recurring_timer_once() -> None:
    timers = Timers()
    timers.arm_recurring(NOON_NS)
    later = NOON_NS + 3 * DAY_NS
    assert [timer[1] for timer in due(timers, later)] == [TimerClass.VALUATION, TimerClass.DAY_RESET]
    assert (timers.next_valuation_ns, timers.next_day_ns) == (later + SECOND_NS, later + DAY_NS // 2)
