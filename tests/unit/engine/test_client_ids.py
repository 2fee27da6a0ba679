"""The bounded memory of used client_order_ids."""

from __future__ import annotations

from cambist.domain.order import Order
from cambist.domain.order_terms import EndedOrder, OrderTerms
from cambist.domain.vocabulary import Side
from cambist.engine.reference.client_ids import REMEMBERED_MAX, ClientIds
from cambist.testing.builders import limit_order

COMMAND = limit_order(Side.BUY, 1, 100, client_order_id="x")
TERMS = OrderTerms.of(COMMAND)


def test_open_and_ended_orders_are_known() -> None:
    ids = ClientIds()
    assert ids.known("x") is None
    ids.open["x"] = Order.from_command(COMMAND, 100)
    assert ids.known("x") == EndedOrder(0, TERMS)
    ids.remember("x", EndedOrder(5, TERMS))
    assert ids.known("x") == EndedOrder(5, TERMS)
    assert ids.open == {}


def test_the_oldest_memory_makes_room() -> None:
    ids = ClientIds()
    for number in range(REMEMBERED_MAX + 2):
        ids.remember(str(number), EndedOrder(number, TERMS))
    assert len(ids.ended) == REMEMBERED_MAX
    assert ids.known("1") is None and ids.known("2") is not None
