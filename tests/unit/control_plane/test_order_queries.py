"""Lists are complete whether their orders are in memory, in the History, or in both."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence

import msgspec
import pytest

from cambist.application.control_plane.command_gateway import CommandGateway
from cambist.application.control_plane.directory import Directory
from cambist.application.control_plane.order_queries import OrderQueries
from cambist.application.control_plane.order_service import OrderService
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.refusal import Refusal
from cambist.application.ports.history import FillView, OrderFilter, OrderView
from cambist.domain.errors import EnvironmentFailure, InvariantBroken
from cambist.domain.vocabulary import OrderStatus, Side, StrategyState
from cambist.testing.builders import limit_order


class RecordedHistory:
    """A History over plain lists, as the projector would have written them."""

    def __init__(self, orders: Sequence[OrderView], fills: Sequence[FillView] = ()) -> None:
        self._orders = sorted(orders, key=lambda order: order.order_id, reverse=True)
        self._fills = sorted(fills, key=lambda fill: fill.fill_id, reverse=True)

    def order(self, order_id: int) -> OrderView | None:
        return next((order for order in self._orders if order.order_id == order_id), None)

    def order_by_client_id(self, account_id: int, client_order_id: str) -> OrderView | None:
        wanted = (account_id, client_order_id)
        return next((order for order in self._orders if (order.account_id, order.client_order_id) == wanted), None)

    def orders(self, wanted: OrderFilter) -> Sequence[OrderView]:
        return [
            order
            for order in self._orders
            if (wanted.before is None or order.order_id < wanted.before)
            and (not wanted.statuses or order.status in wanted.statuses)
            and wanted.side in (None, order.side)
        ][: wanted.limit]

    def fills(self, wanted: OrderFilter) -> Sequence[FillView]:
        return [fill for fill in self._fills if wanted.before is None or fill.fill_id < wanted.before][: wanted.limit]

    def strategy_causes(self) -> Mapping[int, tuple[StrategyState, str]]:
        return {}

    def equity_series(self, account_id: int, since_ns: int, limit: int) -> Sequence[tuple[int, int, int]]:
        return []


@pytest.fixture
def crowded(followed) -> tuple[ReadModel, RecordedHistory, list[int]]:
    """Forty orders, of which memory holds the open ones and the last five that ended; the History lags by ten."""
    model = followed.model
    model.orders._capacity = 5
    ids, seen = [], []
    for number in range(40):
        tif_side = Side.BUY if number % 3 else Side.SELL
        price = 90 - number if tif_side is Side.BUY else 110 + number
        qty = 0 if number % 2 else 1  # every second one is denied
        (receipt,) = followed.host.apply([limit_order(tif_side, qty, price, client_order_id=f"n{number}")])
        ids.append(receipt.command.sequence)
        with model.reading():
            order = model.orders.get(ids[-1])
        assert order is not None
        seen.append(order)
    return model, RecordedHistory(seen[:30]), ids


def test_pages_follow_each_other_without_hole_or_repeat(crowded) -> None:
    model, history, ids = crowded
    queries = OrderQueries(model, history)
    listed: list[int] = []
    before = None
    while page := queries.orders(OrderFilter(before=before, limit=7)):
        listed += [order.order_id for order in page]
        before = listed[-1]
    with model.reading():
        lost = [order_id for order_id in ids[30:] if model.orders.get(order_id) is None]
    assert listed == [order_id for order_id in sorted(ids, reverse=True) if order_id not in lost]


def test_a_status_filter_believes_memory_more_than_the_history(crowded, followed) -> None:
    model, history, ids = crowded
    queries = OrderQueries(model, history)
    stale = msgspec.structs.replace(asyncio.run(queries.expect(ids[-2])), status=OrderStatus.CANCELED)
    lagging = RecordedHistory([*history._orders, stale])
    canceled = OrderQueries(model, lagging).orders(OrderFilter(statuses=frozenset({OrderStatus.CANCELED})))
    assert canceled == []


def test_a_page_is_filled_although_memory_overrules_many_of_the_historys_rows(crowded) -> None:
    model, history, ids = crowded
    open_ids = [order_id for number, order_id in enumerate(ids) if number % 2 == 0]
    called_denied = [
        msgspec.structs.replace(order, status=OrderStatus.DENIED) if order.order_id in open_ids else order
        for order in history._orders
    ]
    denied = OrderQueries(model, RecordedHistory(called_denied)).orders(
        OrderFilter(statuses=frozenset({OrderStatus.DENIED}), limit=12)
    )
    assert len(denied) == 12
    assert all(order.order_id not in open_ids for order in denied)


def test_an_old_order_is_found_by_either_id(crowded) -> None:
    model, history, ids = crowded
    queries = OrderQueries(model, history)
    with model.reading():
        assert model.orders.get(ids[1]) is None
    assert asyncio.run(queries.expect(ids[1])).client_order_id == "n1"
    found = queries.by_client_id(1, "n1")
    assert found is not None and found.order_id == ids[1]


def test_orders_without_a_client_order_id_are_not_found_by_an_empty_one(crowded) -> None:
    model, history, _ = crowded
    nameless = RecordedHistory([msgspec.structs.replace(order, client_order_id="") for order in history._orders])
    assert OrderQueries(model, nameless).by_client_id(1, "") is None


def test_an_unknown_order_is_a_refusal(crowded) -> None:
    model, history, _ = crowded
    refused = asyncio.run(OrderQueries(model, history).open_order(10**9))
    assert isinstance(refused, Refusal) and refused.code == "UNKNOWN_ORDER"


def test_an_ended_order_cannot_be_changed(crowded) -> None:
    model, history, ids = crowded
    refused = asyncio.run(OrderQueries(model, history).open_order(ids[39]))
    assert isinstance(refused, Refusal) and refused.code == "ORDER_NOT_OPEN"


def test_memory_keeps_every_open_order_and_the_last_that_ended(crowded) -> None:
    model, _, ids = crowded
    with model.reading():
        kept = {order.order_id for order in model.orders.newest_first()}
        assert {order.order_id for order in model.orders.open()} == set(ids[::2])
    assert kept == {*ids[::2], *ids[1::2][-5:]}


def test_an_order_taken_before_that_the_history_lacks_is_to_be_asked_for_again() -> None:
    with pytest.raises(EnvironmentFailure, match="Ask again"):
        asyncio.run(OrderQueries(ReadModel(), RecordedHistory([])).expect(7))
    with pytest.raises(InvariantBroken):
        asyncio.run(OrderQueries(ReadModel(), None).expect(7))


class SlowHistory(RecordedHistory):
    """Answers only when it is let, and notes on which threads it was asked."""

    def __init__(self, orders: Sequence[OrderView]) -> None:
        super().__init__(orders)
        self.may_answer = threading.Event()
        self.threads: list[int] = []

    def order(self, order_id: int) -> OrderView | None:
        self.threads.append(threading.get_ident())
        assert self.may_answer.wait(30), "the event loop was held up"
        return super().order(order_id)


def test_the_event_loop_goes_on_while_the_history_is_asked(crowded, followed) -> None:
    model, history, ids = crowded
    slow = SlowHistory(history._orders)
    queries = OrderQueries(model, slow)
    orders = OrderService(CommandGateway(followed.host), Directory(model), queries)

    async def change_an_old_order() -> list[object]:
        asking = [orders.cancel(ids[1]), orders.amend(ids[1], "1", None), queries.expect(ids[1])]
        waiting = [asyncio.ensure_future(question) for question in asking]
        await asyncio.sleep(0)
        slow.may_answer.set()  # only a loop that goes on gets here
        return await asyncio.gather(*waiting)

    canceled, amended, expected = asyncio.run(change_an_old_order())
    assert isinstance(canceled, Refusal) and canceled.code == "ORDER_NOT_OPEN"
    assert isinstance(amended, Refusal) and amended.code == "ORDER_NOT_OPEN"
    assert isinstance(expected, OrderView)
    assert len(slow.threads) == 3 and threading.get_ident() not in slow.threads


def test_what_memory_holds_asks_nobody(crowded, followed) -> None:
    model, history, ids = crowded
    slow = SlowHistory(history._orders)
    orders = OrderService(CommandGateway(followed.host), Directory(model), OrderQueries(model, slow))
    canceled = asyncio.run(orders.cancel(ids[0]))
    assert isinstance(canceled, OrderView) and canceled.status is OrderStatus.CANCELED
    assert slow.threads == []
