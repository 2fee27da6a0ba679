"""How the engine's host is doing, for pages and scrapes. Read at scrape time; nothing is computed per event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec


class LatencySummary(msgspec.Struct, frozen=True):
    """Percentiles of one stage, in µs. All zero before the first sample."""

    p50: float
    p99: float
    max: float


class EngineStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One reading of the host."""

    kernel: str
    """`python` or `native`."""
    state: str
    """RUNNING, or why it is not: STUCK, STOPPING, STOPPED, FAILED."""
    queue_depth: int
    """Submissions that wait to be applied."""
    lag_ms: float
    """How far engine time is behind the pace it should keep."""
    held_up_by: str = ""
    """Where it is STUCK: in whose code and for how long, as a clause."""
    latency_us: Mapping[str, LatencySummary]
    """By stage: submit, engine, dispatch, commit, publish."""


class EngineMonitor(Protocol):
    """Whoever runs the engine."""

    def status(self) -> EngineStatus:
        """A reading, from any thread."""
