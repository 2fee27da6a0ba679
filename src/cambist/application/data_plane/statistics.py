"""What the plane counts about itself. Written by its thread; metrics and the stats page read it at scrape time."""

from __future__ import annotations

from dataclasses import dataclass, field

from cambist.application.data_plane.latency import LatencyHistogram


@dataclass(slots=True)
class PlaneStatistics:
    """Counters since the start of this process, and latencies per stage in wall ns."""

    commands: int = 0
    events: int = 0
    commits: int = 0
    now_ns: int = 0
    """Engine time."""
    lag_ns: int = 0
    """How far engine time is behind where the pacer would let it be; 0 while it keeps up."""
    turned_ns: int = 0
    """When the plane last began a turn, by the stopwatch of `time.perf_counter_ns`; 0 before its first."""
    latencies: dict[str, LatencyHistogram] = field(
        default_factory=lambda: {stage: LatencyHistogram() for stage in ("submit", "dispatch", "publish")}
    )
    """submit: from a submission's arrival to its answer. dispatch: sources and strategies learning of one batch.
    publish: one commit told to all listeners. The sequencer has those of engine and journal."""
