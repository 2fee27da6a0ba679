"""Priority is never violated: nobody trades before an order with a better price, or an older one at the same price, in
continuous trading and in auctions; and nobody trades beyond his limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from cambist.domain import events as facts
from cambist.domain.commands import NewInstructedOrder, NewOrder
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import Liquidity, MatchingRule, OrderFlag, OrderType, Phase, Side, TimeInForce
from cambist.protocols.snapshot import RestingRow, Sections
from cambist.testing.checkers.asked_orders import asked_orders
from cambist.testing.checkers.checker import Violation

_PRICED = {OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.LIMIT_IF_TOUCHED, OrderType.PEGGED}
_NEVER_REST = {OrderType.MARKET, OrderType.STOP, OrderType.TRAILING_STOP, OrderType.MARKET_IF_TOUCHED}
_UNPRICED = 1 << 62
"""In the place of a price: better than all others."""


@dataclass(slots=True)
class ShadowOrder:
    """An order as anybody can know it who hears all events. `stamp` grows with every loss of priority."""

    order_id: int
    instrument_id: int
    side: Side
    price: int
    leaves: int
    is_hidden: bool
    stamp: int
    display: int = 0
    slice: int = 0

    @property
    def rank(self) -> tuple[int, bool, int]:
        """Smaller comes first."""
        return -self.side.sign * self.price, self.is_hidden, self.stamp


class PriorityKept:
    """A shadow of the books, built from what orders asked and what was said of them."""

    def __init__(self) -> None:
        self._shared: set[int] = set()
        self._ours: set[int] = set()
        self._asked: dict[int, NewOrder] = {}
        self._orders: dict[int, ShadowOrder] = {}
        self._unpriced: dict[int, ShadowOrder] = {}
        """MARKET orders: an auction collects them outside the book."""
        self._waiting: dict[int, ShadowOrder] = {}
        """For the closing auction, outside the book."""
        self._untriggered: dict[int, ShadowOrder] = {}
        """Limit types that wait for their trigger."""
        self._suspended: set[int] = set()
        """Children at the desk, in no book."""
        self._closing: set[int] = set()
        self._stamp = 0

    def take(self, command: Command, events: Sequence[Event]) -> None:
        """Judge each trade by the books as they were at that moment."""
        self._asked |= asked_orders(command)
        auctioned = set(_auction_trades(events))
        for event in events:
            if isinstance(event, facts.Trade):
                (self._judge_auction if event.trade_id in auctioned else self._judge)(event)
            self._follow(event)

    def look(self, sections: Sections) -> None:
        """The engine's books hold the same orders, in the same order."""
        ranked = sorted(self._orders.values(), key=lambda order: (order.instrument_id, order.side, order.rank))
        shadow = [order.order_id for order in ranked]
        held = [row.order_id for row in sections[RestingRow]]
        if shadow != held:
            place = next((n for n, pair in enumerate(zip(shadow, held, strict=False)) if pair[0] != pair[1]), 0)
            raise Violation(
                f"The books' order differs from place {place}: {held[place:][:4]}, not {shadow[place:][:4]}."
            )

    def _judge(self, trade: facts.Trade) -> None:
        maker = self._orders.get(trade.maker_order_id)
        if maker is None or maker.price != trade.price:
            raise Violation(f"Trade {trade.trade_id} is not at the price of a resting order {trade.maker_order_id}.")
        if (taker := self._orders.get(trade.taker_order_id)) is not None:
            _check_limit(taker, trade)
        for other in _rivals(self._orders, maker):
            comes_first = other.rank < maker.rank
            if maker.instrument_id in self._shared:  # orders of one price share, those that are displayed first
                comes_first = other.rank[:2] < maker.rank[:2]
            if comes_first:
                raise Violation(
                    f"Trade {trade.trade_id} passes over order {other.order_id} in favour of {maker.order_id}."
                )

    def _judge_auction(self, trade: facts.Trade) -> None:
        """Both sides are served by priority: MARKET orders, then price, displayed before hidden, time; none shares."""
        collected = self._orders | self._unpriced
        for order_id in (trade.maker_order_id, trade.taker_order_id):
            if order_id not in collected:
                raise Violation(f"Trade {trade.trade_id} is of order {order_id}, which no auction has collected.")
            order = collected[order_id]
            _check_limit(order, trade)
            for other in _rivals(collected, order):
                if other.rank < order.rank:
                    raise Violation(
                        f"Trade {trade.trade_id} passes over order {other.order_id} in favour of {order_id}."
                    )

    def _follow(self, event: Event) -> None:
        match event:
            case facts.InstrumentDefined():
                self._define(event)
            case facts.PhaseChanged():
                self._change_phase(event)
            case facts.OrderAccepted():
                self._enter(event.order_id)
            case facts.OrderSuspended():
                self._suspended.add(event.order_id)
            case facts.OrderReleased():
                self._suspended.discard(event.order_id)
                self._asked[event.order_id] = replace(self._asked[event.order_id], qty=event.qty)
            case facts.OrderTriggered():
                self._trigger(event.order_id)
            case facts.OrderReplaced() if event.order_id not in self._suspended:
                self._replace(event)
            case facts.OrderFilled():
                self._fill(event)
            case facts.OrderCanceled() | facts.OrderExpired() | facts.OrderRejected():
                for table in (self._orders, self._unpriced, self._waiting, self._untriggered, self._asked):
                    table.pop(event.order_id, None)
                self._suspended.discard(event.order_id)
            case _:
                pass

    def _define(self, event: facts.InstrumentDefined) -> None:
        if event.venue.name == "INTERNAL":
            self._ours.add(event.instrument_id)
        if event.matching is MatchingRule.PRO_RATA:
            self._shared.add(event.instrument_id)

    def _enter(self, order_id: int) -> None:
        """A LIMIT order has its price on arrival, a pegged one where nothing else is said; others get theirs with an
        OrderReplaced, if they ever rest.
        """
        asked = self._asked.get(order_id)
        if asked is None or asked.instrument_id not in self._ours:
            return
        is_market = asked.order_type is OrderType.MARKET
        if not is_market and (asked.order_type not in _PRICED or not asked.price):
            return
        table = self._unpriced if is_market else self._orders
        if asked.order_type.waits:
            table = self._untriggered
        elif asked.time_in_force is TimeInForce.AT_CLOSE and asked.instrument_id not in self._closing:
            table = self._waiting
        price = asked.side.sign * _UNPRICED if is_market else asked.price
        table[order_id] = self._shadow(order_id, asked, price, asked.qty)

    def _trigger(self, order_id: int) -> None:
        """A limit type enters the book, behind all others; the rest arrive as MARKET orders."""
        if order_id in self._untriggered:
            self._stamp += 1
            order = self._orders[order_id] = self._untriggered.pop(order_id)
            order.stamp = self._stamp

    def _change_phase(self, event: facts.PhaseChanged) -> None:
        """With the closing auction the orders that waited for it enter: BUY, then SELL, each in time order."""
        self._closing.discard(event.instrument_id)
        if event.phase is not Phase.CLOSING_AUCTION:
            return
        self._closing.add(event.instrument_id)
        entering = [order for order in self._waiting.values() if order.instrument_id == event.instrument_id]
        for order in sorted(entering, key=lambda order: (order.side, order.stamp)):
            self._stamp += 1
            order.stamp = self._stamp
            table = self._unpriced if abs(order.price) == _UNPRICED else self._orders
            table[order.order_id] = self._waiting.pop(order.order_id)

    def _shadow(self, order_id: int, asked: NewOrder, price: int, leaves: int) -> ShadowOrder:
        self._stamp += 1
        display = asked.display_qty if isinstance(asked, NewInstructedOrder) else 0
        return ShadowOrder(
            order_id=order_id,
            instrument_id=asked.instrument_id,
            side=asked.side,
            price=price,
            leaves=leaves,
            is_hidden=bool(asked.flags & OrderFlag.HIDDEN),
            stamp=self._stamp,
            display=display,
            slice=min(display, leaves),
        )

    def _replace(self, event: facts.OrderReplaced) -> None:
        tables = (self._waiting, self._untriggered)
        table = next((table for table in tables if event.order_id in table), self._orders)
        order = table.get(event.order_id)
        if order is None or not event.kept_priority:
            table.pop(event.order_id, None)
            self._enter_again(event, self._waiting if self._is_held(event) else table)
            return
        if order.display:  # what is held back goes first
            order.slice = min(order.slice, event.leaves_qty)
        order.leaves = event.leaves_qty

    def _enter_again(self, event: facts.OrderReplaced, table: dict[int, ShadowOrder]) -> None:
        """As a new arrival. A pegged order that stands in no book now has no price."""
        asked = self._asked.get(event.order_id)
        may_rest = asked is not None and asked.order_type not in _NEVER_REST
        if asked is not None and may_rest and asked.instrument_id in self._ours and event.price:
            table[event.order_id] = self._shadow(event.order_id, asked, event.price, event.leaves_qty)

    def _is_held(self, event: facts.OrderReplaced) -> bool:
        """An AT_CLOSE order that arrives outside the closing auction, though it may have been in one."""
        asked = self._asked.get(event.order_id)
        is_at_close = asked is not None and asked.time_in_force is TimeInForce.AT_CLOSE
        return is_at_close and event.instrument_id not in self._closing

    def _fill(self, event: facts.OrderFilled) -> None:
        table = self._unpriced if event.order_id in self._unpriced else self._orders
        order = table.get(event.order_id)
        if order is None:
            return
        order.leaves = event.leaves_qty
        if not order.leaves:
            del table[event.order_id]
        elif order.display and event.liquidity is not Liquidity.TAKER:
            order.slice -= event.last_qty
            if not order.slice:  # a new slice, behind all others
                self._stamp += 1
                order.stamp, order.slice = self._stamp, min(order.display, order.leaves)
        elif order.display:
            order.slice = min(order.display, order.leaves)


def _rivals(orders: Mapping[int, ShadowOrder], one: ShadowOrder) -> Iterator[ShadowOrder]:
    """The others of its instrument and side."""
    place = (one.instrument_id, one.side)
    return (other for other in orders.values() if other is not one and (other.instrument_id, other.side) == place)


def _check_limit(order: ShadowOrder, trade: facts.Trade) -> None:
    if order.side.sign * (trade.price - order.price) > 0:
        raise Violation(f"Trade {trade.trade_id} at {trade.price} is beyond the limit of order {order.order_id}.")


def _auction_trades(events: Sequence[Event]) -> Iterator[int]:
    """The trades of an uncross: their fills are neither maker nor taker."""
    for event in events:
        if isinstance(event, facts.OrderFilled) and event.liquidity not in (Liquidity.MAKER, Liquidity.TAKER):
            yield event.trade_id
