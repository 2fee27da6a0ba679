"""Latencies of the stages of a slice, cheap enough to be always on: a few integer operations per sample."""

from __future__ import annotations

from collections.abc import Sequence

_SUB_BITS = 3
_SUB_COUNT = 1 << _SUB_BITS
_BUCKETS = 64 * _SUB_COUNT


def _bucket_of(latency_ns: int) -> int:
    """Values below 8 have a bucket each; above, every power of two is cut into 8."""
    if latency_ns < _SUB_COUNT:
        return max(latency_ns, 0)
    shift = latency_ns.bit_length() - 1 - _SUB_BITS
    return ((shift + 1) << _SUB_BITS) + (latency_ns >> shift) - _SUB_COUNT


def _upper_bound_ns(bucket: int) -> int:
    """The largest value of a bucket."""
    if bucket < _SUB_COUNT:
        return bucket
    shift = (bucket >> _SUB_BITS) - 1
    return (((bucket & (_SUB_COUNT - 1)) + _SUB_COUNT + 1) << shift) - 1


class LatencyHistogram:
    """Counts per bucket, each at most an eighth wide; percentiles are at most 12.5 % too high, never too low.

    Written by one thread, read by any.
    """

    __slots__ = ("_buckets", "count", "max_ns", "total_ns")

    def __init__(self) -> None:
        self._buckets = [0] * _BUCKETS
        self.count = 0
        self.total_ns = 0
        self.max_ns = 0

    def record(self, latency_ns: int, count: int = 1) -> None:
        """Add `count` samples of one value."""
        self._buckets[min(_bucket_of(latency_ns), _BUCKETS - 1)] += count
        self.count += count
        self.total_ns += latency_ns * count
        self.max_ns = max(self.max_ns, latency_ns)

    def percentile_ns(self, percent: float) -> int:
        """The value that `percent` of the samples do not exceed, or 0 without samples."""
        buckets = list(self._buckets)
        wanted = sum(buckets) * percent / 100
        seen = 0
        for bucket, count in enumerate(buckets):
            seen += count
            if count and seen >= wanted:
                return min(_upper_bound_ns(bucket), self.max_ns)
        return 0

    def cumulative(self, bounds_ns: Sequence[int]) -> list[int]:
        """How many samples lie at or below each bound, as a metrics page wants it."""
        return [
            sum(count for bucket, count in enumerate(self._buckets) if count and _upper_bound_ns(bucket) <= bound_ns)
            for bound_ns in bounds_ns
        ]
