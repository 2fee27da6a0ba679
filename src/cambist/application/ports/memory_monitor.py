"""What the process does with its memory: for pages and scrapes, read when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from cambist.application.ports.latency_reading import LatencyReading


class PoolReading(msgspec.Struct, frozen=True, kw_only=True):
    """One of the engine's pools: places that are used again and again."""

    name: str
    places: int
    """Ever made; a pool never gives one back to the system."""
    used: int
    """At this moment."""
    taken: int
    """How often a place was taken."""
    reused: int
    """How often that was one that had been used before: hits."""
    size_bytes: int
    """Of all its places, used or not."""

    @property
    def hit_rate(self) -> float:
        """Of the places that were taken; 1 where none was."""
        return self.reused / self.taken if self.taken else 1.0


class Collected(msgspec.Struct, frozen=True):
    """What one collection did."""

    objects: int
    """Unreachable ones that it found."""
    pause_ms: float


class MemoryMonitor(Protocol):
    """The collector of this process, and the engine's pools."""

    def pauses(self) -> LatencyReading:
        """How long collections stopped everything."""

    def collections(self) -> Mapping[int, int]:
        """How many there were, by generation."""

    def frozen_objects(self) -> int:
        """Objects that collections never look at."""

    def resident_bytes(self) -> int:
        """Memory the system holds for this process; 0 where it does not say."""

    def pools(self) -> Sequence[PoolReading]:
        """The engine's pools; none on a kernel that has none."""

    def order_bytes(self) -> float:
        """What an order in the engine takes on average, its share of the indices included; 0 without orders."""

    def collect(self) -> Collected:
        """Collect everything now."""
