"""The desk: the firm's own orders from the gate to their end. It talks to our venue by RoutedOrder and takes every
venue's reports, ours in the middle of matching, an outside one's as commands.
"""

from __future__ import annotations

from collections.abc import Callable

from cambist.domain.commands import CancelOrder, MassCancel, NewOrder, ReplaceOrder
from cambist.domain.events import (
    CancelRejected,
    CancelSubmitted,
    OrderDenied,
    OrderRepeated,
    OrderSubmitted,
    ReplaceRejected,
    ReplaceSubmitted,
)
from cambist.domain.instrument import is_plain_text
from cambist.domain.order import Order
from cambist.domain.order_form import MAX_CLIENT_ORDER_ID_CHARACTERS
from cambist.domain.order_terms import OrderTerms
from cambist.domain.reasons import Reason
from cambist.domain.routed_order import Approved, ExecutionReport, RoutedOrder, RoutedReplace
from cambist.domain.vocabulary import Contingency, OrderStatus, ReportKind
from cambist.engine.reference.contingents import Contingents
from cambist.engine.reference.gate import Gate
from cambist.engine.reference.instructed import state_instructions
from cambist.engine.reference.ledger import Ledger
from cambist.engine.reference.lifecycle import Lifecycle
from cambist.engine.reference.mass_cancel import matches
from cambist.engine.reference.order_table import OrderTable, position_key
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.venue import Venue
from cambist.engine.reference.venue_gate import desk_order_reason
from cambist.engine.reference.venue_order import VenueOrder


class Desk:
    """Commands about orders of desk accounts. As a session of our venue it hears of them again."""

    def __init__(self, state: EngineState, venue: Venue, ledger: Ledger) -> None:
        self._state = state
        self._venue = venue
        self._orders = OrderTable(state)
        self._gate = Gate(state, self._orders)
        self.lifecycle = Lifecycle(state, self._orders, ledger)
        venue.expire_elsewhere = self.expire
        self._contingents = Contingents(state, venue, self._orders, self._gate, self)

    def new_order(self, command: NewOrder) -> None:
        """Gate, then venue."""
        account = self._state.accounts.get(command.account_id)
        if account is None:
            self.refuse_order(command, Reason.UNKNOWN_ACCOUNT)
        elif not self._is_answered_by_client_id(command):
            verdict = self._gate.review(command, account)
            if isinstance(verdict, Reason):
                self.refuse_order(command, verdict)
                self._orders.remember_denied(command)
            else:
                self._submit(verdict, command)

    def cancel_order(self, command: CancelOrder) -> None:
        """By order_id, or by client_order_id where that is 0."""
        order = self._find(command)
        if order is not None:
            self._cancel(order, Reason.REQUESTED)
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
        """Gate, then venue."""
        order = self._find(command)
        if order is None:
            self.refuse_replace(command, Reason.ORDER_NOT_OPEN)
            return
        verdict = self._gate.review_replace(command, order)
        if isinstance(verdict, Reason):
            self._refuse_replace(order.order_id, command, verdict, order.client_order_id)
        else:
            self._route_replace(order, verdict)

    def refuse_replace(self, command: ReplaceOrder, reason: Reason) -> None:
        """With the ids as they were given."""
        self._refuse_replace(command.order_id, command, reason, command.client_order_id)

    def matching(self, command: MassCancel) -> list[int]:
        """Its open orders that pass a mass cancel's filters, by order_id."""
        return self._chosen(lambda order: matches(command, order, order.strategy_id))

    def cancel_where(self, condition: Callable[[Order], bool], reason: Reason) -> None:
        """Cancel every open order that meets a condition, by order_id, unless its cancel is under way."""
        for order_id in self._chosen(condition):
            self.cancel_open(order_id, reason)

    def cancel_open(self, order_id: int, reason: Reason) -> None:
        """Cancel an open order, unless its cancel is under way."""
        order = self._state.orders[order_id]
        if order.status is not OrderStatus.PENDING_CANCEL:
            self._cancel(order, reason)

    def _chosen(self, condition: Callable[[Order], bool]) -> list[int]:
        return sorted(order.order_id for order in self._state.orders.values() if condition(order))

    def on_report(self, order: VenueOrder, report: ExecutionReport) -> None:
        """Our venue says something about one of our orders."""
        self.tell(self._state.orders[order.order_id], report)

    def tell(self, order: Order, report: ExecutionReport) -> None:
        """Something happened to one of our orders."""
        self.lifecycle.take(order, report)
        self._contingents.note(order, report)

    def after_trade(self) -> None:
        """Both sides of a trade know of it: now the groups of their orders follow."""
        self._contingents.lower()

    def settle_next(self) -> bool:
        """Draw the next consequence of an order's end for its group. False where none is left."""
        return self._contingents.settle_next()

    def suspended(self) -> list[Order]:
        """Children that wait for their parents, by order_id."""
        return [order for order in self._state.orders.values() if order.status is OrderStatus.SUSPENDED]

    def expire(self, order_id: int) -> None:
        """The time of an order is over that our venue does not have: it waits for its parent."""
        order = self._state.orders.get(order_id)
        if order is not None and order.status is OrderStatus.SUSPENDED:
            self._contingents.end_alone(order, ExecutionReport(order_id=order_id, kind=ReportKind.EXPIRED))

    def on_trigger(self, order: VenueOrder, trigger_price: int, seen_price: int) -> None:
        """One of our orders enters the market."""
        self.lifecycle.trigger(self._state.orders[order.order_id], trigger_price, seen_price)

    def reducible_qty(self, order_id: int) -> int:
        """How many lots of its position an order could close now."""
        order = self._state.orders[order_id]
        position = self._state.positions.get(position_key(order))
        return position.reducible_qty(order.side) if position else 0

    def _is_answered_by_client_id(self, command: NewOrder) -> bool:
        """True where the client_order_id alone decides: it is malformed, or was used before."""
        name = command.client_order_id
        if not name:
            return False
        if not is_plain_text(name, MAX_CLIENT_ORDER_ID_CHARACTERS):
            self.refuse_order(command, Reason.INVALID_CLIENT_ORDER_ID)
            return True
        known = self._state.client_ids[command.account_id].known(name)
        if known is None:
            return False
        if known.terms == OrderTerms.of(command):
            self._state.log.emit(
                OrderRepeated(order_id=known.order_id, account_id=command.account_id, client_order_id=name)
            )
        else:
            self.refuse_order(command, Reason.DUPLICATE_CLIENT_ORDER_ID)
        return True

    def _submit(self, approved: Approved[Order], command: NewOrder) -> None:
        order = approved.value
        is_child = order.instructions.contingency is Contingency.CHILD
        self._orders.admit(order)
        self._state.log.emit(
            OrderSubmitted(
                order_id=order.order_id,
                instrument_id=order.instrument_id,
                account_id=order.account_id,
                strategy_id=order.strategy_id,
                side=order.side,
                order_type=order.order_type,
                time_in_force=order.time_in_force,
                flags=order.flags,
                price=order.price,
                qty=order.qty,
                expire_ns=order.expire_ns,
                client_order_id=order.client_order_id,
            )
        )
        state_instructions(self._state.log, order.order_id, command)
        if is_child:
            self._orders.release(order)
            self._contingents.suspend(order)
            self._orders.keep(order)
        elif self._is_internal(order):
            self.route(approved)

    def route(self, approved: Approved[Order]) -> None:
        """To our own venue."""
        market = self._state.markets[approved.value.instrument_id]
        routed = RoutedOrder.from_desk(approved)
        if reason := desk_order_reason(routed, market):
            self._venue.reject(routed, self, reason)
        else:
            self._venue.enter(routed, self)

    def _route_replace(self, order: Order, approved: Approved[RoutedReplace]) -> None:
        terms = approved.value.terms
        if self._is_internal(order):
            held = self._state.venue_order(order.order_id)
            if held is not None:
                self._venue.replace(held, terms)
            return
        order.request_replace(terms.price, terms.qty)
        self._state.log.emit(
            ReplaceSubmitted(
                order_id=order.order_id,
                instrument_id=order.instrument_id,
                account_id=order.account_id,
                price=terms.price,
                qty=terms.qty,
            )
        )

    def _cancel(self, order: Order, reason: Reason) -> None:
        if order.status is OrderStatus.SUSPENDED:
            self.tell(order, ExecutionReport(order_id=order.order_id, kind=ReportKind.CANCELED, reason=reason))
            return
        if self._is_internal(order):
            self._venue.cancel(order.order_id, reason)
            return
        order.request_cancel()
        self._state.log.emit(
            CancelSubmitted(order_id=order.order_id, instrument_id=order.instrument_id, account_id=order.account_id)
        )

    def _find(self, command: CancelOrder | ReplaceOrder) -> Order | None:
        """The open order that a command names, if it is of the command's account."""
        if command.order_id:
            order = self._state.orders.get(command.order_id)
        elif command.account_id in self._state.client_ids:
            order = self._state.client_ids[command.account_id].open.get(command.client_order_id)
        else:
            order = None
        return order if order is not None and order.account_id == command.account_id else None

    def _is_internal(self, order: Order) -> bool:
        return self._state.markets[order.instrument_id].instrument.is_internal

    def refuse_order(self, command: NewOrder, reason: Reason) -> None:
        """Deny it, and state it whole."""
        self._state.log.emit(
            OrderDenied(
                order_id=command.sequence,
                instrument_id=command.instrument_id,
                account_id=command.account_id,
                strategy_id=command.strategy_id,
                side=command.side,
                order_type=command.order_type,
                time_in_force=command.time_in_force,
                flags=command.flags,
                price=command.price,
                qty=command.qty,
                expire_ns=command.expire_ns,
                reason=reason,
                client_order_id=command.client_order_id,
            )
        )
        state_instructions(self._state.log, command.sequence, command)

    def _refuse_replace(self, order_id: int, command: ReplaceOrder, reason: Reason, client_order_id: str) -> None:
        self._state.log.emit(
            ReplaceRejected(
                order_id=order_id, account_id=command.account_id, reason=reason, client_order_id=client_order_id
            )
        )
