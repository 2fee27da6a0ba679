"""Reports of outside venues arrive as commands: judged here, then taken like those of our own venue."""

from __future__ import annotations

from cambist.domain.commands import VenueReport
from cambist.domain.order import Order
from cambist.domain.order_form import is_price, is_qty
from cambist.domain.reasons import Reason
from cambist.domain.routed_order import ExecutionReport
from cambist.domain.vocabulary import OrderStatus, ReportKind
from cambist.domain.widths import MAX_I64
from cambist.engine.reference.lifecycle import Lifecycle
from cambist.engine.reference.state import EngineState

_STATUSES: dict[ReportKind, tuple[OrderStatus, ...]] = {
    ReportKind.ACCEPTED: (OrderStatus.PENDING_NEW, OrderStatus.PENDING_CANCEL),
    ReportKind.REJECTED: (OrderStatus.PENDING_NEW, OrderStatus.PENDING_CANCEL),
    ReportKind.CANCEL_REJECTED: (OrderStatus.PENDING_CANCEL,),
    ReportKind.REPLACE_REJECTED: (OrderStatus.PENDING_REPLACE,),
}
"""In which statuses a report makes sense; kinds that are not here, in every open one."""

_DEFAULT_REASONS: dict[ReportKind, Reason] = {
    ReportKind.REJECTED: Reason.VENUE_REJECTED,
    ReportKind.CANCEL_REJECTED: Reason.VENUE_REJECTED,
    ReportKind.REPLACE_REJECTED: Reason.VENUE_REJECTED,
    ReportKind.CANCELED: Reason.REQUESTED,
}


class OutsideReports:
    """docs/engine.md section 9."""

    def __init__(self, state: EngineState, lifecycle: Lifecycle) -> None:
        self._state = state
        self._lifecycle = lifecycle

    def take(self, command: VenueReport) -> Reason:
        """Apply a report once. Returns why it was refused, else NONE."""
        order = self._state.orders.get(command.order_id)
        if order is None or self._state.markets[order.instrument_id].instrument.is_internal:
            return Reason.ORDER_NOT_OPEN
        if command.exec_id <= order.last_exec_id:
            return Reason.NONE
        if reason := self._reason_against(command, order):
            return reason
        order.last_exec_id = command.exec_id
        self._lifecycle.take(order, _report_of(command))
        return Reason.NONE

    def _reason_against(self, command: VenueReport, order: Order) -> Reason:
        if command.report in _STATUSES and order.status not in _STATUSES[command.report]:
            return Reason.INVALID_TRANSITION
        if command.report is ReportKind.FILLED:
            return self._fill_reason(command, order)
        if command.report is ReportKind.REPLACED:
            return self._replaced_reason(command, order)
        return Reason.NONE

    def _fill_reason(self, command: VenueReport, order: Order) -> Reason:
        if command.qty < 1:
            return Reason.INVALID_QTY
        if not is_price(command.price):
            return Reason.INVALID_PRICE
        if command.qty > order.leaves_qty:
            return Reason.REPORT_OVERFILL
        return self._notional_reason(order, command.price, command.qty)

    def _replaced_reason(self, command: VenueReport, order: Order) -> Reason:
        if not is_qty(command.qty):
            return Reason.INVALID_QTY
        if not is_price(command.price):
            return Reason.INVALID_PRICE
        if command.qty <= order.filled_qty:
            return Reason.QTY_BELOW_FILLED
        return self._notional_reason(order, command.price, command.qty - order.filled_qty)

    def _notional_reason(self, order: Order, price: int, qty: int) -> Reason:
        notional = self._state.markets[order.instrument_id].instrument.value(price, qty)
        return Reason.NOTIONAL_OVERFLOW if notional > MAX_I64 else Reason.NONE


def _report_of(command: VenueReport) -> ExecutionReport:
    return ExecutionReport(
        order_id=command.order_id,
        kind=command.report,
        exec_id=command.exec_id,
        is_maker=command.is_maker,
        reason=command.reason or _DEFAULT_REASONS.get(command.report, Reason.NONE),
        price=command.price,
        qty=command.qty,
    )
