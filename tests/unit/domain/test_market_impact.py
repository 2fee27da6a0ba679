"""The square-root model of market impact, on figures that can be reckoned by hand."""

from __future__ import annotations

from cambist.domain.market_data import Bar
from cambist.domain.market_impact import activity_of, square_root_impact_ppm


def bars(*closes_and_volumes: tuple[int, int]) -> list[Bar]:
    return [
        Bar(
            instrument_id=1,
            start_ns=minute * 60_000_000_000,
            interval_ns=60_000_000_000,
            open=close,
            high=close,
            low=close,
            close=close,
            volume=volume,
            trade_count=1,
        )
        for minute, (close, volume) in enumerate(closes_and_volumes)
    ]


def test_volatility_is_the_root_of_the_sum_of_squared_returns() -> None:
    activity = activity_of(bars((1_000, 99), (1_030, 10), (1_030, 15)))
    assert (activity.bars, activity.volume, activity.volatility_ppm) == (3, 25, 30_000)
    assert activity_of(bars((100, 1), (103, 1), (107, 1))).volatility_ppm == 49_072


def test_impact_grows_with_the_root_of_the_size() -> None:
    activity = activity_of(bars((1_000, 99), (1_030, 100)))
    assert square_root_impact_ppm(100, activity) == 30_000
    assert square_root_impact_ppm(25, activity) == 15_000
    assert square_root_impact_ppm(1, activity) == 3_000


def test_impact_does_not_depend_on_the_length_of_the_period() -> None:
    short = activity_of(bars((1_000_000, 7), (1_001_000, 50)))
    long = activity_of(bars((1_000_000, 7), *((1_001_000, 50), (1_000_000, 50)) * 8))
    once, often = square_root_impact_ppm(10, short), square_root_impact_ppm(10, long)
    assert once is not None and often is not None
    assert abs(once - often) <= 1


def test_nothing_is_said_of_a_market_without_a_past() -> None:
    assert square_root_impact_ppm(5, activity_of([])) is None
    assert square_root_impact_ppm(5, activity_of(bars((100, 5)))) is None
    assert square_root_impact_ppm(5, activity_of(bars((100, 5), (100, 5)))) == 0
