"""The last trades of our venue: those that can still be busted or corrected."""

from __future__ import annotations

import msgspec

from cambist.domain.events import Trade
from cambist.domain.participant_events import TradeBusted, TradeCorrected
from cambist.protocols.participant_rows import TradeRow

CAPACITY = 16_384
"""Rule bust.remembered."""


class TradeView(msgspec.Struct, frozen=True, kw_only=True):
    """Price in ticks as it is now, qty in lots."""

    trade_id: int
    instrument_id: int
    price: int
    qty: int
    is_busted: bool = False


class TradeTable:
    """Oldest first; the oldest makes room."""

    def __init__(self) -> None:
        self._trades: dict[int, TradeView] = {}

    def get(self, trade_id: int) -> TradeView | None:
        """None where it never was, or is too long ago."""
        return self._trades.get(trade_id)

    def restore(self, row: TradeRow) -> None:
        """Take one from a snapshot."""
        self._put(
            TradeView(
                trade_id=row.trade_id,
                instrument_id=row.instrument_id,
                price=row.price,
                qty=row.qty,
                is_busted=row.busted,
            )
        )

    def on_trade(self, event: Trade) -> None:
        """A trade of our venue."""
        self._put(
            TradeView(trade_id=event.trade_id, instrument_id=event.instrument_id, price=event.price, qty=event.qty)
        )

    def on_busted(self, event: TradeBusted) -> None:
        """It never was."""
        self._trades[event.trade_id] = msgspec.structs.replace(self._trades[event.trade_id], is_busted=True)

    def on_corrected(self, event: TradeCorrected) -> None:
        """It has another price."""
        self._trades[event.trade_id] = msgspec.structs.replace(self._trades[event.trade_id], price=event.price)

    def _put(self, trade: TradeView) -> None:
        self._trades[trade.trade_id] = trade
        # Ids have no gaps. To ask a dict for its first key would walk over all that were there before.
        self._trades.pop(trade.trade_id - CAPACITY, None)
