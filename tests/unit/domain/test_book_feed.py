"""The feed of one book, step by step, and copies of a book by order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cambist.domain.book_feed.market_feed import MarketFeed
from cambist.domain.book_feed.messages import (
    BookUpdate,
    DisplayedOrder,
    LevelDelta,
    OrderAction,
    OrderDelta,
    OrdersSnapshot,
)
from cambist.domain.book_feed.order_changes import OrderChanges
from cambist.domain.book_feed.orders_replica import OrdersReplica
from cambist.domain.commands import CancelOrder, ReplaceOrder
from cambist.domain.errors import InvariantBroken
from cambist.domain.message import Command
from cambist.domain.vocabulary import OrderFlag, Side
from cambist.engine.reference import ReferenceKernel
from cambist.protocols.placed_orders import placed_order
from cambist.testing.builders import START_NS, define_instrument, limit_order, open_member

MEMBER, OTHER = 3, 4
ADDED, CHANGED, REMOVED = OrderAction


class Market:
    """An engine, and the feed of its only instrument."""

    def __init__(self) -> None:
        self.kernel = ReferenceKernel()
        self.feed = MarketFeed(placed_order)
        self.book = self.feed.open(1)
        for command in (define_instrument(1, "BTC"), open_member(MEMBER, "a"), open_member(OTHER, "b")):
            self.send(command)
        self.book.begin_reading()

    def send(self, command: Command) -> BookUpdate | None:
        stamped = type(command)(
            **{name: getattr(command, name) for name in command.__struct_fields__}
            | {"sequence": self.kernel.sequence + 1, "now_ns": START_NS}
        )
        return next(iter(self.feed.on_command(stamped, self.kernel.apply(stamped))), None)

    def order(self, side: Side, qty: int, price: int, **more: object) -> BookUpdate | None:
        return self.send(limit_order(side, qty, price, **{"account_id": MEMBER, **more}))


@pytest.fixture
def market() -> Market:
    return Market()


def test_an_order_that_rests_is_seen_in_all_three_views(market: Market) -> None:
    update = market.order(Side.BUY, 5, 99)
    assert update is not None
    assert (update.sequence, update.orders) == (1, (OrderDelta(ADDED, 4, Side.BUY, 99, 5),))
    assert update.levels == (LevelDelta(Side.BUY, 99, 5, 1),)
    assert update.quote is not None
    assert (update.quote.bid_price, update.quote.bid_qty, update.quote.ask_price) == (99, 5, 0)


def test_an_order_behind_the_best_leaves_the_quote_alone(market: Market) -> None:
    market.order(Side.BUY, 5, 99)
    update = market.order(Side.BUY, 5, 98)
    assert update is not None
    assert (update.sequence, update.quote) == (2, None)


def test_a_taker_is_seen_only_where_it_comes_to_rest(market: Market) -> None:
    market.order(Side.SELL, 2, 100)
    market.order(Side.SELL, 3, 101)
    update = market.order(Side.BUY, 4, 101, account_id=OTHER)
    assert update is not None
    assert update.orders == (OrderDelta(REMOVED, 4, Side.SELL, 100, 0), OrderDelta(CHANGED, 5, Side.SELL, 101, 1))
    update = market.order(Side.BUY, 4, 101, account_id=OTHER)
    assert update is not None
    assert update.orders == (OrderDelta(REMOVED, 5, Side.SELL, 101, 0), OrderDelta(ADDED, 7, Side.BUY, 101, 3))


def test_an_amendment_keeps_the_place_or_loses_it(market: Market) -> None:
    market.order(Side.BUY, 5, 99)
    market.order(Side.BUY, 5, 99)
    update = market.send(ReplaceOrder(account_id=MEMBER, order_id=4, price=99, qty=2))
    assert update is not None and update.orders == (OrderDelta(CHANGED, 4, Side.BUY, 99, 2),)
    update = market.send(ReplaceOrder(account_id=MEMBER, order_id=4, price=99, qty=6))
    assert update is not None
    assert update.orders == (OrderDelta(REMOVED, 4, Side.BUY, 99, 0), OrderDelta(ADDED, 4, Side.BUY, 99, 6))
    assert [order.order_id for order in market.book.orders.orders(Side.BUY)] == [5, 4]


def test_hidden_orders_and_refused_commands_change_nothing(market: Market) -> None:
    assert market.order(Side.BUY, 5, 99, flags=OrderFlag.HIDDEN) is None
    assert market.send(CancelOrder(account_id=MEMBER, order_id=77)) is None
    assert market.send(CancelOrder(account_id=MEMBER, order_id=4)) is None
    assert market.book.sequence == 0


def test_what_nobody_reads_is_counted_all_the_same(market: Market) -> None:
    market.book.end_reading()
    assert market.order(Side.BUY, 5, 99) is None
    market.book.begin_reading()
    update = market.order(Side.BUY, 1, 98)
    assert update is not None
    assert (update.sequence, update.quote, len(update.orders)) == (2, None, 1)


def test_a_snapshot_makes_the_same_book(market: Market) -> None:
    for side, price in ((Side.BUY, 98), (Side.BUY, 99), (Side.SELL, 103), (Side.SELL, 102), (Side.BUY, 99)):
        market.order(side, 2, price)
    snapshot = market.book.orders.snapshot(market.book.sequence)
    assert [order.order_id for order in (*snapshot.bids, *snapshot.asks)] == [5, 8, 4, 7, 6]
    copy = OrdersReplica(1)
    copy.add(9, Side.BUY, 1, 1)
    copy.apply_snapshot(snapshot)
    assert copy.snapshot(5) == snapshot
    assert (len(copy), copy.find(6), copy.find(9)) == (5, DisplayedOrder(6, Side.SELL, 103, 2), None)


def test_a_step_that_does_not_fit_is_an_error() -> None:
    replica = OrdersReplica(1)
    replica.add(1, Side.BUY, 10, 5)
    for step in (
        OrderDelta(ADDED, 1, Side.BUY, 10, 5),
        OrderDelta(CHANGED, 2, Side.BUY, 10, 5),
        OrderDelta(REMOVED, 2, Side.BUY, 10, 0),
    ):
        with pytest.raises(InvariantBroken):
            replica.apply(step)
    assert replica.snapshot(0) == OrdersSnapshot(
        instrument_id=1, sequence=0, bids=(DisplayedOrder(1, Side.BUY, 10, 5),), asks=()
    )


moves = st.lists(st.tuples(st.integers(1, 6), st.sampled_from(Side), st.integers(1, 3), st.integers(0, 4)))


@given(moves, st.integers(1, 9))
def test_steps_put_together_lead_to_the_same_book(made: list[tuple[int, Side, int, int]], period: int) -> None:
    exact, seldom, changes = OrdersReplica(1), OrdersReplica(1), OrderChanges()
    for count, (order_id, side, price, qty) in enumerate(made, start=1):
        present = exact.find(order_id)
        if present is None:
            step = OrderDelta(ADDED, order_id, side, price, qty + 1)
        elif qty:
            step = OrderDelta(CHANGED, order_id, present.side, present.price, qty)
        else:
            step = OrderDelta(REMOVED, order_id, present.side, present.price, 0)
        exact.apply(step)
        changes.add(step)
        if count % period == 0:
            for put_together in changes.take():
                seldom.apply(put_together)
            assert seldom.snapshot(0) == exact.snapshot(0)
            assert len(changes) == 0
