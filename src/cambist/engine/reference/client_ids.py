"""Which client_order_ids an account has used: all of its open orders, and a bounded memory of ended ones."""

from __future__ import annotations

from collections import OrderedDict

from cambist.domain.order import Order
from cambist.domain.order_terms import EndedOrder

REMEMBERED_MAX = 65_536


class ClientIds:
    """The ids of one account."""

    __slots__ = ("ended", "open")

    def __init__(self) -> None:
        self.open: dict[str, Order] = {}
        self.ended: OrderedDict[str, EndedOrder] = OrderedDict()
        """Oldest first."""

    def known(self, client_order_id: str) -> EndedOrder | None:
        """Number and first terms of the order that used this id."""
        order = self.open.get(client_order_id)
        if order is not None:
            return EndedOrder(order.order_id, order.terms)
        return self.ended.get(client_order_id)

    def remember(self, client_order_id: str, ended: EndedOrder) -> None:
        """An order with this id has ended; the oldest memory makes room."""
        self.open.pop(client_order_id, None)
        self.ended[client_order_id] = ended
        if len(self.ended) > REMEMBERED_MAX:
            self.ended.popitem(last=False)
