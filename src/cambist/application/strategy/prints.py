"""Trades of the market, one by one and by interval."""

from __future__ import annotations

from decimal import Decimal

from cambist.application.strategy.instrument_view import InstrumentView, price_of, qty_of
from cambist.domain.events import Trade
from cambist.domain.instrument import Instrument
from cambist.domain.market_data import Bar
from cambist.domain.vocabulary import Side


class Print(InstrumentView):
    """A trade of the market, ours or not."""

    __slots__ = ("_trade",)

    def __init__(self, instrument: Instrument, trade: Trade) -> None:
        super().__init__(instrument)
        self._trade = trade

    @property
    def price(self) -> Decimal:
        """Where it traded."""
        return price_of(self.instrument, self._trade.price)

    @property
    def qty(self) -> Decimal:
        """How much."""
        return qty_of(self.instrument, self._trade.qty)

    @property
    def aggressor(self) -> Side:
        """The side that took liquidity."""
        return self._trade.aggressor

    @property
    def ts_ns(self) -> int:
        """When, ns since epoch."""
        return self._trade.now_ns


class Candle(InstrumentView):
    """The trades of one interval that is over."""

    __slots__ = ("_bar",)

    def __init__(self, instrument: Instrument, bar: Bar) -> None:
        super().__init__(instrument)
        self._bar = bar

    @property
    def start_ns(self) -> int:
        """When the interval began, ns since epoch."""
        return self._bar.start_ns

    @property
    def open(self) -> Decimal:
        """First price."""
        return price_of(self.instrument, self._bar.open)

    @property
    def high(self) -> Decimal:
        """Highest price."""
        return price_of(self.instrument, self._bar.high)

    @property
    def low(self) -> Decimal:
        """Lowest price."""
        return price_of(self.instrument, self._bar.low)

    @property
    def close(self) -> Decimal:
        """Last price."""
        return price_of(self.instrument, self._bar.close)

    @property
    def volume(self) -> Decimal:
        """Quantity traded."""
        return qty_of(self.instrument, self._bar.volume)

    @property
    def trade_count(self) -> int:
        """How many trades."""
        return self._bar.trade_count
