"""Trades that were a mistake: busted, or given another price."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cambist.application.control_plane.command_gateway import CommandGateway
from cambist.application.control_plane.directory import Directory
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.application.control_plane.trade_table import TradeView
from cambist.domain.participant_commands import BustTrade, CorrectTrade
from cambist.domain.participant_events import FillAdjusted
from cambist.domain.reasons import Reason


class Corrected(msgspec.Struct, frozen=True):
    """A trade as it is now, and what its sides gave back and took instead; nothing where nothing changed."""

    trade: TradeView
    adjustments: Sequence[FillAdjusted]


class TradeService:
    """Raises ValueOutOfRange where a price is no number, and the host's failures."""

    def __init__(self, gateway: CommandGateway, directory: Directory, model: ReadModel) -> None:
        self._gateway = gateway
        self._directory = directory
        self._model = model

    def trade(self, trade_id: int) -> TradeView | Refusal:
        """One of the last of our venue."""
        with self._model.reading() as model:
            found = model.trades.get(trade_id)
        return found or refusal(Reason.UNKNOWN_TRADE, f"There is no trade {trade_id} among the last of our venue.")

    async def bust(self, trade_id: int, cause: str) -> Corrected | Refusal:
        """Undo it for both of its sides."""
        trade = self.trade(trade_id)
        return trade if isinstance(trade, Refusal) else await self._send(BustTrade(trade_id=trade_id, cause=cause))

    async def correct(self, trade_id: int, price: str, cause: str) -> Corrected | Refusal:
        """Give it another price, for both of its sides."""
        trade = self.trade(trade_id)
        if isinstance(trade, Refusal):
            return trade
        ticks = self._directory.instrument_by_id(trade.instrument_id).ticks(price)
        if not ticks.is_exact:
            return refusal(Reason.PRICE_PRECISION, f"{price} is no price of the instrument.")
        return await self._send(CorrectTrade(trade_id=trade_id, price=ticks.steps, cause=cause))

    async def _send(self, command: BustTrade | CorrectTrade) -> Corrected | Refusal:
        receipt = await self._gateway.carry_out(command)
        if isinstance(receipt, Refusal):
            return receipt
        trade = self.trade(command.trade_id)
        if isinstance(trade, Refusal):
            return trade
        return Corrected(trade, [event for event in receipt.events if isinstance(event, FillAdjusted)])
