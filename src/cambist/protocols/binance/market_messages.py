"""What the normaliser makes of a frame: integers in ticks and lots, exchange time in ns.

`ts_event` is the matching engine's time (`T`) where the frame has it, else the time of the event (`E`).
"""

from __future__ import annotations

import msgspec

from cambist.domain.vocabulary import Side

Level = tuple[int, int]
"""Price in ticks, absolute quantity in lots; 0 removes the level."""


class DepthDiff(msgspec.Struct, frozen=True):
    """Changes of one book. Update ids as the exchange counts them."""

    instrument_id: int
    first_update_id: int
    last_update_id: int
    previous_update_id: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    ts_event: int


class DepthPicture(msgspec.Struct, frozen=True):
    """A whole book from the REST interface, up to its depth limit."""

    instrument_id: int
    last_update_id: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    ts_event: int


class MarketQuote(msgspec.Struct, frozen=True, gc=False):
    """Best bid and ask as of an update id."""

    instrument_id: int
    update_id: int
    bid_price: int
    bid_qty: int
    ask_price: int
    ask_qty: int
    ts_event: int


class MarketPrint(msgspec.Struct, frozen=True, gc=False):
    """A trade, or the trades of one taker at one price."""

    instrument_id: int
    trade_id: int
    aggressor: Side
    price: int
    qty: int
    ts_event: int


MarketMessage = DepthDiff | DepthPicture | MarketQuote | MarketPrint
