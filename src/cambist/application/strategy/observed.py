"""What a strategy in observation would have sent."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from cambist.application.strategy.order_handle import OrderHandle
from cambist.domain.vocabulary import OrderStatus, Side


class _Clock(Protocol):
    def now_ns(self) -> int:
        """Engine time."""


@dataclass(frozen=True, slots=True)
class ObservedRequest:
    """One request that was not sent."""

    now_ns: int
    action: str
    """PLACE, AMEND or CANCEL."""
    symbol: str
    side: Side
    price: Decimal | None
    """None for MARKET."""
    qty: Decimal


class ObservedOrders:
    """The last 1,000 requests, and how many there were. To the strategy its orders look as if they rested."""

    def __init__(self, clock: _Clock) -> None:
        self._clock = clock
        self.requests: deque[ObservedRequest] = deque(maxlen=1_000)
        self.count = 0
        self._orders: list[OrderHandle] = []

    def open_orders(self) -> list[OrderHandle]:
        """Those that would rest."""
        self._orders = [order for order in self._orders if order.is_open]
        return list(self._orders)

    def place(self, order: OrderHandle) -> None:
        """A new order: it rests, unseen and never filled, where it may rest at all."""
        self._note("PLACE", order)
        may_rest = order.time_in_force.may_rest
        order.status = OrderStatus.NEW if may_rest else OrderStatus.CANCELED
        if may_rest:
            self._orders.append(order)

    def amend(self, order: OrderHandle, price_ticks: int, qty_lots: int) -> None:
        """Another price or total."""
        order.price_ticks, order.qty_lots = price_ticks, qty_lots
        self._note("AMEND", order)

    def cancel(self, order: OrderHandle) -> None:
        """Its end."""
        order.status = OrderStatus.CANCELED
        self._note("CANCEL", order)

    def _note(self, action: str, order: OrderHandle) -> None:
        self.count += 1
        self.requests.append(
            ObservedRequest(self._clock.now_ns(), action, order.symbol, order.side, order.price, order.qty)
        )
