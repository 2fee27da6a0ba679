"""Quotes, books and bars."""

from __future__ import annotations

import pytest

from cambist.domain.errors import ValueOutOfRange
from cambist.domain.market_data import Bar, BookLevel, BookSnapshot, Quote

BAR = Bar(instrument_id=1, start_ns=0, interval_ns=60, open=100, high=110, low=95, close=105, volume=7, trade_count=3)


def book(bids: tuple[int, ...], asks: tuple[int, ...]) -> BookSnapshot:
    return BookSnapshot(
        instrument_id=1,
        sequence=9,
        bids=tuple(BookLevel(price, 2) for price in bids),
        asks=tuple(BookLevel(price, 3) for price in asks),
        ts_recv=5,
    )


def test_a_books_first_level_is_its_quote() -> None:
    quote = book((99, 98), (101,)).quote
    assert quote == Quote(instrument_id=1, bid_price=99, bid_qty=2, ask_price=101, ask_qty=3, ts_recv=5)
    assert quote.is_two_sided and quote.spread == 2


def test_an_empty_side_has_no_price_and_no_spread() -> None:
    empty = book((), (101,))
    assert empty.best_bid is None and empty.quote.bid_price == 0
    assert empty.quote.spread is None
    assert book((99,), ()).best_ask is None


@pytest.mark.parametrize("change", [{"low": 101}, {"high": 104}, {"interval_ns": 0}])
def test_a_bar_that_contradicts_itself_is_refused(change: dict[str, int]) -> None:
    fields = {name: getattr(BAR, name) for name in Bar.__struct_fields__}
    with pytest.raises(ValueOutOfRange):
        Bar(**{**fields, **change})
