"""The histogram: never too low, at most an eighth too high."""

from __future__ import annotations

import random

from cambist.application.data_plane.latency import LatencyHistogram


def test_without_samples_everything_is_zero() -> None:
    histogram = LatencyHistogram()
    assert (histogram.percentile_ns(50), histogram.max_ns, histogram.count) == (0, 0, 0)


def test_percentiles_are_close_to_the_exact_ones() -> None:
    generator = random.Random(7)
    samples = sorted(int(generator.lognormvariate(10, 2)) for _ in range(10_000))
    histogram = LatencyHistogram()
    for sample in samples:
        histogram.record(sample)
    for percent in (1, 50, 90, 99, 99.9):
        exact = samples[max(0, round(len(samples) * percent / 100) - 1)]
        assert exact <= histogram.percentile_ns(percent) <= exact * 9 // 8 + 1
    assert histogram.percentile_ns(100) == histogram.max_ns == samples[-1]


def test_small_large_and_negative_values_have_a_place() -> None:
    histogram = LatencyHistogram()
    for sample in (-5, 0, 7, 8, 9, 15, 16, 1 << 70):
        histogram.record(sample)
    assert histogram.count == 8
    assert histogram.percentile_ns(50) == 8


def test_cumulative_counts_grow_with_the_bounds() -> None:
    histogram = LatencyHistogram()
    histogram.record(100, count=3)
    histogram.record(10_000)
    assert histogram.cumulative((50, 1_000, 100_000)) == [0, 3, 4]
