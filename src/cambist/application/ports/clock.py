"""Time from outside. Only adapters and the simulated clock of the test kit implement it."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """The wall and a stopwatch."""

    def now_ns(self) -> int:
        """Wall time, ns since epoch UTC. May step."""

    def monotonic_ns(self) -> int:
        """A time that never goes back, ns from an arbitrary start."""
