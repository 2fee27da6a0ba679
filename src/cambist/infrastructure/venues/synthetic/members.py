"""What the participants know of their own orders, learnt from the engine's events.

An order's id is the sequence of its command, which a participant cannot know in advance: acceptances and
rejections of one account come in the order in which it sent, so each is matched with the oldest unanswered order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from cambist.domain.events import (
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderReplaced,
    ReplaceRejected,
)
from cambist.domain.message import Event
from cambist.domain.vocabulary import Side


class WorkingOrder(msgspec.Struct, array_like=True, gc=False):
    """A resting order of a participant. Price in ticks, quantities in lots; order_id 0 until it is accepted."""

    ticket: int
    """Its number among all that participants ever sent: names it before it has an order_id."""
    account_id: int
    instrument_id: int
    side: Side
    price: int
    leaves: int
    filled: int = 0
    order_id: int = 0
    is_gone: bool = False
    is_refused: bool = False
    """A replacement was refused: the order stands where nobody wants it any more."""

    @property
    def is_live(self) -> bool:
        """True where it can be replaced or canceled."""
        return self.order_id != 0 and not self.is_gone


class MembersState(msgspec.Struct, array_like=True):
    """All that the participants know, as it is saved."""

    next_ticket: int
    orders: list[WorkingOrder]
    unanswered: list[tuple[int, list[int]]]
    """(account, tickets), 0 for an order nobody follows."""
    inventories: list[tuple[int, int, int]]
    """(account, instrument, signed lots)."""


class Members:
    """The books of all participants: orders from sending to end, and inventories."""

    def __init__(self, account_ids: Iterable[int]) -> None:
        self._next_ticket = 1
        self._orders: dict[int, WorkingOrder] = {}
        self._by_order_id: dict[int, WorkingOrder] = {}
        self._unanswered: dict[int, deque[int]] = {account: deque() for account in account_ids}
        self._inventories: dict[tuple[int, int], int] = {}
        self._handlers: dict[type[Event], Callable[[Any], None]] = {
            OrderAccepted: self._on_accepted,
            OrderRejected: self._on_rejected,
            OrderFilled: self._on_filled,
            OrderCanceled: self._on_closed,
            OrderExpired: self._on_closed,
            OrderReplaced: self._on_replaced,
            ReplaceRejected: self._on_replace_rejected,
        }

    def send(self, account_id: int, instrument_id: int, side: Side, price: int, qty: int) -> WorkingOrder:
        """Follow an order that is on its way."""
        order = WorkingOrder(self._next_ticket, account_id, instrument_id, side, price, qty)
        self._next_ticket += 1
        self._orders[order.ticket] = order
        self._unanswered[account_id].append(order.ticket)
        return order

    def send_unfollowed(self, account_id: int) -> None:
        """An order is on its way of which nobody wants to know what becomes."""
        self._unanswered[account_id].append(0)

    def order(self, ticket: int) -> WorkingOrder | None:
        """An order that has not ended."""
        return self._orders.get(ticket)

    def inventory(self, account_id: int, instrument_id: int) -> int:
        """Signed lots that an account's resting orders have gathered."""
        return self._inventories.get((account_id, instrument_id), 0)

    def on_event(self, event: Event) -> None:
        """Take note of a fact; those of others are passed over."""
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def state(self) -> MembersState:
        """Everything, to be saved."""
        return MembersState(
            next_ticket=self._next_ticket,
            orders=list(self._orders.values()),
            unanswered=[(account, list(tickets)) for account, tickets in self._unanswered.items()],
            inventories=[(account, instrument, qty) for (account, instrument), qty in self._inventories.items()],
        )

    def load(self, state: MembersState) -> None:
        """Carry on from a saved state."""
        self._next_ticket = state.next_ticket
        self._orders = {order.ticket: order for order in state.orders}
        self._by_order_id = {order.order_id: order for order in state.orders if order.order_id}
        self._unanswered = {account: deque(tickets) for account, tickets in state.unanswered}
        self._inventories = {(account, instrument): qty for account, instrument, qty in state.inventories}

    def _on_accepted(self, event: OrderAccepted) -> None:
        order = self._answered(event.account_id)
        if order is not None:
            order.order_id = event.order_id
            self._by_order_id[event.order_id] = order

    def _on_rejected(self, event: OrderRejected) -> None:
        order = self._answered(event.account_id)
        if order is not None:
            self._end(order)

    def _answered(self, account_id: int) -> WorkingOrder | None:
        unanswered = self._unanswered.get(account_id)
        return self._orders.get(unanswered.popleft()) if unanswered else None

    def _on_filled(self, event: OrderFilled) -> None:
        order = self._by_order_id.get(event.order_id)
        if order is None:
            return
        order.leaves = event.leaves_qty
        order.filled += event.last_qty
        key = (order.account_id, order.instrument_id)
        self._inventories[key] = self._inventories.get(key, 0) + order.side.sign * event.last_qty
        if event.leaves_qty == 0:
            self._end(order)

    def _on_closed(self, event: OrderCanceled | OrderExpired) -> None:
        order = self._by_order_id.get(event.order_id)
        if order is not None:
            self._end(order)

    def _end(self, order: WorkingOrder) -> None:
        order.is_gone = True
        del self._orders[order.ticket]
        self._by_order_id.pop(order.order_id, None)

    def _on_replaced(self, event: OrderReplaced) -> None:
        order = self._by_order_id.get(event.order_id)
        if order is not None:
            order.price = event.price
            order.leaves = event.leaves_qty

    def _on_replace_rejected(self, event: ReplaceRejected) -> None:
        order = self._by_order_id.get(event.order_id)
        if order is not None:
            order.is_refused = True
