"""hft_orders: the present state of every order of the desk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from cambist.domain.events import (
    CancelRejected,
    CancelSubmitted,
    OrderAccepted,
    OrderCanceled,
    OrderDenied,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderReleased,
    OrderReplaced,
    OrderSubmitted,
    OrderSuspended,
    OrderTriggered,
    ReplaceRejected,
    ReplaceSubmitted,
)
from cambist.domain.message import Event
from cambist.domain.reasons import Reason, reason_name
from cambist.domain.vocabulary import OrderFlag, OrderStatus, OrderType
from cambist.infrastructure.persistence.projections.reference import Reference, fits
from cambist.infrastructure.persistence.projections.tables import orders
from cambist.infrastructure.persistence.projections.upsert import upsert
from cambist.protocols.quotes import arrival_of

Row = dict[str, Any]

_ENDS: dict[type[Event], OrderStatus] = {
    OrderRejected: OrderStatus.REJECTED,
    OrderCanceled: OrderStatus.CANCELED,
    OrderExpired: OrderStatus.EXPIRED,
}
_OPENED = (OrderSubmitted, OrderDenied)
_IN_FLIGHT: dict[type[Event], OrderStatus] = {
    CancelSubmitted: OrderStatus.PENDING_CANCEL,
    ReplaceSubmitted: OrderStatus.PENDING_REPLACE,
}
_SETTLED = (OrderAccepted, OrderReplaced, CancelRejected, ReplaceRejected)
_AWAKENED = (OrderTriggered, OrderSuspended, OrderReleased)
ORDER_EVENTS: tuple[type[Event], ...] = (*_OPENED, *_ENDS, *_IN_FLIGHT, *_SETTLED, OrderFilled, *_AWAKENED)


class OrderProjection:
    """Rows of open orders stay in memory between flushes; closed ones leave it once written."""

    def __init__(self, connection: Connection, reference: Reference) -> None:
        closed = [status.name for status in OrderStatus if status.is_closed]
        rows = connection.execute(select(orders).where(orders.c.status.not_in(closed)))
        self._rows: dict[int, Row] = {row.order_id: dict(row._mapping) for row in rows}
        self._changed: set[int] = set()
        self._reference = reference

    def on_event(self, event: Event) -> None:
        """Apply one of ORDER_EVENTS of a desk account."""
        if isinstance(event, _OPENED):
            self._open(event)
            return
        row = self._rows.get(event.order_id)  # type: ignore[attr-defined]
        if row is None or OrderStatus[row["status"]].is_closed:
            return  # a cancel or replace that named an order which is not open
        if isinstance(event, OrderFilled):
            self._fill(row, event)
        elif isinstance(event, OrderReplaced):
            self._replace(row, event)
        elif isinstance(event, _AWAKENED):
            self._awake(row, event)
        elif type(event) in _IN_FLIGHT:
            row["status"] = _IN_FLIGHT[type(event)].name
        elif type(event) in _ENDS:
            row["status"] = _ENDS[type(event)].name
            row["leaves_qty_e8"] = 0
            reason = getattr(event, "reason", Reason.NONE)
            row["reason"] = reason_name(reason) if reason else None
        else:
            row["status"] = _open_status(row)
        row["updated_ns"] = event.now_ns
        self._changed.add(event.order_id)  # type: ignore[attr-defined]

    def is_amended_by_trigger(self, order_id: int) -> bool:
        """True for an open order without a limit price that waits for one."""
        row = self._rows.get(order_id)
        return row is not None and OrderType[row["order_type"]].is_amended_by_trigger

    def flush(self, connection: Connection) -> None:
        """Write changed rows and forget closed ones."""
        upsert(connection, orders, [self._rows[order_id] for order_id in sorted(self._changed)])
        for order_id in self._changed:
            if OrderStatus[self._rows[order_id]["status"]].is_closed:
                del self._rows[order_id]
        self._changed.clear()

    def _open(self, event: OrderSubmitted | OrderDenied) -> None:
        scale = self._reference.scale(event.instrument_id)
        denied = isinstance(event, OrderDenied)
        qty = fits(event.qty * scale.lot_size)
        self._rows[event.order_id] = {
            "order_id": event.order_id,
            "client_order_id": event.client_order_id,
            "account_id": event.account_id,
            "strategy_id": event.strategy_id,
            "instrument_id": event.instrument_id,
            "symbol": scale.symbol,
            "side": event.side.name,
            "order_type": event.order_type.name,
            "time_in_force": event.time_in_force.name,
            "post_only": OrderFlag.POST_ONLY in event.flags,
            "reduce_only": OrderFlag.REDUCE_ONLY in event.flags,
            "flags": int(event.flags),
            "price_e8": fits(event.price * scale.tick_size),
            "qty_e8": qty,
            "filled_qty_e8": 0,
            "leaves_qty_e8": 0 if denied else qty,
            "filled_notional_e8": 0,
            "avg_price_e8": None,
            "commission_e8": 0,
            "status": OrderStatus.DENIED.name if denied else OrderStatus.PENDING_NEW.name,
            "reason": reason_name(event.reason) if isinstance(event, OrderDenied) else None,
            "expire_ns": event.expire_ns,
            "created_ns": event.now_ns,
            "updated_ns": event.now_ns,
            "arrival": arrival_of(event.order_id),
        }
        self._changed.add(event.order_id)

    def _fill(self, row: Row, event: OrderFilled) -> None:
        scale = self._reference.scale(event.instrument_id)
        row["filled_qty_e8"] += event.last_qty * scale.lot_size
        row["leaves_qty_e8"] = event.leaves_qty * scale.lot_size
        row["filled_notional_e8"] += event.last_price * event.last_qty * scale.unit_value
        tick_lots = row["filled_notional_e8"] // scale.unit_value
        filled_lots = row["filled_qty_e8"] // scale.lot_size
        row["avg_price_e8"] = (tick_lots * scale.tick_size) // filled_lots
        row["commission_e8"] += event.commission
        if event.leaves_qty == 0:
            row["status"] = OrderStatus.FILLED.name
        elif row["status"] not in (OrderStatus.PENDING_CANCEL.name, OrderStatus.PENDING_REPLACE.name):
            row["status"] = OrderStatus.PARTIALLY_FILLED.name

    def _awake(self, row: Row, event: OrderTriggered | OrderSuspended | OrderReleased) -> None:
        """An order waits for its parent, is released by it, or has met its trigger."""
        if isinstance(event, OrderReleased):
            scale = self._reference.scale(event.instrument_id)
            row["qty_e8"] = row["leaves_qty_e8"] = fits(event.qty * scale.lot_size)
            row["status"] = OrderStatus.PENDING_NEW.name
        else:
            is_suspended = isinstance(event, OrderSuspended)
            row["status"] = (OrderStatus.SUSPENDED if is_suspended else OrderStatus.TRIGGERED).name

    def _replace(self, row: Row, event: OrderReplaced) -> None:
        scale = self._reference.scale(event.instrument_id)
        if not OrderType[row["order_type"]].is_amended_by_trigger:
            row["price_e8"] = fits(event.price * scale.tick_size)
        row["qty_e8"] = fits(event.qty * scale.lot_size)
        row["leaves_qty_e8"] = fits(event.leaves_qty * scale.lot_size)
        if row["status"] != OrderStatus.PENDING_CANCEL.name:
            row["status"] = _open_status(row)


def _open_status(row: Row) -> str:
    """The status of an order with no request in flight."""
    if row["filled_qty_e8"]:
        return OrderStatus.PARTIALLY_FILLED.name
    keeps = row["status"] in (OrderStatus.TRIGGERED.name, OrderStatus.SUSPENDED.name)
    return str(row["status"]) if keeps else OrderStatus.NEW.name
