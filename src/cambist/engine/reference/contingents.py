"""Groups of the desk's orders: one cancels the other, or a parent brings its children to life (docs/engine.md
section 26).
"""

from __future__ import annotations

from typing import Protocol

from cambist.domain.events import OrderReleased, OrderSuspended
from cambist.domain.order import Order
from cambist.domain.reasons import Reason
from cambist.domain.routed_order import Approved, ExecutionReport
from cambist.domain.vocabulary import Contingency, OrderStatus, ReportKind
from cambist.engine.reference.echo import ids_of
from cambist.engine.reference.gate import Gate
from cambist.engine.reference.order_table import OrderTable, position_key
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.venue import Venue


class OrderKeeper(Protocol):
    """Who has the orders: the desk."""

    def cancel_open(self, order_id: int, reason: Reason) -> None:
        """End an open order, wherever it is."""

    def tell(self, order: Order, report: ExecutionReport) -> None:
        """Something happened to an order."""

    def route(self, approved: Approved[Order]) -> None:
        """Send an order to our venue."""


class Contingents:
    """Fills lower the others of a group at once; what an end sets off waits until the engine reacts."""

    def __init__(self, state: EngineState, venue: Venue, orders: OrderTable, gate: Gate, keeper: OrderKeeper) -> None:
        self._state = state
        self._venue = venue
        self._orders = orders
        self._gate = gate
        self._keeper = keeper
        self._filled: list[tuple[Order, int]] = []
        self._ended: list[Order] = []

    def suspend(self, order: Order) -> None:
        """A child waits for its parent."""
        order.suspend()
        self._state.log.emit(OrderSuspended(**ids_of(order)))
        if order.expire_ns:
            self._state.timers.arm_expiry(order.expire_ns, order.order_id)

    def note(self, order: Order, report: ExecutionReport) -> None:
        """Remember what a report means for the others of a group. `order` already shows it."""
        contingency = order.instructions.contingency
        if report.kind is ReportKind.FILLED and contingency in (Contingency.OCO, Contingency.CHILD):
            self._filled.append((order, report.qty))
        is_refused_child = contingency is Contingency.CHILD and report.kind is ReportKind.REJECTED
        if contingency and not order.is_open and report.reason != Reason.GROUP_FILLED and not is_refused_child:
            self._ended.append(order)

    def end_alone(self, child: Order, report: ExecutionReport) -> None:
        """A suspended child ends without having been at the venue: its siblings go on."""
        self._keeper.tell(child, report)
        self._ended.remove(child)

    def lower(self) -> None:
        """A trade has been told to both sides: the others of their groups lose as many lots, before anything else."""
        filled, self._filled = self._filled, []
        for order, qty in filled:
            for other in self._others(order):
                self._lower(other, qty)

    def settle_next(self) -> bool:
        """Draw the consequence of the next end, or release the next due child. False where none is left."""
        if not self._ended:
            return self._release_next_due()
        order = self._ended.pop(0)
        if order.instructions.contingency is Contingency.PARENT:
            self._end_of_parent(order)
        else:
            for other in self._others(order):
                self._keeper.cancel_open(other.order_id, Reason.GROUP_ENDED)
        return True

    def _others(self, order: Order) -> list[Order]:
        """The open orders that cancel each other with an order, by order_id."""
        contingency = order.instructions.contingency
        return [other for other in self._group(order, contingency) if other is not order]

    def _group(self, order: Order, contingency: Contingency) -> list[Order]:
        key = (position_key(order), order.instructions.group_id, contingency)
        return [
            other
            for other in self._state.orders.values()
            if (position_key(other), other.instructions.group_id, other.instructions.contingency) == key
        ]

    def _lower(self, other: Order, qty: int) -> None:
        if other.status is not OrderStatus.SUSPENDED:
            self._venue.lower(other.order_id, qty)
        elif other.leaves_qty <= qty:
            self._keeper.cancel_open(other.order_id, Reason.GROUP_FILLED)
        else:
            is_due = other.is_due
            self._shrink(other, other.qty - qty)
            if is_due:
                other.make_due()

    def _shrink(self, child: Order, qty: int) -> None:
        report = ExecutionReport(
            order_id=child.order_id, kind=ReportKind.REPLACED, price=child.price, qty=qty, kept_priority=True
        )
        self._keeper.tell(child, report)

    def _end_of_parent(self, parent: Order) -> None:
        """All children become as large as what it filled before the first is released: what that one trades lowers
        those that follow.
        """
        children = [child for child in self._group(parent, Contingency.CHILD) if self._waits_for_parent(child)]
        for child in children:
            if not parent.filled_qty:
                self._keeper.cancel_open(child.order_id, Reason.PARENT_UNFILLED)
            elif parent.filled_qty < child.qty:
                self._shrink(child, parent.filled_qty)
        for child in children:
            if self._waits_for_parent(child):  # those before it may have ended it
                self._release(child)

    def _waits_for_parent(self, child: Order) -> bool:
        return child.status is OrderStatus.SUSPENDED and not child.is_due

    def _release(self, child: Order) -> None:
        if not self._state.markets[child.instrument_id].phase.takes_orders:
            child.make_due()
            return
        verdict = self._gate.review_release(child)
        if isinstance(verdict, Reason):
            report = ExecutionReport(order_id=child.order_id, kind=ReportKind.CANCELED, reason=verdict)
            self.end_alone(child, report)
            return
        approved, gate_price = verdict
        self._orders.release(child)
        child.release(gate_price)
        self._orders.keep(child)
        self._state.log.emit(OrderReleased(**ids_of(child), qty=child.qty))
        self._keeper.route(approved)

    def _release_next_due(self) -> bool:
        """The first by order_id whose phase takes orders again. Here all are looked at; a kernel may be cleverer."""
        for child in self._state.orders.values():
            if child.is_due and self._state.markets[child.instrument_id].phase.takes_orders:
                self._release(child)
                return True
        return False
