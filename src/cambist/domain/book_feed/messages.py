"""What the feed states: one update per command that changed what a book displays, and snapshots to begin with."""

from __future__ import annotations

from enum import IntEnum

import msgspec

from cambist.domain.market_data import BookSnapshot, Quote
from cambist.domain.vocabulary import Side


class OrderAction(IntEnum):
    """What became of a displayed order. Who loses its place is REMOVED and then ADDED behind the others."""

    ADDED = 0
    CHANGED = 1
    REMOVED = 2


class OrderDelta(msgspec.Struct, frozen=True, gc=False):
    """An order's step: `qty` is what it displays from now on, in lots; 0 for REMOVED."""

    action: OrderAction
    order_id: int
    side: Side
    price: int
    qty: int


class LevelDelta(msgspec.Struct, frozen=True, gc=False):
    """What a price level displays from now on: lots, and how many orders make them up (0: not told). qty 0: gone."""

    side: Side
    price: int
    qty: int
    order_count: int


class BookUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """What one command changed in one book. Sequences have no gaps: the next update has `sequence` + 1.

    `quote` is None where best prices and sizes are as before. Every change of a level is one of orders, too, and
    every change of the quote is one of levels.
    """

    instrument_id: int
    sequence: int
    ts_event: int
    """Engine time, ns since epoch UTC."""
    quote: Quote | None
    levels: tuple[LevelDelta, ...]
    orders: tuple[OrderDelta, ...]


class DisplayedOrder(msgspec.Struct, frozen=True, gc=False):
    """An order as everybody sees it: price in ticks, displayed quantity in lots."""

    order_id: int
    side: Side
    price: int
    qty: int


class OrdersSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A whole book by order, in priority order: best price first, then first come. It holds update `sequence`."""

    instrument_id: int
    sequence: int
    bids: tuple[DisplayedOrder, ...]
    asks: tuple[DisplayedOrder, ...]


FeedMessage = BookUpdate | BookSnapshot | OrdersSnapshot
"""What a reader of the feed may be handed."""
