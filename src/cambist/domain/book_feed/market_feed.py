"""Follows every displayed order of our venue through the engine's records.

An order arrives with its OrderAccepted, trades, and is displayed from the BookDelta that states its level: until then
it is on its way and nobody sees it. Its terms are those of the command that placed it, amended by OrderReplaced; its
quantity is that of its fills. The deltas of a level must say the same as the orders of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from msgspec import structs

from cambist.domain import events as facts
from cambist.domain.book_feed.book_feed import BookFeed
from cambist.domain.book_feed.messages import BookUpdate, DisplayedOrder
from cambist.domain.commands import NewOrder
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import Phase, Side


class PlacedOrder(NamedTuple):
    """What a command says of an order that it places. Price in ticks, quantities in lots."""

    side: Side
    price: int
    qty: int
    display_qty: int
    """How much an iceberg shows at a time; 0 for any other order."""
    is_hidden: bool
    waits_for_trigger: bool


PlacedBy = Callable[[Command, int], PlacedOrder | None]
"""The order of an id that a command places; None where it places no such order."""


class _FollowedOrder:
    """An order that is displayed, or will be. Quantities in lots."""

    __slots__ = ("display_qty", "feed", "is_displayed", "leaves_qty", "order_id", "price", "shown_qty", "side")

    def __init__(self, feed: BookFeed, order_id: int, side: Side, price: int, leaves_qty: int) -> None:
        self.feed = feed
        self.order_id = order_id
        self.side = side
        self.price = price
        self.leaves_qty = leaves_qty
        self.display_qty = 0
        """How much an iceberg shows at a time; 0 for any other order."""
        self.shown_qty = 0
        """While it is displayed."""
        self.is_displayed = False

    def show(self) -> None:
        """It has come to rest, or shows its next slice: behind all others at its price."""
        self.is_displayed = True
        self.shown_qty = min(self.display_qty, self.leaves_qty) if self.display_qty else self.leaves_qty
        self.feed.add(self.order_id, self.side, self.price, self.shown_qty)

    def hide(self) -> None:
        """It has left its place."""
        if self.is_displayed:
            self.is_displayed = False
            self.feed.remove(self.order_id, self.side, self.price)

    def fill(self, leaves_qty: int) -> None:
        """It traded, never more than it shows; rule iceberg.refill."""
        traded_qty, self.leaves_qty = self.leaves_qty - leaves_qty, leaves_qty
        if not self.is_displayed:
            return
        if traded_qty < self.shown_qty:
            self._change(self.shown_qty - traded_qty)
        else:
            self.hide()
            self.show()

    def shrink(self, leaves_qty: int) -> None:
        """It lost lots in its place, those behind its slice first; rule iceberg.shrink."""
        self.leaves_qty = leaves_qty
        if self.is_displayed and leaves_qty < self.shown_qty:
            self._change(leaves_qty)

    def _change(self, shown_qty: int) -> None:
        self.shown_qty = shown_qty
        self.feed.change(self.order_id, self.side, self.price, shown_qty)


class MarketFeed:
    """The feeds of all instruments that were opened, fed with whole commands in the order of the journal.

    `on_command` does everything; who goes through the events anyway calls `begin`, the method of each event, `end`.
    """

    def __init__(self, placed_order: PlacedBy) -> None:
        self._placed_order = placed_order
        self._feeds: dict[int, BookFeed] = {}
        self._orders: dict[int, _FollowedOrder] = {}
        self._arriving: dict[int, _FollowedOrder] = {}
        self._waiting: set[int] = set()
        """Orders whose trigger has not come: on no way to any level yet."""
        self._suspended: dict[int, NewOrder] = {}
        """Children that wait for their parents, by what placed them: they arrive with another command."""
        self._held: dict[int, _FollowedOrder] = {}
        """Accepted and in no book: they wait for the closing auction. In time order."""
        self._command: Command = Command()
        self._touched: dict[int, BookFeed] = {}
        self._handlers: dict[type[Event], Callable[[Any], None]] = {
            facts.OrderAccepted: self.on_accepted,
            facts.OrderFilled: self.on_filled,
            facts.OrderCanceled: self.on_ended,
            facts.OrderExpired: self.on_ended,
            facts.OrderReplaced: self.on_replaced,
            facts.OrderTriggered: self.on_triggered,
            facts.OrderSuspended: self.on_suspended,
            facts.OrderReleased: self.on_released,
            facts.BookDelta: self.on_delta,
            facts.PhaseChanged: self.on_phase,
        }

    def __getitem__(self, instrument_id: int) -> BookFeed:
        return self._feeds[instrument_id]

    def open(self, instrument_id: int) -> BookFeed:
        """Begin to follow an instrument of our venue, whose book is empty or about to be restored."""
        self._feeds[instrument_id] = BookFeed(instrument_id)
        return self._feeds[instrument_id]

    def restore(self, displayed: DisplayedOrder, instrument_id: int, leaves_qty: int, display_qty: int) -> None:
        """A displayed order of a snapshot. Call in priority order."""
        order_id, side, price = displayed.order_id, displayed.side, displayed.price
        order = _FollowedOrder(self._feeds[instrument_id], order_id, side, price, leaves_qty)
        order.display_qty = display_qty
        order.shown_qty = displayed.qty
        order.is_displayed = True
        self._orders[order_id] = order
        order.feed.restore(order_id, side, price, displayed.qty)

    def restore_waiting(self, terms: DisplayedOrder, instrument_id: int, display_qty: int) -> None:
        """An order of a snapshot that waits for its trigger, as it would be displayed whole."""
        order = _FollowedOrder(self._feeds[instrument_id], terms.order_id, terms.side, terms.price, terms.qty)
        order.display_qty = display_qty
        self._orders[terms.order_id] = order
        self._waiting.add(terms.order_id)

    def restore_held(self, order_id: int, instrument_id: int, side: Side, price: int, leaves_qty: int) -> None:
        """An order of a snapshot that waits for the closing auction. Call in time order."""
        order = _FollowedOrder(self._feeds[instrument_id], order_id, side, price, leaves_qty)
        self._orders[order_id] = self._held[order_id] = order

    def restore_parked(self, order_id: int, instrument_id: int, side: Side, leaves_qty: int, display_qty: int) -> None:
        """A pegged order of a snapshot that stands in no book; it arrives with the price that it gets."""
        order = _FollowedOrder(self._feeds[instrument_id], order_id, side, 0, leaves_qty)
        order.display_qty = display_qty
        self._orders[order_id] = order

    def on_command(self, command: Command, events: Sequence[Event]) -> list[BookUpdate]:
        """What a command with its events changed: at most one update per instrument that somebody reads."""
        self.begin(command)
        for event in events:
            handler = self._handlers.get(type(event))
            if handler is not None:
                handler(event)
        return self.end(command.now_ns)

    def begin(self, command: Command) -> None:
        """The events that follow are this command's."""
        self._command = command

    def end(self, ts_event: int) -> list[BookUpdate]:
        """What changed since the last call: at most one update per instrument that somebody reads."""
        if self._arriving:
            self._held.update(self._arriving)
            self._arriving.clear()
        if not self._touched:
            return []
        updates = [feed.close(ts_event) for feed in self._touched.values()]
        self._touched.clear()
        return [update for update in updates if update is not None]

    def on_accepted(self, event: facts.OrderAccepted) -> None:
        """An order arrives. What an outside venue accepts was placed earlier: it is in none of our books."""
        feed = self._feeds.get(event.instrument_id)
        command = self._suspended.pop(event.order_id, self._command)
        placed = self._placed_order(command, event.order_id) if feed else None
        if feed is None or placed is None or placed.is_hidden:
            return
        order = _FollowedOrder(feed, event.order_id, placed.side, placed.price, placed.qty)
        order.display_qty = placed.display_qty
        self._orders[event.order_id] = order
        if placed.waits_for_trigger:
            self._waiting.add(event.order_id)
        else:
            self._arriving[event.order_id] = order

    def restore_suspended(self, order_id: int, command: NewOrder) -> None:
        """A child of a snapshot that waits for its parent, as the command that placed it."""
        self._suspended[order_id] = command

    def on_suspended(self, event: facts.OrderSuspended) -> None:
        """A child will arrive with another command than its own."""
        if isinstance(self._command, NewOrder):
            self._suspended[event.order_id] = self._command

    def on_released(self, event: facts.OrderReleased) -> None:
        """It arrives with this quantity."""
        command = self._suspended.get(event.order_id)
        if command is not None:
            self._suspended[event.order_id] = structs.replace(command, qty=event.qty)

    def on_triggered(self, event: facts.OrderTriggered) -> None:
        """An order that waited arrives now."""
        if event.order_id in self._waiting:
            self._waiting.remove(event.order_id)
            self._arriving[event.order_id] = self._orders[event.order_id]

    def on_filled(self, event: facts.OrderFilled) -> None:
        """An order traded."""
        order = self._orders.get(event.order_id)
        if order is None:
            return
        if event.leaves_qty:
            order.fill(event.leaves_qty)
        else:
            self._end(order)

    def on_ended(self, event: facts.OrderCanceled | facts.OrderExpired) -> None:
        """An order is gone."""
        self._suspended.pop(event.order_id, None)
        order = self._orders.get(event.order_id)
        if order is not None:
            self._end(order)

    def on_replaced(self, event: facts.OrderReplaced) -> None:
        """Who keeps its priority changes in place; anybody else arrives anew."""
        order = self._orders.get(event.order_id)
        if order is None:
            return
        if event.kept_priority:
            order.shrink(event.leaves_qty)
            return
        order.hide()
        self._held.pop(order.order_id, None)
        order.price, order.leaves_qty = event.price, event.leaves_qty
        if order.order_id not in self._waiting:
            self._arriving[order.order_id] = order

    def on_phase(self, event: facts.PhaseChanged) -> None:
        """Rule at-close.takes-part: as the closing auction begins, orders that wait for it enter the book."""
        if event.phase is not Phase.CLOSING_AUCTION or not self._held:
            return
        waiting = [order for order in self._held.values() if order.feed.instrument_id == event.instrument_id]
        for order in sorted(waiting, key=lambda order: order.side):
            self._arriving[order.order_id] = self._held.pop(order.order_id)

    def on_delta(self, event: facts.BookDelta) -> None:
        """A level as it is now, with the orders that have come to rest there."""
        feed = self._feeds.get(event.instrument_id)
        if feed is None:
            return
        if self._arriving:
            self._show_arrived(event)
        feed.on_level(event)
        self._touched[event.instrument_id] = feed

    def touch(self, instrument_id: int) -> None:
        """The book was changed by other means than events: from outside, as a whole."""
        self._touched[instrument_id] = self._feeds[instrument_id]

    def _end(self, order: _FollowedOrder) -> None:
        order.hide()
        del self._orders[order.order_id]
        self._arriving.pop(order.order_id, None)
        self._waiting.discard(order.order_id)
        self._held.pop(order.order_id, None)

    def _show_arrived(self, delta: facts.BookDelta) -> None:
        """Those on their way to this level have come to rest there, in the order in which they were taken."""
        place = (delta.instrument_id, delta.side, delta.price)
        arrived = [
            order for order in self._arriving.values() if (order.feed.instrument_id, order.side, order.price) == place
        ]
        for order in arrived:
            del self._arriving[order.order_id]
            order.show()
