"""The shared matching workload on the bare book: price-time priority, no accounts, missed cancels are counted."""

from __future__ import annotations

from cambist.domain.errors import ValueOutOfRange
from cambist.domain.vocabulary import Side
from cambist.domain.widths import MAX_PRICE
from cambist.engine.reference.book import Book, reaches
from cambist.engine.reference.venue_order import BookOrder
from cambist.engine.workload import CANCEL, NEW, OPERATION, WorkloadResult

_FNV_START = 0xCBF29CE484222325
_FNV_PRIME = 0x100000001B3
_MASK = (1 << 64) - 1


class _Replay:
    """The state of one run."""

    def __init__(self) -> None:
        self.book: Book[BookOrder] = Book()
        self.live: dict[int, BookOrder] = {}
        self.trades = self.volume = self.notional = self.missed_cancels = 0
        self.trades_hash = _FNV_START

    def new(self, side: Side, qty: int, price: int, order_id: int) -> None:
        order = BookOrder(order_id, side, price, qty)
        opposite = side.opposite
        while order.leaves_qty and (level := self.book.best(opposite)) and reaches(side, price, level.price):
            self._trade(level.first, order)
        if order.leaves_qty:
            self.book.add(order)
            self.live[order_id] = order

    def _trade(self, maker: BookOrder, taker: BookOrder) -> None:
        qty = min(maker.leaves_qty, taker.leaves_qty)
        self.book.fill(maker, qty)
        taker.leaves_qty -= qty
        if not maker.leaves_qty:
            del self.live[maker.order_id]
        self.trades += 1
        self.volume += qty
        self.notional += qty * maker.price
        self.trades_hash = _mix(self.trades_hash, maker.order_id, taker.order_id, maker.price, qty)

    def cancel(self, order_id: int) -> None:
        order = self.live.pop(order_id, None)
        if order is None:
            self.missed_cancels += 1
        else:
            self.book.remove(order)

    def book_hash(self) -> int:
        value = _FNV_START
        for order in self.book.orders():
            value = _mix(value, order.side, order.price, order.order_id, order.leaves_qty)
        return value


def replay_workload(ops: bytes) -> WorkloadResult:
    """Run every operation on an empty book. Raises ValueOutOfRange where the bytes are not operations."""
    if len(ops) % OPERATION.size:
        raise ValueOutOfRange(f"{len(ops)} bytes are no whole number of operations.", "Check the workload file.")
    replay = _Replay()
    sides = (Side.BUY, Side.SELL)
    for op, side, _, qty, price, order_id in OPERATION.iter_unpack(ops):
        if op == CANCEL:
            replay.cancel(order_id)
        elif op == NEW and side < 2 and qty > 0 and 0 < price <= MAX_PRICE and order_id not in replay.live:
            replay.new(sides[side], qty, price, order_id)
        else:
            raise ValueOutOfRange(
                f"Operation {op} on side {side} with qty {qty}, price {price} and id {order_id} is not in the format.",
                "Check the workload file.",
            )
    return WorkloadResult(
        ops=len(ops) // OPERATION.size,
        trades=replay.trades,
        volume=replay.volume,
        notional=replay.notional,
        missed_cancels=replay.missed_cancels,
        resting_orders=len(replay.live),
        trades_fnv=f"{replay.trades_hash:016x}",
        book_fnv=f"{replay.book_hash():016x}",
    )


def _mix(value: int, *words: int) -> int:
    """FNV-1a over 64-bit words."""
    for word in words:
        value = (value ^ word) * _FNV_PRIME & _MASK
    return value
