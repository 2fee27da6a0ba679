"""The order's state machine: every step that is allowed, and that no other is."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from cambist.domain.errors import InvariantBroken
from cambist.domain.order import TRANSITIONS, Order
from cambist.domain.order_terms import OrderTerms
from cambist.domain.vocabulary import OrderFlag, OrderStatus, OrderType, Side, TimeInForce
from cambist.testing.builders import limit_order

STATUS = OrderStatus


def order_in(status: OrderStatus, filled: int = 0) -> Order:
    return Order(
        order_id=7,
        instrument_id=1,
        account_id=1,
        strategy_id=0,
        side=Side.BUY,
        order_type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        flags=OrderFlag.NONE,
        price=100,
        qty=10,
        first_price=100,
        first_qty=10,
        gate_price=100,
        status=status,
        filled_qty=filled,
    )


STEPS: dict[str, tuple[Callable[[Order], None], dict[OrderStatus, OrderStatus]]] = {
    "deny": (Order.deny, {STATUS.PENDING_NEW: STATUS.DENIED}),
    "accept": (Order.accept, {STATUS.PENDING_NEW: STATUS.NEW, STATUS.PENDING_CANCEL: STATUS.PENDING_CANCEL}),
    "reject": (Order.reject, {STATUS.PENDING_NEW: STATUS.REJECTED, STATUS.PENDING_CANCEL: STATUS.REJECTED}),
    "fill in part": (
        lambda order: order.fill(99, 4, 1),
        {
            STATUS.PENDING_NEW: STATUS.PARTIALLY_FILLED,
            STATUS.NEW: STATUS.PARTIALLY_FILLED,
            STATUS.PARTIALLY_FILLED: STATUS.PARTIALLY_FILLED,
            STATUS.PENDING_CANCEL: STATUS.PENDING_CANCEL,
            STATUS.PENDING_REPLACE: STATUS.PENDING_REPLACE,
            STATUS.TRIGGERED: STATUS.PARTIALLY_FILLED,
        },
    ),
    "suspend": (Order.suspend, {STATUS.PENDING_NEW: STATUS.SUSPENDED, STATUS.SUSPENDED: STATUS.SUSPENDED}),
    "release": (
        lambda order: order.release(100),
        {STATUS.SUSPENDED: STATUS.PENDING_NEW},
    ),
    "trigger": (Order.trigger, {STATUS.NEW: STATUS.TRIGGERED, STATUS.TRIGGERED: STATUS.TRIGGERED}),
    "fill": (
        lambda order: order.fill(99, 10, 1),
        dict.fromkeys(
            [status for status in STATUS if not (status.is_closed or status is STATUS.SUSPENDED)], STATUS.FILLED
        ),
    ),
    "cancel": (Order.cancel, dict.fromkeys([status for status in STATUS if not status.is_closed], STATUS.CANCELED)),
    "expire": (Order.expire, dict.fromkeys([status for status in STATUS if not status.is_closed], STATUS.EXPIRED)),
    "request cancel": (
        Order.request_cancel,
        dict.fromkeys(
            # What triggers or is suspended is our own venue's or the desk's, where a cancel is never in flight.
            [status for status in STATUS if not (status.is_closed or status in (STATUS.TRIGGERED, STATUS.SUSPENDED))],
            STATUS.PENDING_CANCEL,
        ),
    ),
    "request replace": (
        lambda order: order.request_replace(98, 12),
        {STATUS.NEW: STATUS.PENDING_REPLACE, STATUS.PARTIALLY_FILLED: STATUS.PENDING_REPLACE},
    ),
    "refuse cancel": (Order.refuse_cancel, {STATUS.PENDING_CANCEL: STATUS.NEW}),
    "refuse replace": (Order.refuse_replace, {STATUS.PENDING_REPLACE: STATUS.NEW}),
}


@pytest.mark.parametrize("status", list(OrderStatus), ids=lambda status: status.name)
@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_allowed_exactly_where_the_rules_say(step: str, status: OrderStatus) -> None:
    act, allowed = STEPS[step]
    order = order_in(status)
    if status in allowed:
        act(order)
        assert order.status is allowed[status]
    else:
        with pytest.raises(InvariantBroken):
            act(order)
        assert order.status is status


def test_the_table_knows_every_status_and_leaves_no_closed_one() -> None:
    assert set(TRANSITIONS) == set(OrderStatus)
    assert all(bool(TRANSITIONS[status]) is not status.is_closed for status in OrderStatus)


def test_fills_add_up() -> None:
    order = order_in(STATUS.NEW)
    assert order.average_price is None
    order.fill(100, 4, 3)
    order.fill(103, 2, -1)
    assert (order.filled_qty, order.leaves_qty, order.canceled_qty, order.commission) == (6, 4, 0, 2)
    assert order.average_price == Fraction(606, 6)
    assert order.reserved_notional(5) == 100 * 4 * 5
    order.cancel()
    assert (order.leaves_qty, order.canceled_qty, order.is_open) == (0, 4, False)
    assert order.reserved_notional(5) == 0


@pytest.mark.parametrize("qty", [0, -1, 11])
def test_an_overfill_or_an_empty_fill_breaks_an_invariant(qty: int) -> None:
    order = order_in(STATUS.NEW)
    with pytest.raises(InvariantBroken):
        order.fill(100, qty, 0)
    assert order.filled_qty == 0


def test_a_replace_sets_price_total_and_what_is_reserved() -> None:
    order = order_in(STATUS.PENDING_REPLACE, filled=3)
    order.pending_price, order.pending_qty = 98, 12
    order.replace(98, 12)
    assert (order.status, order.price, order.qty, order.gate_price) == (STATUS.PARTIALLY_FILLED, 98, 12, 98)
    assert (order.leaves_qty, order.pending_price, order.pending_qty) == (9, 0, 0)
    assert (order.first_price, order.first_qty) == (100, 10)


def test_a_replace_does_not_undo_a_cancel_under_way() -> None:
    order = order_in(STATUS.PENDING_CANCEL)
    order.replace(98, 12)
    assert order.status is STATUS.PENDING_CANCEL


@pytest.mark.parametrize("qty", [2, 3])
def test_a_replace_at_or_below_what_is_filled_breaks_an_invariant(qty: int) -> None:
    with pytest.raises(InvariantBroken):
        order_in(STATUS.PARTIALLY_FILLED, filled=3).replace(100, qty)


def test_a_closed_order_is_not_replaced() -> None:
    with pytest.raises(InvariantBroken):
        order_in(STATUS.FILLED).replace(100, 20)


def test_a_cancel_forgets_an_unanswered_replace() -> None:
    order = order_in(STATUS.NEW)
    order.request_replace(98, 12)
    assert (order.pending_price, order.pending_qty) == (98, 12)
    order.request_cancel()
    assert (order.pending_price, order.pending_qty) == (0, 0)


def test_terms_are_those_of_the_command_whatever_happened_since() -> None:
    command = limit_order(Side.SELL, 5, 101, flags=OrderFlag.REDUCE_ONLY, client_order_id="x")
    order = Order.from_command(command, gate_price=101)
    assert order.status is STATUS.PENDING_NEW and order.is_reduce_only
    order.accept()
    order.replace(102, 9)
    assert order.terms == OrderTerms.of(command)
