"""Orders that the venue holds outside the book: MARKET orders of an auction, and AT_CLOSE orders that wait for one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from cambist.domain.vocabulary import Side
from cambist.engine.reference.venue_order import VenueOrder


class HeldOrders:
    """Oldest first per side. Nobody sees them; each takes part in one auction."""

    __slots__ = ("_sides",)

    def __init__(self) -> None:
        self._sides: tuple[OrderedDict[int, VenueOrder], OrderedDict[int, VenueOrder]] = (OrderedDict(), OrderedDict())

    def __contains__(self, order: VenueOrder) -> bool:
        return order.order_id in self._sides[order.side]

    def __iter__(self) -> Iterator[VenueOrder]:
        """BUY then SELL, oldest first."""
        for side in self._sides:
            yield from side.values()

    def first(self, side: Side) -> VenueOrder | None:
        """The oldest of a side."""
        return next(iter(self._sides[side].values()), None)

    def qty(self, side: Side) -> int:
        """Lots of a side."""
        return sum(order.leaves_qty for order in self._sides[side].values())

    def add(self, order: VenueOrder) -> None:
        """Behind all others of its side."""
        self._sides[order.side][order.order_id] = order

    def remove(self, order: VenueOrder) -> None:
        """It is here no longer."""
        del self._sides[order.side][order.order_id]
