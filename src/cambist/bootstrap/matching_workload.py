"""The canonical matching workload, made anew: the same seed and size give the same bytes everywhere.

A deep book of passive orders around a slowly moving middle, cancels of random live orders, and one aggressive
order in twenty. Chance is an xorshift64* of its own, so that no library's generator can change the bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from cambist.domain.vocabulary import Side
from cambist.engine.reference.book import Book, reaches
from cambist.engine.reference.venue_order import BookOrder
from cambist.engine.workload import CANCEL, NEW, OPERATION

_WORD = (1 << 64) - 1
_MIDDLE, _DRIFT_MAX, _HALF_WIDTH = 50_000, 50, 500
"""In ticks: where the middle starts, how far it may drift, how far from it orders are placed."""
_OPS_PER_DRIFT = 1_000
_PREFILL_MAX = 20_000
_SIDES = (Side.BUY, Side.SELL)
_AGGRESSIVE = 1
"""In the flags, for information only."""


@dataclass(slots=True)
class _Chance:
    """xorshift64*, of which the upper 31 bits are used."""

    state: int

    @classmethod
    def seeded(cls, seed: int) -> _Chance:
        return cls((seed * 0x9E3779B97F4A7C15 + 0x1234567) & _WORD or 1)

    def below(self, limit: int) -> int:
        """Uniform in 0..limit-1."""
        state = self.state
        state ^= state >> 12
        state ^= (state << 25) & _WORD
        state ^= state >> 27
        self.state = state
        return ((state * 0x2545F4914F6CDD1D & _WORD) >> 33) % limit


class _LiveOrders:
    """Resting orders, of which one can be drawn: the last takes the place of one that leaves."""

    def __init__(self) -> None:
        self._orders: list[BookOrder] = []
        self._places: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._orders)

    def add(self, order: BookOrder) -> None:
        self._places[order.order_id] = len(self._orders)
        self._orders.append(order)

    def remove(self, order: BookOrder) -> None:
        place = self._places.pop(order.order_id)
        last = self._orders.pop()
        if last is not order:
            self._orders[place] = last
            self._places[last.order_id] = place

    def draw(self, chance: _Chance) -> BookOrder:
        return self._orders[chance.below(len(self._orders))]


class _Generator:
    """The market that the operations are made for: each is applied as it is made."""

    def __init__(self, seed: int) -> None:
        self._chance = _Chance.seeded(seed)
        self._book: Book[BookOrder] = Book()
        self._live = _LiveOrders()
        self._middle = _MIDDLE
        self._last_id = 0

    def drift(self) -> None:
        """Move the middle by at most one tick."""
        moved = self._middle + self._chance.below(3) - 1
        self._middle = max(_MIDDLE - _DRIFT_MAX, min(_MIDDLE + _DRIFT_MAX, moved))

    def operation(self, is_prefill: bool) -> bytes:
        """The next operation, packed."""
        draw = self._chance.below(100)
        best = {side: level.price if (level := self._book.best(side)) else None for side in _SIDES}
        bid, ask = best[Side.BUY], best[Side.SELL]
        if is_prefill or draw < 55 or bid is None or ask is None:
            return self._passive(bid, ask)
        return self._cancel() if draw < 95 else self._aggressive(bid, ask)

    def _passive(self, bid: int | None, ask: int | None) -> bytes:
        side = _SIDES[self._chance.below(2)]
        price = self._middle - side.sign * self._distance()
        qty = 1 + self._chance.below(100)
        if side is Side.BUY and ask is not None:
            price = min(price, ask - 1)
        if side is Side.SELL and bid is not None:
            price = max(price, bid + 1)
        return self._order(side, price, qty, flags=0)

    def _aggressive(self, bid: int, ask: int) -> bytes:
        side = _SIDES[self._chance.below(2)]
        qty = 1 + self._chance.below(300)
        slip = self._chance.below(6)
        return self._order(side, ask + slip if side is Side.BUY else bid - slip, qty, flags=_AGGRESSIVE)

    def _cancel(self) -> bytes:
        order = self._live.draw(self._chance)
        self._book.remove(order)
        self._live.remove(order)
        return OPERATION.pack(CANCEL, order.side, 0, 0, order.price, order.order_id)

    def _distance(self) -> int:
        """From the middle in ticks: the lesser of two uniforms, and so denser near it."""
        return 1 + min(self._chance.below(_HALF_WIDTH), self._chance.below(_HALF_WIDTH))

    def _order(self, side: Side, price: int, qty: int, flags: int) -> bytes:
        self._last_id += 1
        order = BookOrder(self._last_id, side, price, qty)
        packed = OPERATION.pack(NEW, side, flags, qty, price, self._last_id)
        while order.leaves_qty and (level := self._book.best(side.opposite)) and reaches(side, price, level.price):
            maker = level.first
            traded = min(maker.leaves_qty, order.leaves_qty)
            order.leaves_qty -= traded
            self._book.fill(maker, traded)
            if not maker.leaves_qty:
                self._live.remove(maker)
        if order.leaves_qty:
            self._book.add(order)
            self._live.add(order)
        return packed


def matching_workload(ops: int, seed: int = 42) -> bytes:
    """Packed operations, 24 bytes each: a prefill of passive orders, then the mix. 1,000,000 take some ten seconds."""
    generator = _Generator(seed)
    prefill = min(_PREFILL_MAX, ops // 10)
    packed = bytearray()
    for number in range(ops):
        if number % _OPS_PER_DRIFT == 0:
            generator.drift()
        packed += generator.operation(is_prefill=number < prefill)
    return bytes(packed)
