"""Messages of Binance USD-M futures: bytes in, values out; no sockets, no clocks."""

from __future__ import annotations

from cambist.protocols.binance.depth_synchroniser import DepthSynchroniser, SyncState
from cambist.protocols.binance.market_messages import DepthDiff, DepthPicture, MarketMessage, MarketPrint, MarketQuote
from cambist.protocols.binance.normaliser import InstrumentGrid, Normaliser, symbol_of

__all__ = [
    "DepthDiff",
    "DepthPicture",
    "DepthSynchroniser",
    "InstrumentGrid",
    "MarketMessage",
    "MarketPrint",
    "MarketQuote",
    "Normaliser",
    "SyncState",
    "symbol_of",
]
