"""The channels of one instrument: its prints and its candles, and its book as the page draws it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cambist.application.control_plane.market_table import InstrumentMarket
from cambist.domain.events import Trade
from cambist.domain.instrument import Instrument
from cambist.presentation.http.shapes.market import (
    Book,
    BookChange,
    book_change_shape,
    book_shape,
    candle_shape,
    trade_shape,
)
from cambist.presentation.http.stream.feeds import Feed, ListFeed, Watch

BOOK_DEPTH = 50
TRADES = 50
CANDLES = 300


class BookFeed:
    """The best levels, then every level that changes."""

    def __init__(self, instrument: Instrument, market: InstrumentMarket) -> None:
        self._instrument = instrument
        self._market = market
        self._watch = Watch(market)

    def snapshot(self) -> Book:
        """The best levels."""
        return book_shape(self._instrument, self._market, BOOK_DEPTH)

    def update(self) -> BookChange | None:
        """Changed levels."""
        changed = self._watch.take()
        return book_change_shape(self._instrument, self._market, changed) if changed else None

    def close(self) -> None:
        """Stop watching."""
        self._watch.close()


def trades_feed(instrument: Instrument, market: InstrumentMarket) -> Feed:
    """Prints, newest first in the snapshot, as they come in updates."""
    return ListFeed(
        market.prints,
        lambda: [trade_shape(instrument, trade) for trade in market.last_trades(TRADES)],
        lambda trades: [trade_shape(instrument, trade) for trade in trades],
    )


def candles_feed(instrument: Instrument, market: InstrumentMarket, interval_ns: int) -> Feed:
    """Candles, oldest first."""

    def list_some(trades: Sequence[Trade]) -> list[Any]:
        first_ns = min(trade.now_ns for trade in trades)
        begin_ns = first_ns - first_ns % interval_ns
        bars = market.last_candles(interval_ns, CANDLES)
        return [candle_shape(instrument, bar) for bar in bars if bar.start_ns >= begin_ns]

    return ListFeed(
        market.prints,
        lambda: [candle_shape(instrument, bar) for bar in market.last_candles(interval_ns, CANDLES)],
        list_some,
    )
