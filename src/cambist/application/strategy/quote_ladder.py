"""All quotes of a strategy on one instrument: what it stated last, and the orders that stand for it."""

from __future__ import annotations

from cambist.application.strategy.order_handle import OrderActions, OrderHandle
from cambist.domain.instrument import Instrument
from cambist.domain.participant_commands import MassQuote
from cambist.domain.participant_events import QuoteAccepted
from cambist.domain.vocabulary import INEXACT_FLAGS, OrderFlag, OrderType, Side, TimeInForce
from cambist.protocols.quotes import QuoteEntry, quote_of_order, quote_order_id

TAG = "quote"
"""Of every order that stands for a quote."""


class QuoteLadder:
    """Which orders come of a mass quote, and which are kept, the engine says: QuoteAccepted."""

    def __init__(self, actions: OrderActions, instrument: Instrument) -> None:
        self.instrument = instrument
        self.unsent = 0
        """Mass quotes that were asked for and may still be dropped."""
        self.unanswered = 0
        """Those that were sent, and not answered yet."""
        self._actions = actions
        self._stated: tuple[QuoteEntry, ...] = ()
        self._flags = OrderFlag.NONE
        self._orders: dict[tuple[int, Side], OrderHandle] = {}

    @property
    def is_under_way(self) -> bool:
        """True where orders may come that nobody knows yet."""
        return self.unsent + self.unanswered > 0

    def state(self, entries: tuple[QuoteEntry, ...], flags: OrderFlag) -> tuple[QuoteEntry, ...]:
        """Stand there from now on, and nowhere else: what to send for it, nothing where all of it stands already."""
        if self._stands(entries, flags):
            return ()
        named = {entry.quote_id for entry in entries}
        before = {entry.quote_id for entry in self._stated} if self.is_under_way else set[int]()
        before |= {quote_id for (quote_id, _), order in self._orders.items() if order.is_open}
        self._stated, self._flags = entries, flags
        return entries + tuple(QuoteEntry(quote_id=quote_id) for quote_id in sorted(before - named))

    def forget_statement(self) -> None:
        """Everything is canceled by other means: whatever is stated next is sent."""
        self._stated, self._flags = (), OrderFlag.NONE

    def on_accepted(self, command: MassQuote, event: QuoteAccepted) -> list[OrderHandle]:
        """The orders of one quote from now on; those that are still to come."""
        comers = []
        for side, order_id in ((Side.BUY, event.bid_order_id), (Side.SELL, event.ask_order_id)):
            if order_id and order_id == quote_order_id(command.sequence, (order_id & 0xFF) // 2, side):
                order = self.new_order(quote_of_order(command.quotes, order_id)[1], side, command.flags)
                order.order_id = order_id
                comers.append(order)
            elif not order_id:
                self._orders.pop((event.quote_id, side), None)
        return comers

    def order(self, entry: QuoteEntry, side: Side) -> OrderHandle | None:
        """The open order that stands for a side of a quote."""
        order = self._orders.get((entry.quote_id, side))
        return order if order is not None and order.is_open else None

    def new_order(self, entry: QuoteEntry, side: Side, flags: OrderFlag) -> OrderHandle:
        """The order for a side of a quote, which stands for it from now on."""
        price, qty = (entry.bid_price, entry.bid_qty) if side is Side.BUY else (entry.ask_price, entry.ask_qty)
        order = OrderHandle(
            self._actions,
            self.instrument,
            side=side,
            order_type=OrderType.LIMIT,
            time_in_force=TimeInForce.GTC,
            flags=flags,
            price_ticks=price,
            qty_lots=qty,
        )
        self.adopt(entry.quote_id, order)
        return order

    def adopt(self, quote_id: int, order: OrderHandle) -> None:
        """An order, perhaps from before a restart, stands for its side of a quote."""
        order.tag = TAG
        self._orders[quote_id, order.side] = order

    def _stands(self, entries: tuple[QuoteEntry, ...], flags: OrderFlag) -> bool:
        if flags & INEXACT_FLAGS:
            return False
        if self.is_under_way:
            return (entries, flags) == (self._stated, self._flags)
        standing = {key: (order.price_ticks, order.leaves_lots) for key, order in self._orders.items() if order.is_open}
        is_settled = all(order.is_settled for order in self._orders.values() if order.is_open)
        return is_settled and standing == _wanted(entries)


def _wanted(entries: tuple[QuoteEntry, ...]) -> dict[tuple[int, Side], tuple[int, int]]:
    """Price and open quantity of every side that is not empty."""
    bids = {(entry.quote_id, Side.BUY): (entry.bid_price, entry.bid_qty) for entry in entries if entry.bid_qty}
    asks = {(entry.quote_id, Side.SELL): (entry.ask_price, entry.ask_qty) for entry in entries if entry.ask_qty}
    return bids | asks
