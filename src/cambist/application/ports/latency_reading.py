"""Latencies of one stage, as whoever shows them reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class LatencyReading(Protocol):
    """A histogram. Read at scrape time, from any thread."""

    @property
    def count(self) -> int:
        """Samples."""

    @property
    def total_ns(self) -> int:
        """Their sum."""

    @property
    def max_ns(self) -> int:
        """The largest."""

    def percentile_ns(self, percent: int) -> int:
        """The value that `percent` of the samples do not exceed: 50 or 99. 0 without samples."""

    def cumulative(self, bounds_ns: Sequence[int]) -> list[int]:
        """How many samples lie at or below each bound."""
