"""The desk's open orders, with everything that is counted over them: reservations, open quantities, client ids."""

from __future__ import annotations

from collections import defaultdict

from cambist.domain.commands import NewOrder
from cambist.domain.instructions import Instructions
from cambist.domain.order import Order
from cambist.domain.order_terms import EndedOrder, OrderTerms
from cambist.domain.vocabulary import Side
from cambist.engine.reference.state import EngineState, PositionKey


def position_key(order: Order) -> PositionKey:
    """Where an order's fills go."""
    return order.account_id, order.strategy_id, order.instrument_id


class OrderTable:
    """Around each change of an order: `release` it, change it, `keep` it."""

    def __init__(self, state: EngineState) -> None:
        self._state = state
        self._open_qty: defaultdict[tuple[PositionKey, Side], int] = defaultdict(int)
        for order in state.orders.values():
            self._reserve(order)

    def open_qty(self, key: PositionKey, side: Side) -> int:
        """Leaves of the open orders of one side on a position."""
        return self._open_qty.get((key, side), 0)

    def admit(self, order: Order) -> None:
        """An order has passed the gate."""
        self._state.orders[order.order_id] = order
        if order.client_order_id:
            self._state.client_ids[order.account_id].open[order.client_order_id] = order
        self._reserve(order)

    def release(self, order: Order) -> None:
        """Take its reservations out, as they are now."""
        notional = self._notional(order)
        for scope in self._state.scopes(order.account_id, order.strategy_id):
            scope.exposure.remove_order(notional)
        self._hold(order, -order.working_qty)
        self._open_qty[position_key(order), order.side] -= order.working_qty

    def keep(self, order: Order) -> None:
        """Put its reservations back, or let it go where it has ended."""
        if order.is_open:
            self._reserve(order)
            return
        del self._state.orders[order.order_id]
        if order.client_order_id:
            ended = EndedOrder(order.order_id, order.terms)
            self._state.client_ids[order.account_id].remember(order.client_order_id, ended)

    def group_size(self, command: NewOrder) -> int:
        """How many open orders the group has that a command's order would join."""
        key = ((command.account_id, command.strategy_id, command.instrument_id), Instructions.of(command).group_id)
        orders = self._state.orders.values()
        return sum((position_key(order), order.instructions.group_id) == key for order in orders)

    def remember_denied(self, command: NewOrder) -> None:
        """A denied order uses up its client_order_id."""
        if command.client_order_id:
            ended = EndedOrder(command.sequence, OrderTerms.of(command))
            self._state.client_ids[command.account_id].remember(command.client_order_id, ended)

    def _reserve(self, order: Order) -> None:
        notional = self._notional(order)
        for scope in self._state.scopes(order.account_id, order.strategy_id):
            scope.exposure.add_order(notional)
        self._hold(order, order.working_qty)
        self._open_qty[position_key(order), order.side] += order.working_qty

    def _hold(self, order: Order, qty: int) -> None:
        """Rule spot.reserve: reserve (or, where negative, give back) what `qty` lots may take."""
        instrument = self._state.markets[order.instrument_id].instrument
        if instrument.is_spot:
            asset_id = instrument.pays_with(order.side)
            per_lot = instrument.reserve_per_lot(order.side, order.gate_price)
            self._state.holdings[order.account_id, asset_id].reserved += qty * per_lot

    def _notional(self, order: Order) -> int:
        """Spot orders are paid for: they take no margin."""
        if self._state.markets[order.instrument_id].instrument.is_spot:
            return 0
        return order.reserved_notional(self._state.markets[order.instrument_id].instrument.unit_value)
