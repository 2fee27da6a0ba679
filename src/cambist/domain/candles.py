"""Bars from trades: what charts show and `on_bar` delivers."""

from __future__ import annotations

from collections import deque

from cambist.domain.events import Trade
from cambist.domain.market_data import Bar


class CandleSeries:
    """The bars of one instrument and interval: closed ones, oldest first, up to `capacity`, and the open one.

    Intervals begin at multiples of `interval_ns` since the epoch. An interval without a trade has no bar.
    """

    __slots__ = (
        "_close",
        "_closed",
        "_high",
        "_low",
        "_open",
        "_start_ns",
        "_trade_count",
        "_volume",
        "instrument_id",
        "interval_ns",
    )

    def __init__(self, instrument_id: int, interval_ns: int, capacity: int = 1_000) -> None:
        self.instrument_id = instrument_id
        self.interval_ns = interval_ns
        self._closed: deque[Bar] = deque(maxlen=capacity)
        self._start_ns = self._open = self._high = self._low = self._close = 0
        self._volume = self._trade_count = 0

    def on_trade(self, trade: Trade) -> Bar | None:
        """Count a print at its `now_ns`; the bar that it closed, if it is the first of a later interval.

        A print older than the open bar is counted in the open bar.
        """
        closed = self.on_time(trade.now_ns)
        price = trade.price
        if self._trade_count == 0:
            self._start_ns = trade.now_ns - trade.now_ns % self.interval_ns
            self._open = self._high = self._low = price
        elif price > self._high:
            self._high = price
        elif price < self._low:
            self._low = price
        self._close = price
        self._volume += trade.qty
        self._trade_count += 1
        return closed

    def on_time(self, now_ns: int) -> Bar | None:
        """Close the open bar where its interval is over at `now_ns`, and return it."""
        if self._trade_count == 0 or now_ns < self._start_ns + self.interval_ns:
            return None
        bar = self._bar()
        self._closed.append(bar)
        self._trade_count = self._volume = 0
        return bar

    @property
    def current(self) -> Bar | None:
        """The bar still open, or None."""
        return self._bar() if self._trade_count else None

    @property
    def closed(self) -> tuple[Bar, ...]:
        """Closed bars, oldest first."""
        return tuple(self._closed)

    def _bar(self) -> Bar:
        return Bar(
            instrument_id=self.instrument_id,
            start_ns=self._start_ns,
            interval_ns=self.interval_ns,
            open=self._open,
            high=self._high,
            low=self._low,
            close=self._close,
            volume=self._volume,
            trade_count=self._trade_count,
        )
