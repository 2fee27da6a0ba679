"""The desk's orders in memory: every open one, and the newest that ended. Older ones are in the History."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from cambist.application.control_plane.watched import Watched
from cambist.application.ports.history import OrderView
from cambist.domain.events import (
    CancelSubmitted,
    OrderAccepted,
    OrderCanceled,
    OrderDenied,
    OrderExpired,
    OrderFilled,
    OrderInstructed,
    OrderRejected,
    OrderReleased,
    OrderReplaced,
    OrderSubmitted,
    OrderSuspended,
    OrderTriggered,
    ReplaceSubmitted,
)
from cambist.domain.instructions import Instructions
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import OrderStatus, OrderType
from cambist.protocols.quotes import arrival_of
from cambist.protocols.snapshot import OrderRow
from cambist.protocols.standing_orders import StandingTerms

CAPACITY = 65_536
_SENT_FIELDS = (
    "order_id",
    "client_order_id",
    "account_id",
    "strategy_id",
    "instrument_id",
    "side",
    "order_type",
    "time_in_force",
    "flags",
    "price",
    "qty",
    "expire_ns",
)
_STAYS_THROUGH_FILLS = (OrderStatus.PENDING_CANCEL, OrderStatus.PENDING_REPLACE)


class OrderTable(Watched[int]):
    """Orders by id, changed by events only. Orders of the venue's members never enter it."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        super().__init__()
        self._capacity = capacity
        self._orders: dict[int, OrderView] = {}
        """In the order of their coming."""
        self._open: dict[int, None] = {}
        self._closed: OrderedDict[int, None] = OrderedDict()
        """In the order of their end. A plain dict would walk over all that it ever held to find its first key."""
        self._by_client_id: dict[tuple[int, str], int] = {}
        self._gate_prices: dict[int, int] = {}
        self.complete_above = 0
        """Every order with a later `arrival_of` its id is here; of others only some are."""

    def get(self, order_id: int) -> OrderView | None:
        """One order, or None where memory does not hold it."""
        return self._orders.get(order_id)

    def by_client_id(self, account_id: int, client_order_id: str) -> OrderView | None:
        """The newest order under a client id that memory holds."""
        return self.get(self._by_client_id.get((account_id, client_order_id), 0))

    def newest_first(self) -> Iterator[OrderView]:
        """All orders here, the last to come first."""
        return reversed(self._orders.values())

    def open(self) -> list[OrderView]:
        """Open orders, newest first."""
        return [self._orders[order_id] for order_id in reversed(self._open)]

    def last_closed(self, count: int) -> list[OrderView]:
        """The orders that ended last, the latest first."""
        return [self._orders[order_id] for order_id, _ in zip(reversed(self._closed), range(count), strict=False)]

    def gate_price(self, order_id: int) -> int:
        """The price an open order's notional is reserved at."""
        return self._gate_prices.get(order_id, 0)

    def restore(self, row: OrderRow, created_ns: int, updated_ns: int, terms: StandingTerms) -> None:
        """Take an open order from a snapshot, which does not know its times. The first to come is taken first."""
        order = OrderView(
            **{name: getattr(row, name) for name in _SENT_FIELDS},
            filled_qty=row.filled_qty,
            filled_value=row.filled_value,
            commission=row.commission,
            status=row.status,
            reason=Reason.NONE,
            created_ns=created_ns,
            updated_ns=updated_ns,
            instructions=terms.instructions,
            peg_limit=terms.peg_limit,
        )
        self._gate_prices[row.order_id] = row.gate_price
        self._add_open(order)

    def remember_closed(self, orders: Iterable[OrderView]) -> None:
        """Take ended orders from the History."""
        for order in sorted(orders, key=lambda order: (order.updated_ns, order.order_id)):
            self._orders[order.order_id] = order
            self._close(order)
        self._orders = {order_id: self._orders[order_id] for order_id in sorted(self._orders, key=arrival_of)}

    def on_submitted(self, event: OrderSubmitted, mark_price: int) -> None:
        """An order passed the gate."""
        order = _first_view(event, OrderStatus.PENDING_NEW, Reason.NONE)
        self._gate_prices[order.order_id] = order.price or mark_price
        self._add_open(order)
        self.touch(order.order_id)

    def on_suspended(self, event: OrderSuspended) -> None:
        """It waits for its parent and reserves nothing."""
        self._gate_prices[event.order_id] = 0
        self._move(event.order_id, event.now_ns, OrderStatus.SUSPENDED)

    def on_released(self, event: OrderReleased, mark_price: int) -> None:
        """It goes to the venue, and reserves what it may cost."""
        order = self._open_order(event.order_id)
        if order is not None:
            own_price = order.price or order.instructions.trigger_price
            self._gate_prices[event.order_id] = own_price or mark_price
            self._change(order, event.now_ns, qty=event.qty, status=OrderStatus.PENDING_NEW)

    def on_triggered(self, event: OrderTriggered) -> None:
        """What it waited for has come."""
        self._move(event.order_id, event.now_ns, OrderStatus.TRIGGERED)

    def on_denied(self, event: OrderDenied) -> None:
        """An order did not pass the gate. A used client id keeps naming its first order."""
        order = _first_view(event, OrderStatus.DENIED, event.reason)
        if event.reason not in (Reason.DUPLICATE_CLIENT_ORDER_ID, Reason.INVALID_CLIENT_ORDER_ID):
            self._remember_client_id(order)
        self._orders[order.order_id] = order
        self._close(order)
        self.touch(order.order_id)

    def on_instructed(self, event: OrderInstructed) -> None:
        """What an order asks beyond a plain one: told right after it was submitted or denied."""
        order = self._orders.get(event.order_id)
        if order is None:
            return
        self._orders[order.order_id] = msgspec.structs.replace(order, instructions=Instructions.told_by(event))
        if event.trigger_price and not order.price and order.order_id in self._gate_prices:
            self._gate_prices[order.order_id] = event.trigger_price
        self.touch(order.order_id)

    def on_accepted(self, event: OrderAccepted) -> None:
        """The venue has it."""
        order = self._open_order(event.order_id)
        if order is not None and order.status is OrderStatus.PENDING_NEW:
            self._change(order, event.now_ns, status=OrderStatus.NEW)

    def on_rejected(self, event: OrderRejected) -> None:
        """The venue refused it."""
        self._end(event.order_id, event.now_ns, OrderStatus.REJECTED, event.reason)

    def on_filled(self, event: OrderFilled) -> None:
        """A fill, maybe the last."""
        order = self._open_order(event.order_id)
        if order is None:
            return
        status = order.status if order.status in _STAYS_THROUGH_FILLS else OrderStatus.PARTIALLY_FILLED
        self._change(
            order,
            event.now_ns,
            filled_qty=order.filled_qty + event.last_qty,
            filled_value=order.filled_value + event.last_qty * event.last_price,
            commission=order.commission + event.commission,
            status=status if event.leaves_qty else OrderStatus.FILLED,
        )

    def on_canceled(self, event: OrderCanceled) -> None:
        """The rest is gone."""
        self._end(event.order_id, event.now_ns, OrderStatus.CANCELED, event.reason)

    def on_expired(self, event: OrderExpired) -> None:
        """Its time is over."""
        self._end(event.order_id, event.now_ns, OrderStatus.EXPIRED, Reason.NONE)

    def on_replaced(self, event: OrderReplaced) -> None:
        """New price and total."""
        order = self._open_order(event.order_id)
        if order is None:
            return
        # A MARKET order that shrank has no price and reserves as before; what waits for its parent reserves nothing.
        if event.price and order.status is not OrderStatus.SUSPENDED:
            self._gate_prices[event.order_id] = event.price
        status = order.status if order.status is OrderStatus.PENDING_CANCEL else _settled(order)
        self._change(order, event.now_ns, qty=event.qty, status=status, **_amended_price(order, event.price))

    def on_amended(self, order_id: int, account_id: int, client_order_id: str, price: int) -> None:
        """An amendment took effect: of a pegged order it names the limit, which no event tells."""
        named = self.get(order_id) if order_id else self.by_client_id(account_id, client_order_id)
        order = None if named is None else self._open_order(named.order_id)
        if order is not None and order.order_type is OrderType.PEGGED:
            self._orders[order.order_id] = msgspec.structs.replace(order, peg_limit=price)
            self.touch(order.order_id)

    def on_cancel_submitted(self, event: CancelSubmitted) -> None:
        """An outside venue was asked to cancel."""
        self._move(event.order_id, event.now_ns, OrderStatus.PENDING_CANCEL)

    def on_replace_submitted(self, event: ReplaceSubmitted) -> None:
        """An outside venue was asked to replace."""
        self._move(event.order_id, event.now_ns, OrderStatus.PENDING_REPLACE)

    def on_request_refused(self, order_id: int, now_ns: int) -> None:
        """An outside venue refused a cancel or replace: the order stands as it was."""
        order = self._open_order(order_id)
        if order is not None:
            self._change(order, now_ns, status=_settled(order))

    def _move(self, order_id: int, now_ns: int, status: OrderStatus) -> None:
        order = self._open_order(order_id)
        if order is not None:
            self._change(order, now_ns, status=status)

    def _end(self, order_id: int, now_ns: int, status: OrderStatus, reason: int) -> None:
        order = self._open_order(order_id)
        if order is not None:
            self._change(order, now_ns, status=status, reason=reason)

    def _change(self, order: OrderView, now_ns: int, **changes: Any) -> None:
        changed = msgspec.structs.replace(order, updated_ns=now_ns, **changes)
        self._orders[order.order_id] = changed
        if changed.status.is_closed:
            del self._open[order.order_id]
            self._gate_prices.pop(order.order_id, None)
            self._close(changed)
        self.touch(order.order_id)

    def _open_order(self, order_id: int) -> OrderView | None:
        return self._orders[order_id] if order_id in self._open else None

    def _add_open(self, order: OrderView) -> None:
        self._orders[order.order_id] = order
        self._open[order.order_id] = None
        self._remember_client_id(order)

    def _close(self, order: OrderView) -> None:
        self._closed[order.order_id] = None
        if len(self._closed) > self._capacity:
            self._forget(next(iter(self._closed)))

    def _forget(self, order_id: int) -> None:
        del self._closed[order_id]
        order = self._orders.pop(order_id)
        self.complete_above = max(self.complete_above, arrival_of(order_id))
        key = (order.account_id, order.client_order_id)
        if self._by_client_id.get(key) == order_id:
            del self._by_client_id[key]

    def _remember_client_id(self, order: OrderView) -> None:
        if order.client_order_id:
            self._by_client_id[order.account_id, order.client_order_id] = order.order_id


def _amended_price(order: OrderView, price: int) -> dict[str, Any]:
    """What the price of an amendment becomes: the limit, or the trigger of an order that has none."""
    if not order.order_type.is_amended_by_trigger:
        return {"price": price}
    trigger_price = price or order.instructions.trigger_price
    return {"instructions": msgspec.structs.replace(order.instructions, trigger_price=trigger_price)}


def _settled(order: OrderView) -> OrderStatus:
    """The status of an open order with nothing in flight."""
    keeps = order.status in (OrderStatus.TRIGGERED, OrderStatus.SUSPENDED)
    unfilled = order.status if keeps else OrderStatus.NEW
    return OrderStatus.PARTIALLY_FILLED if order.filled_qty else unfilled


def _first_view(event: OrderSubmitted | OrderDenied, status: OrderStatus, reason: int) -> OrderView:
    return OrderView(
        **{name: getattr(event, name) for name in _SENT_FIELDS},
        filled_qty=0,
        filled_value=0,
        commission=0,
        status=status,
        reason=reason,
        created_ns=event.now_ns,
        updated_ns=event.now_ns,
        peg_limit=event.price if event.order_type is OrderType.PEGGED else 0,
    )
