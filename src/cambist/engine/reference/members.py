"""Sessions of the venue's members. They have no tables: what they are told comes from the venue's own order."""

from __future__ import annotations

from cambist.domain.commands import CancelOrder, MassCancel, NewOrder, ReplaceOrder
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
from cambist.domain.reasons import Reason
from cambist.domain.routed_order import ExecutionReport, ReplaceTerms, RoutedOrder
from cambist.domain.vocabulary import ReportKind
from cambist.engine.reference.echo import ids_of
from cambist.engine.reference.fills import state_fill, take_fill
from cambist.engine.reference.instructed import state_instructions
from cambist.engine.reference.mass_cancel import matches
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.venue import Venue
from cambist.engine.reference.venue_gate import member_order_reason, member_replace_reason
from cambist.engine.reference.venue_order import VenueOrder

NO_STRATEGY = 0


class Members:
    """Takes their commands to the venue and states what became of them."""

    def __init__(self, state: EngineState, venue: Venue) -> None:
        self._state = state
        self._venue = venue

    def new_order(self, command: NewOrder) -> None:
        """Straight to the venue."""
        routed = RoutedOrder.from_member(command)
        market = self._state.markets.get(command.instrument_id)
        if reason := member_order_reason(routed, market, self._state.log.now_ns):
            self._venue.reject(routed, self, reason)
        else:
            state_instructions(self._state.log, routed.order_id, command)
            self._venue.enter(routed, self)

    def refuse_order(self, command: NewOrder, reason: Reason) -> None:
        """It is not admitted."""
        self._venue.reject(RoutedOrder.from_member(command), self, reason)

    def cancel_order(self, command: CancelOrder) -> None:
        """By order_id only."""
        if self._own(command.account_id, command.order_id) is not None:
            self._venue.cancel(command.order_id, Reason.REQUESTED)
            return
        self._state.log.emit(
            CancelRejected(
                order_id=command.order_id,
                account_id=command.account_id,
                reason=Reason.ORDER_NOT_OPEN,
                client_order_id=command.client_order_id,
            )
        )

    def replace_order(self, command: ReplaceOrder) -> None:
        """By order_id only."""
        order = self._own(command.account_id, command.order_id)
        if order is None:
            self.refuse_replace(command, Reason.ORDER_NOT_OPEN)
            return
        market = self._state.markets[order.instrument_id]
        waiting = self._state.waiting.get(order.order_id)
        has_trigger = waiting is not None and order.order_type.is_amended_by_trigger
        present_price = waiting.trigger_price if waiting and has_trigger else order.price
        present_price = order.limit_price if order.is_pegged else present_price
        is_shrink = command.price == present_price and command.qty <= order.qty
        terms = ReplaceTerms(command.price, command.qty, is_shrink)
        if reason := member_replace_reason(order, market, terms, is_waiting=waiting is not None):
            self._refuse_replace(command, reason, "")
        else:
            self._venue.replace(order, terms)

    def refuse_replace(self, command: ReplaceOrder, reason: Reason) -> None:
        """With the ids as they were given."""
        self._refuse_replace(command, reason, command.client_order_id)

    def matching(self, command: MassCancel) -> list[int]:
        """Members' orders that pass a mass cancel's filters, by order_id."""
        return [
            order.order_id
            for order in self._state.venue_orders()
            if order.session is self and matches(command, order, NO_STRATEGY)
        ]

    def cancel_open(self, order_id: int, reason: Reason) -> None:
        """Cancel an order that the venue holds."""
        self._venue.cancel(order_id, reason)

    def reducible_qty(self, order_id: int) -> int:  # noqa: ARG002
        """Members have no positions here, and the venue's gate lets no reduce_only order of theirs in."""
        return 0

    def on_report(self, order: VenueOrder, report: ExecutionReport) -> None:
        """State what happened to a member's order."""
        match report.kind:
            case ReportKind.ACCEPTED:
                self._state.log.emit(OrderAccepted(**ids_of(order)))
            case ReportKind.REJECTED:
                self._state.log.emit(OrderRejected(**ids_of(order), reason=report.reason))
            case ReportKind.FILLED:
                self._filled(order, report)
            case ReportKind.CANCELED:
                self._state.log.emit(
                    OrderCanceled(**ids_of(order), reason=report.reason, canceled_qty=order.leaves_qty)
                )
            case ReportKind.EXPIRED:
                self._state.log.emit(OrderExpired(**ids_of(order), canceled_qty=order.leaves_qty))
            case ReportKind.REPLACED:
                self._replaced(order, report)
            case _:
                self._state.log.emit(
                    ReplaceRejected(
                        order_id=order.order_id,
                        account_id=order.account_id,
                        reason=report.reason,
                        client_order_id="",
                    )
                )

    def after_trade(self) -> None:
        """Nothing of theirs is tied to anything."""

    def on_trigger(self, order: VenueOrder, trigger_price: int, seen_price: int) -> None:
        """State that a member's order enters the market."""
        self._state.log.emit(OrderTriggered(**ids_of(order), trigger_price=trigger_price, seen_price=seen_price))

    def _filled(self, order: VenueOrder, report: ExecutionReport) -> None:
        fill = take_fill(self._state, order, report, NO_STRATEGY)
        state_fill(self._state, order, fill, NO_STRATEGY)

    def _replaced(self, order: VenueOrder, report: ExecutionReport) -> None:
        self._state.log.emit(
            OrderReplaced(
                **ids_of(order),
                price=report.price,
                qty=report.qty,
                leaves_qty=order.leaves_qty,
                kept_priority=report.kept_priority,
            )
        )

    def _own(self, account_id: int, order_id: int) -> VenueOrder | None:
        order = self._state.venue_order(order_id)
        return order if order is not None and order.account_id == account_id else None

    def _refuse_replace(self, command: ReplaceOrder, reason: Reason, client_order_id: str) -> None:
        self._state.log.emit(
            ReplaceRejected(
                order_id=command.order_id,
                account_id=command.account_id,
                reason=reason,
                client_order_id=client_order_id,
            )
        )
