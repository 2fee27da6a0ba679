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


STAGE_BOUNDS_NS = tuple(scale * step for scale in (10**3, 10**4, 10**5, 10**6, 10**7, 10**8) for step in (1, 2, 5))
"""Upper bounds of the buckets in which stages are shown: 1 µs to 500 ms."""


class StageHistogram(msgspec.Struct, frozen=True):
    """One stage, counted."""

    cumulative: tuple[int, ...]
    """Samples at or below each of STAGE_BOUNDS_NS."""
    count: int
    total_ns: int


class HookTimes(msgspec.Struct, frozen=True, kw_only=True):
    """What a strategy's own code has taken since the start, in wall time."""

    calls: int
    total_ns: int
    slow_calls: int
    """Those beyond the budget of a hook."""
    worst_hook: str
    """The one that took longest; empty before the first."""
    worst_ns: int


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
    runtime: str = "python"
    """`python` or `native`: on whose threads engine and journal work."""
    latency_us: Mapping[str, LatencySummary]
    """By stage: submit, engine, dispatch, commit, publish; on the native runtime ring too."""


class EngineMonitor(Protocol):
    """Whoever runs the engine."""

    def status(self) -> EngineStatus:
        """A reading, from any thread."""

    def histograms(self) -> Mapping[str, StageHistogram]:
        """The same stages, for a scrape."""

    def hook_times(self) -> Mapping[str, HookTimes]:
        """By strategy, for a scrape."""
