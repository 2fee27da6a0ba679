"""What a venue's report does to an order of the desk, whichever venue it comes from."""

from __future__ import annotations

from cambist.domain.events import (
    CancelRejected,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderRejected,
    OrderReplaced,
    OrderTriggered,
    ReplaceRejected,
)
from cambist.domain.fill import Fill
from cambist.domain.order import Order
from cambist.domain.routed_order import ExecutionReport
from cambist.domain.vocabulary import ReportKind
from cambist.engine.reference.echo import ids_of
from cambist.engine.reference.fills import state_fill, take_fill
from cambist.engine.reference.ledger import Ledger
from cambist.engine.reference.order_table import OrderTable
from cambist.engine.reference.state import EngineState


class Lifecycle:
    """Takes reports that fit the order's state; anything else breaks an invariant of the order."""

    def __init__(self, state: EngineState, orders: OrderTable, ledger: Ledger) -> None:
        self._state = state
        self._orders = orders
        self._ledger = ledger

    def take(self, order: Order, report: ExecutionReport) -> None:
        """Change the order, state the fact, and keep what is counted over orders in step."""
        self._orders.release(order)
        match report.kind:
            case ReportKind.ACCEPTED:
                order.accept()
                self._state.log.emit(OrderAccepted(**ids_of(order)))
            case ReportKind.REJECTED:
                order.reject()
                self._state.log.emit(OrderRejected(**ids_of(order), reason=report.reason))
            case ReportKind.CANCELED:
                order.cancel()
                self._state.log.emit(
                    OrderCanceled(**ids_of(order), reason=report.reason, canceled_qty=order.canceled_qty)
                )
            case ReportKind.EXPIRED:
                order.expire()
                self._state.log.emit(OrderExpired(**ids_of(order), canceled_qty=order.canceled_qty))
            case ReportKind.REPLACED:
                self._replaced(order, report)
            case ReportKind.CANCEL_REJECTED | ReportKind.REPLACE_REJECTED:
                self._refused(order, report)
            case ReportKind.FILLED:
                fill = self._filled(order, report)
                self._orders.keep(order)
                self._ledger.book(order, fill)
                return
        self._orders.keep(order)

    def trigger(self, order: Order, trigger_price: int, seen_price: int) -> None:
        """What it waited for has come. It reserves as before."""
        order.trigger()
        self._state.log.emit(OrderTriggered(**ids_of(order), trigger_price=trigger_price, seen_price=seen_price))

    def _filled(self, order: Order, report: ExecutionReport) -> Fill:
        fill = take_fill(self._state, order, report, order.strategy_id)
        order.fill(fill.price, fill.qty, fill.commission)
        state_fill(self._state, order, fill, order.strategy_id)
        return fill

    def _replaced(self, order: Order, report: ExecutionReport) -> None:
        order.replace(report.price, report.qty)
        self._state.log.emit(
            OrderReplaced(
                **ids_of(order),
                price=report.price,
                qty=report.qty,
                leaves_qty=order.leaves_qty,
                kept_priority=report.kept_priority,
            )
        )

    def _refused(self, order: Order, report: ExecutionReport) -> None:
        """A cancel or replace did not take effect. Our own venue refuses replaces at once: nothing was in flight."""
        is_cancel = report.kind is ReportKind.CANCEL_REJECTED
        if is_cancel:
            order.refuse_cancel()
        elif order.status.is_in_flight:
            order.refuse_replace()
        event = CancelRejected if is_cancel else ReplaceRejected
        self._state.log.emit(
            event(
                order_id=order.order_id,
                account_id=order.account_id,
                reason=report.reason,
                client_order_id=order.client_order_id,
            )
        )
