"""An instrument with what changes about it: its phase, its book or its outside quote, its last price."""

from __future__ import annotations

from cambist.domain.instrument import Instrument, PriceBand
from cambist.domain.order_form import is_price
from cambist.domain.vocabulary import Phase, Side
from cambist.domain.widths import MAX_I64
from cambist.engine.reference.book import Book
from cambist.engine.reference.venue_order import VenueOrder


class Market:
    """Prices in ticks, 0 for unknown. `quote` (bid, ask) is of outside instruments only; ours have a book."""

    __slots__ = ("book", "instrument", "last_price", "phase", "quote")

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.phase: Phase = instrument.defined_phase
        self.book: Book[VenueOrder] = Book()
        self.quote = (0, 0)
        self.last_price = 0

    @property
    def mark_price(self) -> int:
        """What positions are valued at."""
        bid_price, ask_price = self.quote
        if self.instrument.is_internal:
            bid_price, ask_price = self.book.displayed_price(Side.BUY), self.book.displayed_price(Side.SELL)
        return self.instrument.mark(bid_price, ask_price, self.last_price)

    @property
    def band(self) -> PriceBand:
        """Where orders may be priced now."""
        return self.instrument.band(self.mark_price)

    def crosses(self, side: Side, price: int) -> bool:
        """True where an order would meet the best of the other side, seen or not."""
        best = self.book.best_price(side.opposite)
        return best > 0 and (price >= best if side is Side.BUY else price <= best)

    def price_behind(self, side: Side, qty: int) -> int:
        """One tick behind the best of the other side, where an order of `qty` lots may rest; 0 where it may not."""
        price = self.book.best_price(side.opposite) - side.sign
        fits = is_price(price) and self.band.holds(price) and self.instrument.value(price, qty) <= MAX_I64
        return price if fits else 0
