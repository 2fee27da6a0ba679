"""A side of a quote: as few messages as it takes, and never two orders."""

from __future__ import annotations

from cambist.application.strategy.order_handle import OrderHandle
from cambist.application.strategy.quoting import QuoteSide
from cambist.domain.events import OrderAccepted, OrderCanceled, OrderFilled, OrderReplaced
from cambist.domain.grid import DecimalInput
from cambist.domain.instrument import Instrument, definition_from_decimals
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import Liquidity, OrderFlag, OrderStatus, OrderType, Side, TimeInForce

UNIT = Instrument.from_definition(
    definition_from_decimals(
        instrument_id=1, symbol="UNIT", tick_size=1, lot_size=1, reference_price=100, max_order_qty=1000
    )
)


class Actions:
    """Writes down what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[object, ...]] = []

    def place_quote(self, instrument: Instrument, side: Side, price: int, qty: int, flags: OrderFlag) -> OrderHandle:
        self.sent.append(("place", price, qty, flags))
        order = OrderHandle(
            self,
            instrument,
            side=side,
            order_type=OrderType.LIMIT,
            time_in_force=TimeInForce.GTC,
            flags=flags,
            price_ticks=price,
            qty_lots=qty,
        )
        order.order_id = len(self.sent)
        return order

    def amend(self, order: OrderHandle, price: DecimalInput | None, qty: DecimalInput | None) -> None:
        raise AssertionError("quotes are moved in ticks and lots")

    def amend_exact(self, order: OrderHandle, price: int, qty: int, flags: OrderFlag) -> None:
        self.sent.append(("amend", price, qty))
        order.expect_replace(price)

    def cancel(self, order: OrderHandle) -> None:
        self.sent.append(("cancel",))
        order.expect_cancel()


def quoted(price: int = 100, qty: int = 10) -> tuple[Actions, QuoteSide, OrderHandle]:
    actions = Actions()
    side = QuoteSide(actions, UNIT, Side.BUY)
    side.want(price, qty, OrderFlag.POST_ONLY)
    order = side.order
    assert order is not None
    order.on_event(OrderAccepted(order_id=1, instrument_id=1, account_id=1))
    actions.sent.clear()
    return actions, side, order


def filled(qty: int, leaves: int) -> OrderFilled:
    return OrderFilled(
        order_id=1,
        trade_id=1,
        instrument_id=1,
        account_id=1,
        strategy_id=1,
        side=Side.BUY,
        liquidity=Liquidity.MAKER,
        last_price=100,
        last_qty=qty,
        leaves_qty=leaves,
        commission=0,
    )


def replaced(price: int, qty: int, leaves: int) -> OrderReplaced:
    return OrderReplaced(
        order_id=1, instrument_id=1, account_id=1, price=price, qty=qty, leaves_qty=leaves, kept_priority=False
    )


def test_the_same_quote_again_sends_nothing() -> None:
    actions, side, _ = quoted()
    side.want(100, 10, OrderFlag.POST_ONLY)
    assert actions.sent == []


def test_another_price_or_size_amends_the_one_order() -> None:
    actions, side, order = quoted()
    side.want(99, 10, OrderFlag.POST_ONLY)
    order.on_event(replaced(99, 10, 10))
    side.want(99, 4, OrderFlag.POST_ONLY)
    assert actions.sent == [("amend", 99, 10), ("amend", 99, 4)]


def test_a_partial_fill_is_topped_up_to_the_wanted_size() -> None:
    actions, side, order = quoted()
    order.on_event(filled(3, 7))
    side.want(100, 10, OrderFlag.POST_ONLY)
    assert actions.sent == [("amend", 100, 13)]


def test_size_zero_cancels_once() -> None:
    actions, side, _ = quoted()
    side.want(0, 0, OrderFlag.NONE)
    side.want(0, 0, OrderFlag.NONE)
    assert actions.sent == [("cancel",)]


def test_while_an_amendment_is_unanswered_the_last_wish_waits_for_the_answer() -> None:
    actions, side, order = quoted()
    side.want(99, 10, OrderFlag.POST_ONLY)
    side.want(98, 10, OrderFlag.POST_ONLY)
    side.want(97, 10, OrderFlag.POST_ONLY)
    order.on_event(replaced(99, 10, 10))
    side.align()
    assert actions.sent == [("amend", 99, 10), ("amend", 97, 10)]


def test_after_the_order_ended_the_next_wish_places_a_new_one() -> None:
    actions, side, order = quoted()
    order.on_event(filled(10, 0))
    side.align()
    assert actions.sent == []
    side.want(101, 10, OrderFlag.POST_ONLY)
    assert actions.sent == [("place", 101, 10, OrderFlag.POST_ONLY)]


def test_an_order_being_canceled_is_left_alone() -> None:
    actions, side, order = quoted()
    side.want(0, 0, OrderFlag.NONE)
    side.want(99, 10, OrderFlag.POST_ONLY)
    assert actions.sent == [("cancel",)]
    order.on_event(
        OrderCanceled(order_id=1, instrument_id=1, account_id=1, reason=Reason.REQUESTED.value, canceled_qty=10)
    )
    assert order.status is OrderStatus.CANCELED
    side.want(99, 10, OrderFlag.POST_ONLY)
    assert actions.sent[-1] == ("place", 99, 10, OrderFlag.POST_ONLY)
