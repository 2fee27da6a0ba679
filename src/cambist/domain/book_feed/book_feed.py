"""The feed of one instrument: its book by price and by order, and what changed in them since the last update."""

from __future__ import annotations

from cambist.domain.book_feed.messages import BookUpdate, LevelDelta, OrderAction, OrderDelta
from cambist.domain.book_feed.orders_replica import OrdersReplica
from cambist.domain.book_replica import BookReplica
from cambist.domain.events import BookDelta
from cambist.domain.market_data import BookSnapshot, Quote
from cambist.domain.vocabulary import Side

Level = tuple[Side, int]
"""A side and a price in ticks."""


class BookFeed:
    """Levels come from BookDelta, orders from those who follow them (`MarketFeed`); `close` ends an update.

    Where nobody reads the updates they are counted and not made: the books are kept up to date all the same.
    """

    __slots__ = ("_changed_levels", "_quote", "_readers", "_steps", "instrument_id", "levels", "orders", "sequence")

    def __init__(self, instrument_id: int) -> None:
        self.instrument_id = instrument_id
        self.sequence = 0
        self._readers = 0
        self.levels = BookReplica(instrument_id)
        self.orders = OrdersReplica(instrument_id)
        self._quote = (0, 0, 0, 0)
        self._changed_levels: dict[Level, int] = {}
        self._steps: list[OrderDelta] = []

    def begin_reading(self) -> None:
        """One more reader of updates, who knows the book as it is now."""
        if not self._readers:
            self._quote = self._best()
        self._readers += 1

    def end_reading(self) -> None:
        """One reader less."""
        self._readers -= 1

    @property
    def quote(self) -> Quote:
        """Best prices and sizes."""
        return self._as_quote(self._best(), 0)

    def restore(self, order_id: int, side: Side, price: int, displayed_qty: int) -> None:
        """An order of a snapshot, behind those restored before. Nothing is stated."""
        self.orders.add(order_id, side, price, displayed_qty)
        self.levels.set_level(side, price, self.levels.qty_at(side, price) + displayed_qty)

    def add(self, order_id: int, side: Side, price: int, qty: int) -> None:
        """An order is displayed, behind all others at its price."""
        self.orders.add(order_id, side, price, qty)
        if self._readers:
            self._steps.append(OrderDelta(OrderAction.ADDED, order_id, side, price, qty))

    def change(self, order_id: int, side: Side, price: int, qty: int) -> None:
        """An order displays another quantity and keeps its place."""
        self.orders.change(order_id, qty)
        if self._readers:
            self._steps.append(OrderDelta(OrderAction.CHANGED, order_id, side, price, qty))

    def remove(self, order_id: int, side: Side, price: int) -> None:
        """An order is displayed no longer."""
        self.orders.remove(order_id)
        if self._readers:
            self._steps.append(OrderDelta(OrderAction.REMOVED, order_id, side, price, 0))

    def on_level(self, delta: BookDelta) -> None:
        """A level as it is now. It may be stated several times in one command; the last counts."""
        self._changed_levels[delta.side, delta.price] = delta.order_count
        self.levels.set_level(delta.side, delta.price, delta.qty)

    def on_book(self, snapshot: BookSnapshot) -> None:
        """The whole book of an outside venue."""
        self._note_all_levels()
        self.levels.apply_snapshot(snapshot)
        self._note_all_levels()

    def close(self, ts_event: int) -> BookUpdate | None:
        """What changed since the last call under the next sequence, or None where nobody reads it."""
        self.sequence += 1
        update = self._update(ts_event) if self._readers else None
        self._steps.clear()
        self._changed_levels.clear()
        return update

    def _update(self, ts_event: int) -> BookUpdate:
        before, self._quote = self._quote, self._best()
        return BookUpdate(
            instrument_id=self.instrument_id,
            sequence=self.sequence,
            ts_event=ts_event,
            quote=None if before == self._quote else self._as_quote(self._quote, ts_event),
            levels=self._level_deltas(),
            orders=tuple(self._steps),
        )

    def _level_deltas(self) -> tuple[LevelDelta, ...]:
        qty_at = self.levels.qty_at
        return tuple(
            LevelDelta(side, price, qty_at(side, price), count) for (side, price), count in self._changed_levels.items()
        )

    def _note_all_levels(self) -> None:
        for side in Side:
            for price, _ in self.levels.levels(side):
                self._changed_levels[side, price] = 0

    def _best(self) -> tuple[int, int, int, int]:
        levels = self.levels
        return (levels.best_bid_price, levels.best_bid_qty, levels.best_ask_price, levels.best_ask_qty)

    def _as_quote(self, best: tuple[int, int, int, int], ts_event: int) -> Quote:
        bid_price, bid_qty, ask_price, ask_qty = best
        return Quote(
            instrument_id=self.instrument_id,
            bid_price=bid_price,
            bid_qty=bid_qty,
            ask_price=ask_price,
            ask_qty=ask_qty,
            ts_event=ts_event,
        )
