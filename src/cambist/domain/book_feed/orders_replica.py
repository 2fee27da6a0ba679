"""A copy of somebody's L3 book: every displayed order, in priority order, kept up to date from order deltas."""

from __future__ import annotations

from collections.abc import Iterator

from cambist.domain.book_feed.messages import DisplayedOrder, OrderAction, OrderDelta, OrdersSnapshot
from cambist.domain.errors import InvariantBroken
from cambist.domain.vocabulary import Side

_Queue = dict[int, int]
"""Displayed lots by order_id, first come first."""


class OrdersReplica:
    """The displayed orders of one instrument. Prices in ticks, quantities in lots."""

    __slots__ = ("_places", "_sides", "instrument_id")

    def __init__(self, instrument_id: int) -> None:
        self.instrument_id = instrument_id
        self._sides: tuple[dict[int, _Queue], dict[int, _Queue]] = ({}, {})
        self._places: dict[int, tuple[Side, int]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def apply(self, delta: OrderDelta) -> None:
        """Follow one step of an order. Raises InvariantBroken where it does not fit what is here."""
        if delta.action is OrderAction.ADDED:
            self.add(delta.order_id, delta.side, delta.price, delta.qty)
        elif delta.action is OrderAction.CHANGED:
            self.change(delta.order_id, delta.qty)
        else:
            self.remove(delta.order_id)

    def apply_snapshot(self, snapshot: OrdersSnapshot) -> None:
        """Forget everything and hold what the snapshot holds."""
        self._sides = ({}, {})
        self._places = {}
        for order in (*snapshot.bids, *snapshot.asks):
            self.add(order.order_id, order.side, order.price, order.qty)

    def add(self, order_id: int, side: Side, price: int, qty: int) -> None:
        """Behind all others at its price."""
        if order_id in self._places:
            raise _misfit(f"order {order_id} is added twice")
        self._places[order_id] = (side, price)
        self._sides[side].setdefault(price, {})[order_id] = qty

    def change(self, order_id: int, qty: int) -> None:
        """It displays another quantity in its place."""
        side, price = self._place(order_id)
        self._sides[side][price][order_id] = qty

    def remove(self, order_id: int) -> None:
        """It is displayed no longer."""
        side, price = self._place(order_id)
        del self._places[order_id]
        queue = self._sides[side][price]
        del queue[order_id]
        if not queue:
            del self._sides[side][price]

    def order_count(self, side: Side, price: int) -> int:
        """How many orders are displayed at a price."""
        return len(self._sides[side].get(price, ()))

    def level_qty(self, side: Side, price: int) -> int:
        """Lots displayed at a price."""
        return sum(self._sides[side].get(price, {}).values())

    def orders(self, side: Side) -> Iterator[DisplayedOrder]:
        """The orders of a side in priority order."""
        for price in sorted(self._sides[side], reverse=side is Side.BUY):
            for order_id, qty in self._sides[side][price].items():
                yield DisplayedOrder(order_id, side, price, qty)

    def find(self, order_id: int) -> DisplayedOrder | None:
        """One order, or None where it is not displayed."""
        place = self._places.get(order_id)
        if place is None:
            return None
        side, price = place
        return DisplayedOrder(order_id, side, price, self._sides[side][price][order_id])

    def snapshot(self, sequence: int) -> OrdersSnapshot:
        """Everything, as the message of a feed that is at `sequence`."""
        return OrdersSnapshot(
            instrument_id=self.instrument_id,
            sequence=sequence,
            bids=tuple(self.orders(Side.BUY)),
            asks=tuple(self.orders(Side.SELL)),
        )

    def _place(self, order_id: int) -> tuple[Side, int]:
        place = self._places.get(order_id)
        if place is None:
            raise _misfit(f"order {order_id} is not displayed")
        return place


def _misfit(what: str) -> InvariantBroken:
    return InvariantBroken(f"A delta does not fit the book by order: {what}.", "Take a new snapshot and report this.")
