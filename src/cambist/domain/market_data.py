"""What a market shows: quotes, books and bars, as integers in ticks and lots.

Three clocks, in ns since the epoch: `ts_event` by the exchange, `ts_recv` when our socket had it, `ts_process` when
it was handled. They come from different clocks: never assume an order among them.

Increments are the events `BookDelta` and `Trade`; those of an outside venue carry sequence 0, since they are
not facts of our journal, and the time of reception as `now_ns`.
"""

from __future__ import annotations

import msgspec

from cambist.domain.errors import ValueOutOfRange
from cambist.domain.events import BookDelta, Trade


class Quote(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The best bid and ask. Price 0: that side is empty."""

    instrument_id: int
    bid_price: int
    bid_qty: int
    ask_price: int
    ask_qty: int
    ts_event: int = 0
    ts_recv: int = 0
    ts_process: int = 0

    @property
    def is_two_sided(self) -> bool:
        """True where both sides are there."""
        return self.bid_price > 0 and self.ask_price > 0

    @property
    def spread(self) -> int | None:
        """Ask less bid in ticks; None where a side is empty."""
        return self.ask_price - self.bid_price if self.is_two_sided else None


class BookLevel(msgspec.Struct, frozen=True, gc=False):
    """A price level: ticks, total lots, and how many orders make them up (0: not told)."""

    price: int
    qty: int
    order_count: int = 0


class BookSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A whole book by price, best first on both sides. `sequence` is that of the last update it holds."""

    instrument_id: int
    sequence: int
    bids: tuple[BookLevel, ...]
    asks: tuple[BookLevel, ...]
    ts_event: int = 0
    ts_recv: int = 0
    ts_process: int = 0

    @property
    def best_bid(self) -> BookLevel | None:
        """The highest bid."""
        return self.bids[0] if self.bids else None

    @property
    def best_ask(self) -> BookLevel | None:
        """The lowest ask."""
        return self.asks[0] if self.asks else None

    @property
    def quote(self) -> Quote:
        """Its first level."""
        bid, ask = self.best_bid or _NO_LEVEL, self.best_ask or _NO_LEVEL
        return Quote(
            instrument_id=self.instrument_id,
            bid_price=bid.price,
            bid_qty=bid.qty,
            ask_price=ask.price,
            ask_qty=ask.qty,
            ts_event=self.ts_event,
            ts_recv=self.ts_recv,
            ts_process=self.ts_process,
        )


_NO_LEVEL = BookLevel(0, 0)


class Bar(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Prices over a period that starts at `start_ns` and lasts `interval_ns`."""

    instrument_id: int
    start_ns: int
    interval_ns: int
    open: int
    high: int
    low: int
    close: int
    volume: int
    """Lots traded."""
    trade_count: int

    def __post_init__(self) -> None:
        inside = self.low <= min(self.open, self.close)
        if not inside or self.high < max(self.open, self.close) or self.interval_ns < 1:
            raise ValueOutOfRange("The bar's prices contradict each other.", "Check the source of the bars.")


MarketData = Quote | BookSnapshot | BookDelta | Trade
"""What a source may hand on besides commands."""
