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
    """The orders at one price, oldest first, and their total."""

    __slots__ = ("orders", "price", "qty")

    def __init__(self, price: int) -> None:
        self.price = price
        self.qty = 0
        self.orders: OrderedDict[int, OrderT] = OrderedDict()

    @property
    def first(self) -> OrderT:
        """The order with priority."""
        return next(iter(self.orders.values()))


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
        """The best price of a side in ticks, 0 where it is empty."""
        level = self._sides[side].best
        return level.price if level else 0

    def add(self, order: OrderT) -> None:
        """Rest an order behind all others of its price."""
        level = self._sides[order.side].level(order.price)
        level.orders[order.order_id] = order
        level.qty += order.leaves_qty

    def remove(self, order: OrderT) -> None:
        """Take an order out."""
        side = self._sides[order.side]
        level = side.levels[order.price]
        del level.orders[order.order_id]
        level.qty -= order.leaves_qty
        if not level.orders:
            side.drop(order.price)

    def reduce(self, order: OrderT, qty: int) -> None:
        """Take `qty` lots off a resting order in place; it leaves when nothing is left."""
        if qty == order.leaves_qty:
            self.remove(order)
        else:
            self._sides[order.side].levels[order.price].qty -= qty
        order.leaves_qty -= qty

    def depth(self, side: Side, price: int) -> tuple[int, int]:
        """Total lots and number of orders at a price."""
        level = self._sides[side].levels.get(price)
        return (level.qty, len(level.orders)) if level else (0, 0)

    def orders(self) -> Iterator[OrderT]:
        """Every order in priority order: BUY then SELL, best price first, oldest first."""
        for side in Side:
            for level in self._sides[side]:
                yield from level.orders.values()


def reaches(side: Side, limit_price: int, price: int) -> bool:
    """True where an order of `side` limited at `limit_price` may trade at `price`."""
    return price <= limit_price if side is Side.BUY else price >= limit_price
