"""What a strategy in observation would have sent."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from cambist.application.strategy.order_handle import OrderHandle
from cambist.application.strategy.quote_ladder import QuoteLadder
from cambist.domain.vocabulary import OrderFlag, OrderStatus, Side
from cambist.protocols.quotes import QuoteEntry


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

    def mass_quote(self, ladder: QuoteLadder, entries: Sequence[QuoteEntry], flags: OrderFlag) -> None:
        """As the venue does it: everything goes that does not stand any more, then everything new comes."""
        moved = [(entry, side) for entry in entries for side in Side if not self._keeps(ladder, entry, side)]
        for entry, side in moved:
            order = ladder.order(entry, side)
            if order is not None:
                self.cancel(order)
        for entry, side in moved:
            if entry.bid_qty if side is Side.BUY else entry.ask_qty:
                self.place(ladder.new_order(entry, side, flags))

    def _keeps(self, ladder: QuoteLadder, entry: QuoteEntry, side: Side) -> bool:
        """The same price for the same or less keeps its order."""
        order = ladder.order(entry, side)
        price, qty = (entry.bid_price, entry.bid_qty) if side is Side.BUY else (entry.ask_price, entry.ask_qty)
        if order is None or order.price_ticks != price or not 0 < qty <= order.qty_lots:
            return False
        if qty < order.qty_lots:
            self.amend(order, price, qty)
        return True

    def cancel(self, order: OrderHandle) -> None:
        """Its end."""
        order.status = OrderStatus.CANCELED
        self._note("CANCEL", order)

    def _note(self, action: str, order: OrderHandle) -> None:
        self.count += 1
        self.requests.append(
            ObservedRequest(self._clock.now_ns(), action, order.symbol, order.side, order.price, order.qty)
        )
