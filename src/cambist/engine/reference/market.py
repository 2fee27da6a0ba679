"""An instrument with what changes about it: its phase, its book or its outside quote, its last price."""

from __future__ import annotations

from cambist.domain import rounding
from cambist.domain.auction import NOTHING_INDICATED, Indication, Interest, Interests
from cambist.domain.instrument import Instrument, PriceBand
from cambist.domain.order_form import is_price
from cambist.domain.schedule import Schedule
from cambist.domain.vocabulary import Phase, Side, TriggerSource
from cambist.domain.volatility_guard import NO_GUARD
from cambist.domain.widths import MAX_I64
from cambist.engine.reference.book import Book, reaches
from cambist.engine.reference.held_orders import HeldOrders
from cambist.engine.reference.venue_order import VenueOrder


class Market:
    """Prices in ticks, 0 for unknown. `quote` (bid, ask) is of outside instruments only; ours have a book."""

    __slots__ = (
        "book",
        "day_price",
        "due_ns",
        "due_phase",
        "guard",
        "halt_cause",
        "halt_reason",
        "indicated",
        "instrument",
        "is_collecting",
        "is_extended",
        "last_price",
        "limit_side",
        "market_orders",
        "next_step_ns",
        "phase",
        "quote",
        "reference_price",
        "schedule",
        "since_ns",
        "waiting",
    )

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.phase: Phase = instrument.defined_phase
        self.since_ns = 0
        """When that began."""
        self.halt_reason = 0
        """Why it is HALTED, 0 where nobody said so."""
        self.halt_cause = ""
        self.book: Book[VenueOrder] = Book()
        self.quote = (0, 0)
        self.last_price = 0
        self.is_collecting = instrument.is_internal and self.phase.is_auction
        """From the beginning of an auction to its uncross; a halt in between leaves it so."""
        self.market_orders = HeldOrders()
        """What an auction has collected without a price."""
        self.waiting = HeldOrders()
        """AT_CLOSE orders before the closing auction."""
        self.indicated = NOTHING_INDICATED
        """What was last stated of the auction that runs."""
        self.is_extended = False
        self.schedule: Schedule | None = None
        self.next_step_ns = 0
        self.due_ns = 0
        """When what began by itself ends: a volatility auction, an extension, a halt, a limit state; 0: nothing."""
        self.due_phase = Phase.PRE_OPEN
        self.guard = NO_GUARD
        self.reference_price = 0
        """The dynamic reference; 0 without a guard."""
        self.limit_side: Side | None = None
        """Whose best price stands at its limit."""
        self.day_price = 0
        """What falls are counted from; 0 without a circuit breaker."""

    @property
    def anchor_price(self) -> int:
        """The last price, else the reference."""
        return self.last_price or self.instrument.reference_price

    @property
    def mark_price(self) -> int:
        """What positions are valued at. A book that is being collected says nothing about prices."""
        bid_price, ask_price = self.quote
        if self.is_collecting:
            bid_price = ask_price = 0
        elif self.instrument.is_internal:
            bid_price, ask_price = self.book.displayed_price(Side.BUY), self.book.displayed_price(Side.SELL)
        return self.instrument.mark(bid_price, ask_price, self.last_price)

    def watched_price(self, source: TriggerSource, side: Side) -> int:
        """What an order of a side sees that waits for its trigger, in ticks; 0 while it is unknown."""
        if source is TriggerSource.LAST:
            return self.last_price
        return self.mark_price if source is TriggerSource.MARK else self.book.displayed_price(side.opposite)

    @property
    def band(self) -> PriceBand:
        """Where orders may be priced now."""
        return self.instrument.band(self.mark_price)

    @property
    def day_fall(self) -> int:
        """In ppm of the day's reference."""
        return rounding.drawdown_ppm(self.day_price, self.anchor_price)

    def wait(self, due_ns: int, phase: Phase) -> None:
        """Go to a phase by itself at an instant, if it is not 0."""
        self.due_ns = due_ns
        self.due_phase = phase if due_ns else Phase.PRE_OPEN

    def stop_waiting(self) -> None:
        """Whatever began by itself is over."""
        self.wait(0, Phase.PRE_OPEN)
        self.is_extended, self.limit_side = False, None

    def settle_reference(self) -> None:
        """The dynamic reference is the last price, moved into the spread."""
        if self.guard.is_none:
            self.reference_price = 0
            return
        bid_price, ask_price = self.book.best_price(Side.BUY), self.book.best_price(Side.SELL)
        price = max(self.anchor_price, bid_price)
        self.reference_price = min(price, ask_price) if ask_price and not bid_price >= ask_price else price

    def dynamic_limit(self, side: Side, limit_price: int) -> int:
        """How far a taker with this limit may trade: no further than an auction would begin, or the price limits."""
        limits = (
            limit_price,
            self.guard.dynamic_limit(side, self.reference_price),
            self.guard.price_limit(side, self.reference_price),
        )
        return min(limits) if side is Side.BUY else max(limits)

    def holds_limit(self, side: Side, price: int) -> bool:
        """True where an order of a side may have this price in continuous trading."""
        limit = self.guard.price_limit(side, self.reference_price)
        return self.guard.is_none or self.phase is not Phase.CONTINUOUS or reaches(side, limit, price)

    def limited_side(self) -> Side | None:
        """Whose best price stands at its limit now."""
        for side in Side:
            best = self.book.best_price(side)
            if best and reaches(side, best, self.guard.price_limit(side, self.reference_price)):
                return side
        return None

    def crosses(self, side: Side, price: int) -> bool:
        """True where an order would meet the best of the other side, seen or not."""
        best = self.book.best_price(side.opposite)
        return best > 0 and (price >= best if side is Side.BUY else price <= best)

    def price_behind(self, side: Side, qty: int) -> int:
        """One tick behind the best of the other side, where an order of `qty` lots may rest; 0 where it may not."""
        price = self.book.best_price(side.opposite) - side.sign
        fits = is_price(price) and self.band.holds(price) and self.instrument.value(price, qty) <= MAX_I64
        return price if fits else 0

    def indicate(self) -> Indication:
        """What the auction would do if it ended now. Icebergs and hidden orders count in full."""
        interests = Interests(
            bids=self._interests(Side.BUY),
            asks=self._interests(Side.SELL),
            market_buy_qty=self.market_orders.qty(Side.BUY),
            market_sell_qty=self.market_orders.qty(Side.SELL),
        )
        return interests.indicate(self.anchor_price, MAX_I64 // self.instrument.unit_value)

    def holds_outside_the_book(self, order: VenueOrder) -> bool:
        """True for an order without a place in the book."""
        return order in self.market_orders or order in self.waiting

    def _interests(self, side: Side) -> list[Interest]:
        return [
            (level.price, sum(order.leaves_qty for order in level.in_priority())) for level in self.book.levels(side)
        ]
