"""The data plane's condition behind the port EngineMonitor."""

from __future__ import annotations

from collections.abc import Mapping

from cambist.application.data_plane.plane import DataPlane
from cambist.application.ports.engine_monitor import (
    STAGE_BOUNDS_NS,
    EngineStatus,
    HookTimes,
    LatencySummary,
    StageHistogram,
)
from cambist.application.ports.latency_reading import LatencyReading
from cambist.domain.durations import MILLISECOND_NS

_US = 1_000


class PlaneMonitor:
    """Reads counters that the plane's thread writes; computes only when asked."""

    def __init__(self, plane: DataPlane) -> None:
        self._plane = plane

    def status(self) -> EngineStatus:
        """A reading, from any thread."""
        statistics = self._plane.statistics
        standstill = self._plane.standstill()
        return EngineStatus(
            kernel=self._plane.kernel_name,
            runtime=self._plane.runtime_name,
            state=self._plane.state,
            queue_depth=self._plane.queue_depth,
            held_up_by=standstill.describe() if standstill is not None else "",
            lag_ms=statistics.lag_ns / MILLISECOND_NS,
            latency_us={stage: _summary(histogram) for stage, histogram in self._plane.latencies().items()},
        )

    def histograms(self) -> Mapping[str, StageHistogram]:
        """The same stages, for a scrape."""
        return {
            stage: StageHistogram(tuple(reading.cumulative(STAGE_BOUNDS_NS)), reading.count, reading.total_ns)
            for stage, reading in self._plane.latencies().items()
        }

    def hook_times(self) -> Mapping[str, HookTimes]:
        """By strategy, for a scrape."""
        return self._plane.hook_times()


def _summary(histogram: LatencyReading) -> LatencySummary:
    return LatencySummary(
        p50=histogram.percentile_ns(50) / _US,
        p99=histogram.percentile_ns(99) / _US,
        max=histogram.max_ns / _US,
    )
