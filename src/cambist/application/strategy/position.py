"""What a strategy holds of a symbol."""

from __future__ import annotations

from decimal import Decimal

from cambist.application.strategy.book import Book
from cambist.application.strategy.instrument_view import InstrumentView, money_of, qty_of
from cambist.domain.vocabulary import PositionSide


class PositionView(InstrumentView):
    """What the strategy holds of a symbol. Kept up to date: the same object for the whole life of the process."""

    __slots__ = ("_book", "cost", "lots", "total_realised")

    def __init__(self, book: Book) -> None:
        super().__init__(book.instrument)
        self._book = book
        self.lots = 0
        self.cost = 0
        """Signed, in 1e-8."""
        self.total_realised = 0
        """In 1e-8, before commission."""

    @property
    def qty(self) -> Decimal:
        """Positive is long, negative is short."""
        return qty_of(self.instrument, self.lots)

    @property
    def side(self) -> PositionSide:
        """LONG, SHORT or FLAT."""
        return PositionSide.of(self.lots)

    @property
    def is_flat(self) -> bool:
        """True where nothing is held."""
        return self.lots == 0

    @property
    def entry_price(self) -> Decimal | None:
        """Average price of what is held, or None."""
        if not self.lots:
            return None
        ticks = Decimal(self.cost) / Decimal(self.lots * self.instrument.unit_value)
        return ticks * Decimal(self.instrument.tick_size).scaleb(-8)

    @property
    def realised_pnl(self) -> Decimal:
        """Of everything closed so far, before commission."""
        return money_of(self.total_realised)

    @property
    def unrealised_pnl(self) -> Decimal:
        """Profit if it were closed at the middle of the book; 0 while there is none."""
        mid = self._book.replica.mid
        return money_of(self.lots * mid * self.instrument.unit_value - self.cost) if self.lots and mid else Decimal(0)
