"""Bars from trades."""

from __future__ import annotations

from cambist.domain.candles import CandleSeries
from cambist.domain.events import Trade
from cambist.domain.vocabulary import Side

SECOND_NS = 1_000_000_000


def trade(at_s: float, price: int, qty: int = 1) -> Trade:
    return Trade(
        now_ns=int(at_s * SECOND_NS),
        trade_id=1,
        instrument_id=1,
        aggressor=Side.BUY,
        price=price,
        qty=qty,
        maker_order_id=0,
        taker_order_id=0,
    )


def test_a_bar_holds_open_high_low_close_and_volume() -> None:
    series = CandleSeries(1, 10 * SECOND_NS)
    for at_s, price, qty in ((11, 100, 1), (12, 105, 2), (13, 97, 3), (19.9, 101, 4)):
        assert series.on_trade(trade(at_s, price, qty)) is None
    bar = series.current
    assert bar is not None
    assert (bar.start_ns, bar.interval_ns) == (10 * SECOND_NS, 10 * SECOND_NS)
    assert (bar.open, bar.high, bar.low, bar.close, bar.volume, bar.trade_count) == (100, 105, 97, 101, 10, 4)


def test_the_first_trade_of_a_later_interval_closes_the_bar() -> None:
    series = CandleSeries(1, SECOND_NS)
    series.on_trade(trade(1.5, 100))
    closed = series.on_trade(trade(4.2, 90))
    assert closed is not None
    assert closed.close == 100
    assert series.closed == (closed,)
    assert series.current is not None
    assert series.current.start_ns == 4 * SECOND_NS


def test_time_alone_closes_a_bar_and_makes_no_empty_ones() -> None:
    series = CandleSeries(1, SECOND_NS)
    series.on_trade(trade(1.5, 100))
    assert series.on_time(int(1.9 * SECOND_NS)) is None
    assert series.on_time(2 * SECOND_NS) is not None
    assert series.on_time(9 * SECOND_NS) is None
    assert series.current is None
    assert len(series.closed) == 1


def test_only_the_newest_bars_are_kept() -> None:
    series = CandleSeries(1, SECOND_NS, capacity=2)
    for at_s in range(5):
        series.on_trade(trade(at_s, 100 + at_s))
    assert [bar.open for bar in series.closed] == [102, 103]
