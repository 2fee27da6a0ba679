"""The words of a scenario about participants: sessions, throttles, quotes, trades and fees, asked and stated."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cambist.domain import participant_commands as asked
from cambist.domain import participant_events as stated
from cambist.domain.commands import ANY_STRATEGY
from cambist.domain.message import Command, Event
from cambist.testing.scenario_world import World

if TYPE_CHECKING:
    from cambist.testing.scenario_commands import Line


def _arm(line: Line, world: World) -> Command:
    account_id = world.account_id(line.word(1))
    return asked.SetCancelOnDisconnect(account_id=account_id, armed=line.word(0) == "arm")


def _end_session(line: Line, world: World) -> Command:
    strategy = line.options.get("strategy")
    return asked.EndSession(
        account_id=world.account_id(line.word(1)),
        strategy_id=world.strategy_id(strategy) if strategy else 0 if "by_hand" in line.words else ANY_STRATEGY,
        session="scenario",
    )


def _throttle(line: Line, world: World) -> Command:
    return asked.SetThrottle(account_id=world.account_id(line.word(1)), messages_per_second=int(line.word(2)))


PARTICIPANT_VERBS: dict[str, Callable[[Line, World], Command]] = {
    "arm": _arm,
    "disarm": _arm,
    "end_session": _end_session,
    "throttle": _throttle,
}

PARTICIPANT_WORDS: dict[type[Event], Callable[[Any, World], str]] = {
    stated.CancelOnDisconnectChanged: lambda event, world: (
        f"{'armed' if event.armed else 'disarmed'} {world.account(event.account_id)}"
    ),
    stated.SessionEnded: lambda event, world: f"session_ended {world.account(event.account_id)}",
    stated.ThrottleChanged: lambda event, world: (
        f"throttle {world.account(event.account_id)} {event.messages_per_second}"
    ),
}
