"""Closing what a strategy holds, by hand: its positions are its own, so only orders of its own can reduce them."""

from __future__ import annotations

import msgspec

from cambist.application.control_plane.command_gateway import CommandGateway
from cambist.application.control_plane.directory import Directory
from cambist.application.control_plane.order_queries import OrderQueries
from cambist.application.control_plane.position_table import PositionView
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.application.ports.history import OrderView
from cambist.domain.commands import NewOrder
from cambist.domain.instrument import Instrument
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import OrderFlag, OrderType, Side, StrategyState, TimeInForce


class Flattening:
    """Raises the host's failures."""

    def __init__(self, gateway: CommandGateway, directory: Directory, queries: OrderQueries, model: ReadModel) -> None:
        self._gateway = gateway
        self._directory = directory
        self._queries = queries
        self._model = model

    async def flatten(self, name: str, symbol: str | None) -> list[OrderView] | Refusal:
        """One reduce-only MARKET order for each position of a RUNNING strategy, in one symbol where it is given.

        The orders as they are afterwards: the gate may have denied one, the market may have been too thin for it.
        """
        positions = self._open_positions(name, symbol)
        if isinstance(positions, Refusal):
            return positions
        orders: list[OrderView] = []
        for position in positions:
            receipt = await self._gateway.send(_closing(position))
            if isinstance(receipt, Refusal):
                return _told_what_was_sent(receipt, len(orders))
            orders.append(await self._queries.expect(receipt.command.sequence))
        return orders

    def _open_positions(self, name: str, symbol: str | None) -> list[PositionView] | Refusal:
        strategy = self._directory.strategy(name)
        instrument = self._directory.instrument(symbol) if symbol is not None else None
        for named in (strategy, instrument):
            if isinstance(named, Refusal):
                return named
        assert not isinstance(strategy, Refusal)
        if strategy.state is not StrategyState.RUNNING:
            message = f"{name} is {strategy.state.name}; only while it is RUNNING are orders of its own taken."
            return refusal(Reason.STRATEGY_NOT_RUNNING, message)
        with self._model.reading() as model:
            held = [position for position in model.positions.of_strategy(strategy.strategy_id) if position.qty]
        return [position for position in held if _is_in(instrument, position)]


def _is_in(instrument: Instrument | Refusal | None, position: PositionView) -> bool:
    return not isinstance(instrument, Instrument) or instrument.instrument_id == position.instrument_id


def _closing(position: PositionView) -> NewOrder:
    return NewOrder(
        instrument_id=position.instrument_id,
        account_id=position.account_id,
        strategy_id=position.strategy_id,
        side=Side.SELL if position.qty > 0 else Side.BUY,
        order_type=OrderType.MARKET,
        time_in_force=TimeInForce.IOC,
        flags=OrderFlag.REDUCE_ONLY,
        price=0,
        qty=abs(position.qty),
        expire_ns=0,
        client_order_id="",
    )


def _told_what_was_sent(refused: Refusal, sent: int) -> Refusal:
    """Asking again after that is safe: what is closed has no position left."""
    return msgspec.structs.replace(refused, message=f"{refused.message} {sent} orders were sent before it.")
