"""Latencies that the runtime measures, read when somebody asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cambist.engine.native import Runtime


class NativeStage:
    """Implements LatencyReading."""

    def __init__(self, runtime: Runtime, stage: str) -> None:
        self._runtime = runtime
        self._stage = stage

    @property
    def count(self) -> int:
        """Samples."""
        return self._summary()[0]

    @property
    def total_ns(self) -> int:
        """Their sum."""
        return self._summary()[1]

    @property
    def max_ns(self) -> int:
        """The largest."""
        return self._summary()[4]

    def percentile_ns(self, percent: int) -> int:
        """What `percent` of the samples do not exceed: 50 or 99."""
        return self._summary()[{50: 2, 99: 3}[percent]]

    def cumulative(self, bounds_ns: Sequence[int]) -> list[int]:
        """How many samples lie at or below each bound."""
        return self._runtime.cumulative(self._stage, bounds_ns)

    def _summary(self) -> tuple[int, int, int, int, int]:
        """Samples, sum, p50, p99, largest."""
        return self._runtime.stage(self._stage)
