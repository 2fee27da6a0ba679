"""The words of a scenario about trading sessions: calendars, auctions, halts, guards, asked and stated."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cambist.domain import session_commands as asked
from cambist.domain import session_events as stated
from cambist.domain.durations import DAY_NS
from cambist.domain.message import Command, Event
from cambist.domain.reasons import Reason
from cambist.domain.schedule import Step, pack_steps
from cambist.domain.vocabulary import Phase
from cambist.testing.scenario_world import World, duration_ns

if TYPE_CHECKING:
    from cambist.testing.scenario_commands import Line

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTE_NS = 60 * 10**9


def _step(text: str) -> Step:
    """`mon-08:00-closed`."""
    day, clock, phase = text.split("-")
    hours, minutes = clock.split(":")
    return Step(_DAYS.index(day) * DAY_NS + (int(hours) * 60 + int(minutes)) * _MINUTE_NS, Phase[phase.upper()])


def _time(line: Line, name: str) -> int:
    return duration_ns(line.options.get(name, "0s"))


def _schedule(line: Line, world: World) -> Command:
    return asked.SetSchedule(
        instrument_id=world.instrument_id(line.word(1)),
        extension_ns=_time(line, "extension"),
        extension_band=line.int_option("extension_band"),
        steps=pack_steps([_step(word) for word in line.words[2:]]),
    )


def _guard(line: Line, world: World) -> Command:
    return asked.SetVolatilityGuard(
        instrument_id=world.instrument_id(line.word(1)),
        dynamic_band=line.int_option("dynamic"),
        auction_ns=_time(line, "auction"),
        limit_band=line.int_option("limit"),
        limit_state_ns=_time(line, "limit_state"),
        pause_ns=_time(line, "pause"),
    )


def _halt(line: Line, world: World) -> Command:
    symbol = line.word(1)
    return asked.HaltInstrument(
        instrument_id=0 if symbol == "all" else world.instrument_id(symbol),
        duration_ns=_time(line, "for"),
        cause="scenario",
    )


def _breaker(line: Line, world: World) -> Command:
    symbol = line.word(1)
    return asked.SetCircuitBreaker(
        instrument_id=0 if symbol == "average" else world.instrument_id(symbol),
        level_1=line.int_option("level_1"),
        level_2=line.int_option("level_2"),
        level_3=line.int_option("level_3"),
        cool_down_1_ns=_time(line, "cool_down_1"),
        cool_down_2_ns=_time(line, "cool_down_2"),
    )


def _auction(verb: str) -> Callable[[Any, World], str]:
    return lambda event, world: (
        f"{verb} {world.symbol(event.instrument_id)} {event.qty} @ {event.price} "
        f"imbalance {event.imbalance_side.name.lower()} {event.imbalance_qty}"
    )


def _limit_state(event: stated.LimitStateChanged, world: World) -> str:
    symbol = world.symbol(event.instrument_id)
    return f"limit_state {symbol} {event.side.name.lower()} @ {event.price}" if event.price else f"limit_over {symbol}"


SESSION_VERBS: dict[str, Callable[[Line, World], Command]] = {
    "schedule": _schedule,
    "guard": _guard,
    "halt": _halt,
    "breaker": _breaker,
}
SESSION_WORDS: dict[type[Event], Callable[[Any, World], str]] = {
    stated.AuctionIndicated: _auction("indicated"),
    stated.AuctionUncrossed: _auction("uncrossed"),
    stated.AuctionExtended: lambda event, world: f"extended {world.symbol(event.instrument_id)}",
    stated.ScheduleChanged: lambda event, world: (
        f"schedule {world.symbol(event.instrument_id)} {len(event.steps) // 16} steps"
    ),
    stated.VolatilityGuardChanged: lambda event, world: (
        f"guard {world.symbol(event.instrument_id)} dynamic {event.dynamic_band} limit {event.limit_band}"
    ),
    stated.VolatilityInterrupted: lambda event, world: (
        f"interrupted {world.symbol(event.instrument_id)} {event.aggressor.name.lower()} @ {event.price} "
        f"reference {event.reference_price}"
    ),
    stated.LimitStateChanged: _limit_state,
    stated.InstrumentHalted: lambda event, world: (
        f"halted {world.symbol(event.instrument_id)} {Reason(event.reason).name}"
    ),
    stated.CircuitBreakerChanged: lambda event, world: (
        f"breaker {world.symbol(event.instrument_id) if event.instrument_id else 'average'}"
    ),
    stated.CircuitBreakerTripped: lambda event, world: (  # noqa: ARG005
        f"tripped level {event.level} fall {event.fall}"
    ),
}
