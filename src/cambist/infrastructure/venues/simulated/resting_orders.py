"""Our orders that wait at the simulated exchange, in the order in which they trade."""

from __future__ import annotations

from collections.abc import Iterable

from cambist.domain.vocabulary import Side, TimeInForce
from cambist.infrastructure.venues.simulated.exchange_order import ExchangeOrder


class RestingOrders:
    """Few orders: sorting them when needed is cheaper than keeping them sorted."""

    def __init__(self) -> None:
        self._orders: dict[int, ExchangeOrder] = {}
        self.next_priority = 1
        """Also of those that have left: it says how many ever came, and is part of what is saved."""

    def __len__(self) -> int:
        return len(self._orders)

    def __contains__(self, order_id: int) -> bool:
        return order_id in self._orders

    def get(self, order_id: int) -> ExchangeOrder | None:
        """The order, where it waits here."""
        return self._orders.get(order_id)

    def add(self, order: ExchangeOrder) -> None:
        """Put an order behind our others."""
        order.priority = self.next_priority
        self.next_priority += 1
        self._orders[order.order_id] = order

    def remove(self, order_id: int) -> ExchangeOrder | None:
        """Take an order away."""
        return self._orders.pop(order_id, None)

    def of_side(self, side: Side) -> list[ExchangeOrder]:
        """Best price first, then oldest."""
        orders = (order for order in self._orders.values() if order.side is side)
        return sorted(orders, key=lambda order: (-order.price * side.sign, order.priority))

    def reached_by(self, side: Side, price: int) -> list[ExchangeOrder]:
        """Orders of a side at this price or better, as they trade."""
        return [order for order in self.of_side(side) if (order.price - price) * side.sign >= 0]

    def cap_queue(self, side: Side, price: int, visible: int) -> None:
        """Lots ahead that the level does not show any more were canceled."""
        for order in self._orders.values():
            if order.side is side and order.price == price and order.queue_ahead > visible:
                order.queue_ahead = visible

    def next_expiry(self) -> tuple[int, int] | None:
        """(expire_ns, order_id) of the first GTD order to expire."""
        if not self._orders:
            return None
        expiries = (
            (order.expire_ns, order.order_id)
            for order in self._orders.values()
            if order.time_in_force is TimeInForce.GTD
        )
        return min(expiries, default=None)

    def all(self) -> list[ExchangeOrder]:
        """Every waiting order, by priority."""
        return sorted(self._orders.values(), key=lambda order: order.priority)

    def load(self, orders: Iterable[ExchangeOrder], next_priority: int) -> None:
        """Hold the orders that were saved, and count on from there."""
        self._orders = {order.order_id: order for order in orders}
        highest = max((order.priority for order in self._orders.values()), default=0)
        self.next_priority = max(next_priority, highest + 1)
