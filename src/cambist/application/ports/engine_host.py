"""The engine as the rest of the process sees it: submit commands, learn when they are durable, follow the facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

import msgspec

from cambist.domain.commands import Kill, MassCancel, SetTradingState
from cambist.domain.market_data import MarketData
from cambist.domain.message import Command, Event
from cambist.domain.participant_commands import EndSession
from cambist.domain.session_commands import HaltInstrument

EMERGENCIES = (Kill, MassCancel, SetTradingState, EndSession, HaltInstrument)
"""What stops a desk or a market. A submission of nothing else finds a place however much waits."""


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """A command as it was stamped and journaled, and the events it caused (due timers' events included)."""

    command: Command
    events: tuple[Event, ...]


class Commit(msgspec.Struct, frozen=True, gc=False):
    """What became durable together, in order, and the outside market data seen meanwhile (which is not journaled)."""

    now_ns: int
    """Engine time at the end, ns since epoch UTC."""
    receipts: tuple[Receipt, ...]
    market: tuple[MarketData, ...]


CommitListener = Callable[[Commit], None]


class EngineHost(Protocol):
    """One engine with its journal. Implementations are safe to call from any thread."""

    @property
    def queue_depth(self) -> int:
        """Submissions that wait to be taken."""

    def submit(self, commands: Sequence[Command]) -> Future[list[Receipt]]:
        """Queue unstamped commands; they are applied together, at one engine time.

        The future resolves after they are durable, or fails with a CambistError where the host has stopped
        or the journal failed, QueueFull where no place was left: that submission has no effect. Places are kept
        that only emergencies take. Nothing is acknowledged before it is durable.
        """

    def subscribe(self, listener: CommitListener) -> None:
        """Call `listener` after each commit, in order, on the engine's thread: it must return at once."""

    def snapshot(self) -> Future[bytes]:
        """The canonical snapshot as of the next commit."""
