"""How the process is doing."""

from __future__ import annotations

import msgspec

from cambist.application.control_plane.read_model import ReadModel
from cambist.application.ports.engine_monitor import EngineStatus, LatencySummary


class Stats(msgspec.Struct, kw_only=True):
    """Rates over the last five seconds of engine time; latencies in µs per stage."""

    engine_time: str
    wall_time: str
    lag_ms: float
    events_per_second: float
    commands_per_second: float
    queue_depth: int
    kernel: str
    runtime: str
    state: str
    sequence: str
    latency_us: dict[str, LatencySummary]


def stats_shape(model: ReadModel, status: EngineStatus, wall_ns: int) -> Stats:
    """Call while reading the model."""
    return Stats(
        engine_time=str(model.activity.now_ns),
        wall_time=str(wall_ns),
        lag_ms=round(status.lag_ms, 3),
        events_per_second=round(model.activity.events_per_second, 1),
        commands_per_second=round(model.activity.commands_per_second, 1),
        queue_depth=status.queue_depth,
        kernel=status.kernel,
        runtime=status.runtime,
        state=status.state,
        sequence=str(model.activity.sequence),
        latency_us=dict(status.latency_us),
    )
