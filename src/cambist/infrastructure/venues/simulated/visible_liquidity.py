"""What is there to take: the replica of the recorded book, less what was taken from it already.

A level whose quantity we or a print consumed stays consumed until an update of that level comes. Nothing can be
taken twice, and nothing that the market took first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cambist.domain.book_replica import BookReplica
from cambist.domain.events import BookDelta, Trade
from cambist.domain.market_data import BookSnapshot
from cambist.domain.vocabulary import Side


class VisibleLiquidity:
    """One instrument's book as a taker may use it. Ticks and lots."""

    def __init__(self, instrument_id: int) -> None:
        self._book = BookReplica(instrument_id)
        self._consumed: dict[int, int] = {}
        """Lots by price, negated for bids: cheaper keys than pairs, looked up for every level that changes."""

    @property
    def is_known(self) -> bool:
        """False until there is a book, and after its chain of updates broke."""
        return not self._book.is_empty

    def on_snapshot(self, snapshot: BookSnapshot) -> None:
        """A new picture: nothing of it is consumed."""
        self._book.apply_snapshot(snapshot)
        self._consumed.clear()

    def on_delta(self, delta: BookDelta) -> None:
        """One level is new, so all of it is there."""
        self._book.apply_delta(delta)
        self._consumed.pop(_key(delta.side, delta.price), None)

    def on_print(self, trade: Trade) -> None:
        """Somebody else took this; whatever was better priced is gone as well."""
        side = trade.aggressor.opposite
        for price, qty in self._book.levels(side):
            if (price - trade.price) * side.sign <= 0:
                break
            self._consumed[_key(side, price)] = qty
        self.take(side, trade.price, trade.qty)

    def visible(self, side: Side, price: int) -> int:
        """Lots that the book shows at a price."""
        return self._book.qty_at(side, price)

    def available(self, side: Side, price: int) -> int:
        """Lots that can still be taken at a price."""
        return max(0, self._book.qty_at(side, price) - self._consumed.get(_key(side, price), 0))

    def take(self, side: Side, price: int, qty: int) -> None:
        """Consume lots of a level; it never holds less than nothing."""
        visible = self._book.qty_at(side, price)
        if visible:
            key = _key(side, price)
            self._consumed[key] = min(visible, self._consumed.get(key, 0) + qty)

    def offers(self, taker: Side, limit: int | None) -> Iterator[tuple[int, int]]:
        """(price, available) that a taker meets within its limit price, best first; None: no limit."""
        side = taker.opposite
        for price, _ in self._book.levels(side):
            if limit is not None and (price - limit) * taker.sign > 0:
                return
            available = self.available(side, price)
            if available:
                yield price, available

    def would_cross(self, side: Side, price: int) -> bool:
        """True where an order at this price would take at once."""
        return next(self.offers(side, price), None) is not None

    def consumed(self) -> list[tuple[int, int]]:
        """Prices (negated for bids) and lots consumed there, to be saved; the book itself is the feed's to keep."""
        return list(self._consumed.items())

    def load(self, consumed: Iterable[tuple[int, int]], book: BookSnapshot) -> None:
        """Carry on from what was saved and the feed's book at that moment."""
        self._book.apply_snapshot(book)
        self._consumed = dict(consumed)


def _key(side: Side, price: int) -> int:
    return -price if side is Side.BUY else price
