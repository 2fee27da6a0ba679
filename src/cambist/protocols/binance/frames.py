"""The exchange's JSON frames as typed structs: only the fields that are used, under the exchange's own keys.

Source: the exchange's documentation of USD-M market streams and of GET /fapi/v1/depth.
"""

from __future__ import annotations

import msgspec

PriceLevel = tuple[str, str]
"""Price and absolute quantity; quantity 0 removes the level."""


class DepthUpdateFrame(msgspec.Struct, tag_field="e", tag="depthUpdate", gc=False):
    """Changes of the book since the previous frame."""

    s: str
    U: int
    u: int
    pu: int
    b: list[PriceLevel]
    a: list[PriceLevel]
    E: int
    T: int = 0


class BookTickerFrame(msgspec.Struct, tag_field="e", tag="bookTicker", gc=False):
    """Best bid and ask."""

    s: str
    u: int
    b: str
    B: str
    a: str
    A: str
    E: int = 0
    T: int = 0


class TradeFrame(msgspec.Struct, tag_field="e", tag="trade", gc=False):
    """One trade. X is MARKET for a trade of the book; others (insurance fund, ADL) are no prints."""

    s: str
    t: int
    p: str
    q: str
    m: bool
    E: int
    T: int = 0
    X: str = "MARKET"


class AggTradeFrame(msgspec.Struct, tag_field="e", tag="aggTrade", gc=False):
    """Trades of one taker at one price."""

    s: str
    a: int
    p: str
    q: str
    m: bool
    E: int
    T: int = 0


MarketFrame = DepthUpdateFrame | BookTickerFrame | TradeFrame | AggTradeFrame


class AnyFrame(msgspec.Struct, gc=False):
    """Any message: an envelope of a combined stream, a raw event, a REST depth snapshot, or an answer."""

    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    e: str | msgspec.UnsetType = msgspec.UNSET
    lastUpdateId: int | msgspec.UnsetType = msgspec.UNSET  # noqa: N815 - the exchange's own key


class Envelope(msgspec.Struct, gc=False):
    """A message of a combined stream with what it carries."""

    stream: str
    data: MarketFrame


class NamedEvent(msgspec.Struct, gc=False):
    """Just the name of an event and the symbol it is about."""

    e: str = ""
    s: str = ""


class DepthSnapshotFrame(msgspec.Struct, gc=False):
    """Answer of GET /fapi/v1/depth."""

    lastUpdateId: int  # noqa: N815 - the exchange's own key
    bids: list[PriceLevel]
    asks: list[PriceLevel]
    E: int = 0
    T: int = 0
