"""Market data as strategies and screens see it, whatever venue it came from.

Increments are the events `BookDelta` and `Trade`; those of an outside venue carry sequence 0, since they are
not facts of our journal.
"""

from __future__ import annotations

import msgspec

from cambist.domain.events import BookDelta, Trade
from cambist.domain.widths import U32, Lots, Ticks, TimeNs


class BookLevel(msgspec.Struct, frozen=True, gc=False):
    """One price level: price in ticks, total quantity in lots."""

    price: Ticks
    qty: Lots


class BookSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A whole L2 book, best levels first. Replaces whatever was known of the instrument."""

    instrument_id: U32
    bids: tuple[BookLevel, ...]
    asks: tuple[BookLevel, ...]
    ts_event: TimeNs
    ts_recv: TimeNs
    ts_process: TimeNs


class Quote(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Best bid and ask (L1). A price of 0 means that side is empty."""

    instrument_id: U32
    bid_price: Ticks
    bid_qty: Lots
    ask_price: Ticks
    ask_qty: Lots
    ts_event: TimeNs
    ts_recv: TimeNs
    ts_process: TimeNs


class Bar(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Trades of one interval: open, high, low, close in ticks, volume in lots, beginning at start_ns."""

    instrument_id: U32
    start_ns: TimeNs
    interval_ns: TimeNs
    open: Ticks
    high: Ticks
    low: Ticks
    close: Ticks
    volume: Lots
    trade_count: int


MarketData = BookSnapshot | BookDelta | Trade | Quote
"""What a source may hand on besides commands."""
