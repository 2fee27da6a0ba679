"""Quantity is conserved: what an order asked for is filled, open, or gone, and both sides of a trade have as much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cambist.domain import events as facts
from cambist.domain.message import Command, Event
from cambist.protocols.session_rows import HeldRow
from cambist.protocols.snapshot import OrderRow, PeggedRow, RestingRow, Sections, WaitingRow
from cambist.testing.checkers.asked_orders import asked_orders
from cambist.testing.checkers.checker import Violation


@dataclass(slots=True)
class _Tally:
    """Lots of one order. `leaves` is what may still be filled."""

    total: int
    filled: int = 0
    gone: int = 0

    @property
    def leaves(self) -> int:
        return self.total - self.filled - self.gone


class QuantityConserved:
    """Counts the lots of every order from what it asked and what is said of it."""

    def __init__(self) -> None:
        self._open: dict[int, _Tally] = {}

    def take(self, command: Command, events: Sequence[Event]) -> None:
        """Follow each order, then compare the two sides of each trade."""
        asked = dict(asked_orders(command))
        self._open |= {order_id: _Tally(order.qty) for order_id, order in asked.items()}
        for event in events:
            self._follow(event)
        taken = {event.order_id for event in events if isinstance(event, facts.OrderSubmitted | facts.OrderAccepted)}
        for order_id in asked.keys() - taken:
            self._open.pop(order_id, None)
        _compare_trades(events)

    def look(self, sections: Sections) -> None:
        """What the engine holds open is what is left over here."""
        held = {(row.order_id, row.leaves_qty) for kind in (RestingRow, HeldRow, PeggedRow) for row in sections[kind]}
        held |= {(row.order_id, row.qty) for row in sections[WaitingRow]}
        held |= {(row.order_id, row.qty - row.filled_qty) for row in sections[OrderRow]}
        odd = held ^ {(order_id, tally.leaves) for order_id, tally in self._open.items()}
        if odd:
            raise Violation(f"Open quantities differ (order_id, lots): {sorted(odd)[:6]}.")

    def _follow(self, event: Event) -> None:
        match event:
            case facts.OrderFilled():
                tally = self._known(event.order_id)
                tally.filled += event.last_qty
                self._expect(event.order_id, tally.leaves, event.leaves_qty, "filled")
            case facts.OrderReplaced():
                tally = self._known(event.order_id)
                tally.total = event.qty
                self._expect(event.order_id, tally.leaves, event.leaves_qty, "replaced")
            case facts.OrderReleased():
                self._known(event.order_id).total = event.qty
            case facts.OrderCanceled() | facts.OrderExpired():
                tally = self._known(event.order_id)
                self._expect(event.order_id, tally.leaves, event.canceled_qty, "ended")
                tally.gone += event.canceled_qty
                del self._open[event.order_id]
            case facts.OrderDenied() | facts.OrderRejected():
                self._open.pop(event.order_id, None)
            case _:
                return
        if event.order_id in self._open and not self._open[event.order_id].leaves:
            del self._open[event.order_id]

    def _known(self, order_id: int) -> _Tally:
        if order_id not in self._open:
            raise Violation(f"Order {order_id} is not open, and yet something happens to it.")
        return self._open[order_id]

    def _expect(self, order_id: int, counted: int, said: int, verb: str) -> None:
        if counted != said or counted < 0:
            raise Violation(f"Order {order_id} was {verb}: {counted} lots must be left, {said} are said to be.")


def _compare_trades(events: Sequence[Event]) -> None:
    """A trade has two fills: its maker's and its taker's, of opposite sides, at its price, of its quantity."""
    fills: defaultdict[int, list[facts.OrderFilled]] = defaultdict(list)
    for event in events:
        if isinstance(event, facts.OrderFilled):
            fills[event.trade_id].append(event)
    for trade in (event for event in events if isinstance(event, facts.Trade)):
        sides = fills[trade.trade_id]
        orders = {fill.order_id for fill in sides}
        if orders != {trade.maker_order_id, trade.taker_order_id} or len({fill.side for fill in sides}) != len(orders):
            raise Violation(f"Trade {trade.trade_id} has fills of orders {sorted(orders)}.")
        if any((fill.last_qty, fill.last_price) != (trade.qty, trade.price) for fill in sides):
            raise Violation(f"The fills of trade {trade.trade_id} are not of its quantity and price.")
