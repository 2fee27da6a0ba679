"""Busting and correcting trades of our venue (docs/engine.md section 37).

Every command method returns why it refused, else NONE; a refused command changes nothing.
"""

from __future__ import annotations

from cambist.domain import rounding
from cambist.domain.order_form import is_price
from cambist.domain.participant_commands import BustTrade, CorrectTrade
from cambist.domain.participant_events import FillAdjusted, TradeBusted, TradeCorrected
from cambist.domain.past_trade import PastTrade, TradeSide
from cambist.domain.reasons import Reason
from cambist.domain.widths import MAX_I64
from cambist.engine.reference.ledger import Ledger
from cambist.engine.reference.state import EngineState


class TradeCorrections:
    """Each side's fill is booked the other way round, and for a correction once more at the new price."""

    def __init__(self, state: EngineState, ledger: Ledger) -> None:
        self._state = state
        self._ledger = ledger

    def bust(self, command: BustTrade) -> Reason:
        """Undo a trade."""
        trade = self._state.past_trades.get(command.trade_id)
        if trade is None or trade.is_busted:
            return Reason.UNKNOWN_TRADE if trade is None else Reason.TRADE_BUSTED
        if self._is_final(trade):
            return Reason.NOT_OFFERED
        trade.is_busted = True
        self._state.log.emit(
            TradeBusted(
                trade_id=trade.trade_id,
                instrument_id=trade.instrument_id,
                price=trade.price,
                qty=trade.qty,
                cause=command.cause,
            )
        )
        for side in trade.sides:
            self._adjust(trade, side, trade.price, -trade.qty)
        return Reason.NONE

    def correct(self, command: CorrectTrade) -> Reason:
        """Give a trade another price; the same again is no news."""
        trade = self._state.past_trades.get(command.trade_id)
        if trade is None or trade.is_busted:
            return Reason.UNKNOWN_TRADE if trade is None else Reason.TRADE_BUSTED
        if self._is_final(trade):
            return Reason.NOT_OFFERED
        if not is_price(command.price):
            return Reason.INVALID_PRICE
        if self._value(trade, command.price) > MAX_I64:
            return Reason.NOTIONAL_OVERFLOW
        if command.price != trade.price:
            self._correct(trade, command)
        return Reason.NONE

    def _is_final(self, trade: PastTrade) -> bool:
        """Rule spot.final: what was paid may be gone by now."""
        return self._state.markets[trade.instrument_id].instrument.is_spot

    def _correct(self, trade: PastTrade, command: CorrectTrade) -> None:
        previous_price, trade.price = trade.price, command.price
        self._state.log.emit(
            TradeCorrected(
                trade_id=trade.trade_id,
                instrument_id=trade.instrument_id,
                previous_price=previous_price,
                price=trade.price,
                qty=trade.qty,
                cause=command.cause,
            )
        )
        for side in trade.sides:
            self._adjust(trade, side, previous_price, -trade.qty)
            self._adjust(trade, side, trade.price, trade.qty)

    def _adjust(self, trade: PastTrade, side: TradeSide, price: int, qty: int) -> None:
        """Rules bust.accounting and bust.commission, for a fill that is taken back (negative qty) or booked."""
        paid = rounding.commission(self._value(trade, price), side.fee)
        commission = paid if qty > 0 else -paid
        self._state.log.emit(
            FillAdjusted(
                trade_id=trade.trade_id,
                instrument_id=trade.instrument_id,
                account_id=side.account_id,
                strategy_id=side.strategy_id,
                side=side.side,
                liquidity=side.liquidity,
                price=price,
                qty=qty,
                commission=commission,
            )
        )
        if self._state.accounts[side.account_id].is_desk:
            key = (side.account_id, side.strategy_id, trade.instrument_id)
            self._ledger.adjust(key, side.side if qty > 0 else side.side.opposite, price, trade.qty, commission)

    def _value(self, trade: PastTrade, price: int) -> int:
        return self._state.markets[trade.instrument_id].instrument.value(price, trade.qty)
