"""The market of an outside venue: seen by screens as it comes, believed by marks only as the engine was told."""

from __future__ import annotations

import pytest

from cambist.application.control_plane.market_table import InstrumentMarket
from cambist.domain.commands import MarketUpdate
from cambist.domain.events import BookDelta, Trade
from cambist.domain.market_data import BookLevel, BookSnapshot, Quote
from cambist.domain.vocabulary import Side, VenueKind
from cambist.testing.builders import START_NS, define_instrument

OUTSIDE = 2


@pytest.fixture
def market(followed) -> InstrumentMarket:
    followed.host.apply([define_instrument(OUTSIDE, "OUT", venue=VenueKind.EXTERNAL)])
    with followed.model.reading() as model:
        return model.markets[OUTSIDE]


def snapshot(bids: list[tuple[int, int]], asks: list[tuple[int, int]]) -> BookSnapshot:
    return BookSnapshot(
        instrument_id=OUTSIDE,
        sequence=0,
        bids=tuple(BookLevel(price, qty) for price, qty in bids),
        asks=tuple(BookLevel(price, qty) for price, qty in asks),
        ts_event=START_NS,
        ts_recv=START_NS + 5,
        ts_process=START_NS + 6,
    )


def test_a_snapshot_replaces_the_book_and_tells_of_every_level(followed, market) -> None:
    changes = market.watch()
    followed.host.apply([], [snapshot([(99, 5), (98, 7)], [(101, 4)])])
    followed.host.apply([], [snapshot([(99, 6)], [(102, 1)])])
    with followed.model.reading():
        assert list(market.book.levels(Side.BUY)) == [(99, 6)]
        assert set(changes.take()) == {(Side.BUY, 99), (Side.BUY, 98), (Side.SELL, 101), (Side.SELL, 102)}
        assert market.ts_ns == START_NS + 5


def test_increments_and_prints_are_followed(followed, market) -> None:
    delta = BookDelta(instrument_id=OUTSIDE, side=Side.SELL, price=103, qty=2, order_count=1, now_ns=START_NS + 9)
    trade = Trade(
        trade_id=77,
        instrument_id=OUTSIDE,
        aggressor=Side.BUY,
        price=103,
        qty=2,
        maker_order_id=0,
        taker_order_id=0,
        now_ns=START_NS + 10,
    )
    prices = {"bid_price": 1, "bid_qty": 1, "ask_price": 2, "ask_qty": 1}
    quote = Quote(instrument_id=OUTSIDE, ts_event=0, ts_recv=0, ts_process=0, **prices)
    followed.host.apply([], [delta, trade, quote])
    with followed.model.reading():
        assert market.book.best_ask_price == 103
        assert market.last_trades(5) == [trade]
        assert market.last_candles(1_000_000_000, 5)[-1].close == 103
        assert market.ts_ns == START_NS + 10


def test_the_mark_follows_what_the_engine_was_told(followed, market) -> None:
    followed.host.apply([], [snapshot([(10, 5)], [(20, 4)])])
    with followed.model.reading():
        assert market.mark_price == 100  # the reference price: the engine knows nothing yet
    followed.host.apply([MarketUpdate(instrument_id=OUTSIDE, bid_price=200, ask_price=204, last_price=201)])
    with followed.model.reading():
        assert (market.mark_price, market.last_price) == (202, 201)


def test_a_refused_update_of_an_unknown_instrument_is_no_matter(followed) -> None:
    followed.host.apply([MarketUpdate(instrument_id=99, bid_price=1, ask_price=2, last_price=1)])
    with followed.model.reading() as model:
        assert [instrument.symbol for instrument in model.instruments] == ["BTC"]
