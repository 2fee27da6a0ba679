"""The last trades of our venue (docs/engine.md section 37)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from cambist.domain.fill import Fill
from cambist.domain.past_trade import PastTrade, TradeSide

PAST_TRADES_MAX = 16_384


class PastTrades:
    """Oldest first; the oldest makes room."""

    __slots__ = ("_trades",)

    def __init__(self) -> None:
        self._trades: OrderedDict[int, PastTrade] = OrderedDict()

    def remember(self, instrument_id: int, fill: Fill, side: TradeSide) -> None:
        """One side of a trade; the maker's comes first."""
        if fill.trade_id not in self._trades:
            self.put(
                PastTrade(trade_id=fill.trade_id, instrument_id=instrument_id, price=fill.price, qty=fill.qty, sides=[])
            )
        self._trades[fill.trade_id].sides.append(side)

    def put(self, trade: PastTrade) -> None:
        """The newest trade."""
        self._trades[trade.trade_id] = trade
        if len(self._trades) > PAST_TRADES_MAX:
            self._trades.popitem(last=False)

    def get(self, trade_id: int) -> PastTrade | None:
        """None where it never was, or is too long ago."""
        return self._trades.get(trade_id)

    def __iter__(self) -> Iterator[PastTrade]:
        """Oldest first."""
        return iter(self._trades.values())
