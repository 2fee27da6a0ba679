"""One quote of a mass quote, as an author states it."""

from __future__ import annotations

from dataclasses import dataclass

from cambist.domain.errors import StrategyError
from cambist.domain.grid import DecimalInput
from cambist.domain.order_amounts import OrderAmounts
from cambist.protocols.quotes import QUOTES_MAX, QuoteEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoSidedQuote:
    """Be there with this much open on each side; None or size 0 leaves a side empty. `bid_size` and `ask_size` go
    before `size`.
    """

    bid: DecimalInput | None = None
    ask: DecimalInput | None = None
    size: DecimalInput | None = None
    bid_size: DecimalInput | None = None
    ask_size: DecimalInput | None = None

    def entry(self, quote_id: int, amounts: OrderAmounts) -> QuoteEntry:
        """In ticks and lots, under this number. Raises StrategyError for a price without a size."""
        bid_price, bid_qty = quoted_side(self.bid, self.size if self.bid_size is None else self.bid_size, amounts)
        ask_price, ask_qty = quoted_side(self.ask, self.size if self.ask_size is None else self.ask_size, amounts)
        return QuoteEntry(quote_id=quote_id, bid_price=bid_price, bid_qty=bid_qty, ask_price=ask_price, ask_qty=ask_qty)


def entries_of(quotes: list[TwoSidedQuote], amounts: OrderAmounts) -> tuple[QuoteEntry, ...]:
    """All of them, numbered from 1. Raises StrategyError where they are too many."""
    if len(quotes) > QUOTES_MAX:
        raise StrategyError(f"These are {len(quotes)} quotes.", f"State at most {QUOTES_MAX} on one instrument.")
    return tuple(quote.entry(quote_id, amounts) for quote_id, quote in enumerate(quotes, 1))


def quoted_side(price: DecimalInput | None, size: DecimalInput | None, amounts: OrderAmounts) -> tuple[int, int]:
    """Ticks and lots of one side, zeros where it is left empty. Raises StrategyError for a price without a size."""
    if price is None:
        return 0, 0
    if size is None:
        raise StrategyError("The quote has a price and no size.", "Give size, or bid_size and ask_size.")
    ticks, lots = amounts.ticks(price), amounts.lots(size)
    return (ticks, lots) if lots else (0, 0)
