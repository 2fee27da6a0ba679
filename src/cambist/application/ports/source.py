"""Whatever happens in engine time by itself: synthetic participants, a recording, a simulated exchange."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from cambist.domain.market_data import MarketData
from cambist.domain.message import Command, Event


class Tick(msgspec.Struct, frozen=True):
    """What one instant of a source brings: unstamped commands for the engine and market data for strategies."""

    commands: tuple[Command, ...] = ()
    market: tuple[MarketData, ...] = ()


class Source(Protocol):
    """A deterministic generator in engine time. The data plane merges sources by time, then by their order."""

    slot: int
    """Under which its state is kept by SaveState: 0..999, unique among sources."""

    def definitions(self) -> list[Command]:
        """Instruments, accounts, balances and fees this source needs, for an engine that has none of them."""

    def next_ns(self) -> int | None:
        """When it acts next, or None where it has ended."""

    def advance(self, now_ns: int) -> Tick:
        """Everything it does at its `next_ns()`, which is `now_ns`."""

    def on_events(self, events: Sequence[Event]) -> None:
        """Facts of the engine, in order, right after they happened. May bring `next_ns()` closer."""

    def save(self) -> bytes:
        """Its whole state, random position included."""

    def load(self, state: bytes) -> None:
        """Carry on from a saved state."""
