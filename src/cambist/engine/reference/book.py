"""The price-time book of one instrument. Knows orders and levels; nothing of accounts, gates or events."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, TypeVar

from cambist.domain.vocabulary import Side
from cambist.engine.reference.venue_order import BookOrder

OrderT = TypeVar("OrderT", bound=BookOrder)


class Level(Generic[OrderT]):
    """The orders at one price, oldest first: those that are displayed with their total, and those behind them that are
    not.
    """

    __slots__ = ("displayed", "hidden", "price", "qty")

    def __init__(self, price: int) -> None:
        self.price = price
        self.qty = 0
        self.displayed: OrderedDict[int, OrderT] = OrderedDict()
        self.hidden: OrderedDict[int, OrderT] = OrderedDict()

    @property
    def is_empty(self) -> bool:
        """True where nothing rests here, seen or not."""
        return not self.displayed and not self.hidden

    @property
    def shows_unpegged(self) -> bool:
        """True where a displayed order stands here by itself, not because it follows others."""
        return any(not order.is_pegged for order in self.displayed.values())

    @property
    def first(self) -> OrderT:
        """The order with priority."""
        return next(iter(self.displayed.values() if self.displayed else self.hidden.values()))

    def in_priority(self) -> Iterator[OrderT]:
        """Every order, first come first among the displayed, then among the hidden."""
        yield from self.displayed.values()
        yield from self.hidden.values()

    def in_rounds(self) -> Iterator[tuple[OrderT, int]]:
        """Every order with what a sweep finds of it: all slices, what icebergs hold back, then the hidden."""
        for order in self.displayed.values():
            yield order, order.slice_qty
        for order in self.displayed.values():
            if order.reserve_qty:
                yield order, order.reserve_qty
        for order in self.hidden.values():
            yield order, order.leaves_qty

    def add(self, order: OrderT) -> None:
        """Behind all others of its kind."""
        if order.is_hidden:
            self.hidden[order.order_id] = order
        else:
            self.displayed[order.order_id] = order
            self.qty += order.slice_qty

    def remove(self, order: OrderT) -> None:
        """It is here no longer."""
        if order.is_hidden:
            del self.hidden[order.order_id]
        else:
            del self.displayed[order.order_id]
            self.qty -= order.slice_qty

    def reduce(self, order: OrderT, qty: int) -> None:
        """Lower what an order shows."""
        if not order.is_hidden:
            self.qty -= qty


class BookSide(Generic[OrderT]):
    """The levels of one side. Prices are kept sorted with the best at the end, where a list is cheap to change."""

    __slots__ = ("_keys", "_sign", "levels")

    def __init__(self, side: Side) -> None:
        self._sign = side.sign
        self._keys: list[int] = []
        self.levels: dict[int, Level[OrderT]] = {}

    @property
    def best(self) -> Level[OrderT] | None:
        """The level that trades first."""
        return self.levels[self._keys[-1] * self._sign] if self._keys else None

    def level(self, price: int) -> Level[OrderT]:
        """The level at a price, made if it is not there."""
        level = self.levels.get(price)
        if level is None:
            level = self.levels[price] = Level(price)
            insort(self._keys, price * self._sign)
        return level

    def drop(self, price: int) -> None:
        """Forget an empty level."""
        del self.levels[price]
        del self._keys[bisect_left(self._keys, price * self._sign)]

    def __iter__(self) -> Iterator[Level[OrderT]]:
        """Best first."""
        return (self.levels[key * self._sign] for key in reversed(self._keys))


class Book(Generic[OrderT]):
    """Both sides. An order is in at most one level, under its own side and price."""

    __slots__ = ("_sides",)

    def __init__(self) -> None:
        self._sides: tuple[BookSide[OrderT], BookSide[OrderT]] = (BookSide(Side.BUY), BookSide(Side.SELL))

    def levels(self, side: Side) -> Iterator[Level[OrderT]]:
        """The levels of a side, best first."""
        return iter(self._sides[side])

    def best(self, side: Side) -> Level[OrderT] | None:
        """The best level of a side."""
        return self._sides[side].best

    def best_price(self, side: Side) -> int:
        """The best price of a side in ticks, 0 where it is empty. Hidden orders count: this is what trades."""
        level = self._sides[side].best
        return level.price if level else 0

    def displayed_price(self, side: Side) -> int:
        """The best price that can be seen, in ticks, 0 where there is none."""
        return next((level.price for level in self._sides[side] if level.displayed), 0)

    def unpegged_price(self, side: Side) -> int:
        """The best price that can be seen of an order that is not pegged, in ticks, 0 where there is none."""
        levels = (level for level in self._sides[side] if level.shows_unpegged)
        return next((level.price for level in levels), 0)

    def add(self, order: OrderT) -> None:
        """Rest an order at its price."""
        self._sides[order.side].level(order.price).add(order)

    def remove(self, order: OrderT) -> None:
        """Take an order out."""
        side = self._sides[order.side]
        level = side.levels[order.price]
        level.remove(order)
        if level.is_empty:
            side.drop(order.price)

    def fill(self, order: OrderT, qty: int) -> None:
        """Take `qty` lots off the slice of a resting order. When the slice is used up, the order shows the next one at
        the end of its level; it leaves when nothing is left.
        """
        if qty < order.slice_qty:
            self._sides[order.side].levels[order.price].reduce(order, qty)
            order.leaves_qty -= qty
            return
        self.remove(order)
        order.leaves_qty -= qty
        if order.leaves_qty:
            order.show_slice()
            self.add(order)

    def reduce(self, order: OrderT, qty: int) -> bool:
        """Take `qty` lots, less than all, off a resting order in place: from behind its slice first. Returns whether
        its slice became smaller.
        """
        from_slice = max(0, qty - order.reserve_qty)
        self._sides[order.side].levels[order.price].reduce(order, from_slice)
        order.reserve_qty -= qty - from_slice
        order.leaves_qty -= qty
        return from_slice > 0

    def depth(self, side: Side, price: int) -> tuple[int, int]:
        """Displayed lots and number of displayed orders at a price."""
        level = self._sides[side].levels.get(price)
        return (level.qty, len(level.displayed)) if level else (0, 0)

    def orders(self) -> Iterator[OrderT]:
        """Every order in priority order: BUY then SELL, best price first, displayed before hidden, oldest first."""
        for side in Side:
            for level in self._sides[side]:
                yield from level.in_priority()


def reaches(side: Side, limit_price: int, price: int) -> bool:
    """True where an order of `side` limited at `limit_price` may trade at `price`."""
    return price <= limit_price if side is Side.BUY else price >= limit_price
