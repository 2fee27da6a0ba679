"""The channels of one book with its sequence: L1, L2, L3 and analytics.

Updates are grouped; each carries the sequence of the book's last change that it holds.
"""

from __future__ import annotations

from cambist.application.control_plane.market_table import InstrumentMarket
from cambist.application.control_plane.market_view import analyse
from cambist.domain.instrument import Instrument
from cambist.presentation.http.shapes.book import (
    BookAnalytics,
    LevelBook,
    LevelBookChange,
    OrderBook,
    OrderBookChange,
    TopOfBook,
    analytics_shape,
    level_book_shape,
    level_change_shape,
    order_book_shape,
    order_change_shape,
    top_shape,
)
from cambist.presentation.http.stream.feeds import Watch


class TopFeed:
    """L1: sent where best prices or sizes have changed."""

    def __init__(self, instrument: Instrument, market: InstrumentMarket) -> None:
        self._instrument = instrument
        self._market = market
        self._changes = market.watch_top()

    def snapshot(self) -> TopOfBook:
        """As it is."""
        return top_shape(self._instrument, self._market)

    def update(self) -> TopOfBook | None:
        """As it is, if it changed."""
        return self.snapshot() if self._changes.take() else None

    def close(self) -> None:
        """Stop watching."""
        self._market.unwatch_top(self._changes)


class LevelFeed:
    """L2: all levels, then those that change."""

    def __init__(self, instrument: Instrument, market: InstrumentMarket) -> None:
        self._instrument = instrument
        self._market = market
        self._watch = Watch(market)

    def snapshot(self) -> LevelBook:
        """All levels."""
        return level_book_shape(self._instrument, self._market, None)

    def update(self) -> LevelBookChange | None:
        """Changed levels."""
        changed = self._watch.take()
        return level_change_shape(self._instrument, self._market, changed) if changed else None

    def close(self) -> None:
        """Stop watching."""
        self._watch.close()


class OrderFeed:
    """L3: all displayed orders, then their steps."""

    def __init__(self, instrument: Instrument, market: InstrumentMarket) -> None:
        self._instrument = instrument
        self._market = market
        self._changes = market.watch_orders()

    def snapshot(self) -> OrderBook:
        """All displayed orders."""
        return order_book_shape(self._instrument, self._market)

    def update(self) -> OrderBookChange | None:
        """The steps since the last update."""
        return order_change_shape(self._instrument, self._market, self._changes.take()) if self._changes else None

    def close(self) -> None:
        """Stop watching."""
        self._market.unwatch_orders(self._changes)


class AnalyticsFeed:
    """Analytics without a size, where the book has changed."""

    def __init__(self, instrument: Instrument, market: InstrumentMarket) -> None:
        self._instrument = instrument
        self._market = market
        self._watch = Watch(market)

    def snapshot(self) -> BookAnalytics:
        """Of the book as it is."""
        return analytics_shape(self._instrument, self._market, analyse(self._market, qty=None))

    def update(self) -> BookAnalytics | None:
        """Of the book as it is, if it changed."""
        return self.snapshot() if self._watch.take() else None

    def close(self) -> None:
        """Stop watching."""
        self._watch.close()
