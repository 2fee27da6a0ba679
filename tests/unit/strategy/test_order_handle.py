"""An order handle follows its events."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cambist.application.strategy.order_handle import OrderHandle
from cambist.domain.events import (
    CancelRejected,
    CancelSubmitted,
    OrderAccepted,
    OrderCanceled,
    OrderDenied,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderReplaced,
    ReplaceRejected,
    ReplaceSubmitted,
)
from cambist.domain.instrument import Instrument, definition_from_decimals
from cambist.domain.message import Event
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import Liquidity, OrderFlag, OrderStatus, OrderType, Side, TimeInForce

BTC = Instrument.from_definition(
    definition_from_decimals(
        instrument_id=1,
        symbol="BTCUSDT",
        tick_size="0.5",
        lot_size="0.01",
        reference_price="100",
        max_order_qty="100",
    )
)
IDS = {"order_id": 1, "instrument_id": 1, "account_id": 1}
ACCEPTED = OrderAccepted(**IDS)
REPLACED = OrderReplaced(**IDS, price=190, qty=800, leaves_qty=800, kept_priority=False)
CANCELED = OrderCanceled(**IDS, reason=Reason.REQUESTED.value, canceled_qty=1)
EXPIRED = OrderExpired(**IDS, canceled_qty=1)
REJECTED = OrderRejected(**IDS, reason=Reason.MARKET_NOT_OPEN.value)
CANCEL_REJECTED = CancelRejected(order_id=1, account_id=1, reason=Reason.ORDER_NOT_OPEN.value, client_order_id="")
REPLACE_REJECTED = ReplaceRejected(order_id=1, account_id=1, reason=Reason.PRICE_BAND.value, client_order_id="")
DENIED = OrderDenied(
    **IDS,
    strategy_id=1,
    side=Side.BUY,
    order_type=OrderType.LIMIT,
    time_in_force=TimeInForce.GTC,
    flags=OrderFlag.NONE,
    price=200,
    qty=1000,
    expire_ns=0,
    reason=Reason.PRICE_BAND.value,
    client_order_id="",
)


def fill(qty: int, leaves: int, price: int = 200) -> OrderFilled:
    return OrderFilled(
        **IDS,
        trade_id=1,
        strategy_id=1,
        side=Side.BUY,
        liquidity=Liquidity.TAKER,
        last_price=price,
        last_qty=qty,
        leaves_qty=leaves,
        commission=0,
    )


class Refusing:
    """Nothing is asked in these tests."""

    def amend(self, order: OrderHandle, price: object, qty: object) -> None:
        raise AssertionError

    def cancel(self, order: OrderHandle) -> None:
        raise AssertionError


def new_order(order_type: OrderType = OrderType.LIMIT) -> OrderHandle:
    return OrderHandle(
        Refusing(),
        BTC,
        side=Side.BUY,
        order_type=order_type,
        time_in_force=TimeInForce.GTC,
        flags=OrderFlag.NONE,
        price_ticks=200,
        qty_lots=1000,
    )


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([], OrderStatus.PENDING_NEW),
        ([ACCEPTED], OrderStatus.NEW),
        ([ACCEPTED, fill(400, 600)], OrderStatus.PARTIALLY_FILLED),
        ([ACCEPTED, fill(400, 600), fill(600, 0)], OrderStatus.FILLED),
        ([ACCEPTED, CANCELED], OrderStatus.CANCELED),
        ([ACCEPTED, EXPIRED], OrderStatus.EXPIRED),
        ([DENIED], OrderStatus.DENIED),
        ([REJECTED], OrderStatus.REJECTED),
        ([ACCEPTED, CancelSubmitted(**IDS)], OrderStatus.PENDING_CANCEL),
        ([ACCEPTED, CancelSubmitted(**IDS), CANCEL_REJECTED], OrderStatus.NEW),
        ([ACCEPTED, fill(1, 999), CancelSubmitted(**IDS), fill(1, 998)], OrderStatus.PENDING_CANCEL),
        ([ACCEPTED, ReplaceSubmitted(**IDS, price=1, qty=1)], OrderStatus.PENDING_REPLACE),
        ([ACCEPTED, ReplaceSubmitted(**IDS, price=1, qty=1), REPLACED], OrderStatus.NEW),
        ([ACCEPTED, ReplaceSubmitted(**IDS, price=1, qty=1), REPLACE_REJECTED], OrderStatus.NEW),
        ([ACCEPTED, fill(1, 999), REPLACED], OrderStatus.PARTIALLY_FILLED),
    ],
)
def test_the_status_follows_the_events(events: list[Event], status: OrderStatus) -> None:
    order = new_order()
    for event in events:
        order.on_event(event)
    assert order.status is status
    assert order.is_open is not status.is_closed


def test_amounts_are_decimals_at_the_edge() -> None:
    order = new_order()
    order.on_event(ACCEPTED)
    order.on_event(fill(400, 600, price=198))
    order.on_event(fill(400, 200, price=199))
    assert (order.price, order.qty, order.filled_qty, order.leaves_qty) == (
        Decimal("100.0"),
        Decimal("10.00"),
        Decimal("8.00"),
        Decimal("2.00"),
    )
    assert order.avg_price == Decimal("99.25")
    order.on_event(CANCELED)
    assert order.leaves_qty == 0


def test_a_replacement_changes_price_and_total() -> None:
    order = new_order()
    order.on_event(ACCEPTED)
    order.on_event(REPLACED)
    assert (order.price, order.qty) == (Decimal("95.0"), Decimal("8.00"))


def test_why_it_was_refused_is_kept() -> None:
    order = new_order()
    order.on_event(DENIED)
    assert order.reason is Reason.PRICE_BAND


def test_a_number_that_only_the_venue_knows_counts_as_its_refusal() -> None:
    order = new_order()
    order.on_event(OrderRejected(**IDS, reason=40_123))
    assert order.reason is Reason.VENUE_REJECTED


def test_an_amended_quantity_leaves_the_limit_of_a_pegged_order_as_it_was_asked() -> None:
    order = new_order(OrderType.PEGGED)
    order.on_event(ACCEPTED)
    order.on_event(REPLACED)
    assert (order.price, order.present_ticks) == (Decimal("95.0"), 200)
    order.expect_replace(195)
    order.on_event(REPLACED)
    assert (order.price, order.present_ticks) == (Decimal("95.0"), 195)
    order.expect_replace(300)
    order.on_event(REPLACE_REJECTED)
    assert order.present_ticks == 195
