"""The quotes that stand: which open orders stand for the sides of each."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from cambist.application.control_plane.watched import Watched
from cambist.domain.participant_events import QuoteAccepted
from cambist.protocols.participant_rows import QuoteRow

QuoteKey = tuple[int, int, int, int]
"""account_id, strategy_id, instrument_id, quote_id."""


class StandingQuote(msgspec.Struct, frozen=True):
    """A quote by its key, and the orders of its sides; 0 where a side is empty."""

    key: QuoteKey
    bid_order_id: int
    ask_order_id: int

    def without(self, order_id: int) -> StandingQuote:
        """The same when an order of its is gone."""
        kept = [0 if each == order_id else each for each in (self.bid_order_id, self.ask_order_id)]
        return StandingQuote(self.key, *kept)


class QuoteTable(Watched[QuoteKey]):
    """Quotes of the desk; one whose orders have both ended is gone."""

    def __init__(self) -> None:
        super().__init__()
        self._quotes: dict[QuoteKey, StandingQuote] = {}
        self._key_by_order: dict[int, QuoteKey] = {}

    def __iter__(self) -> Iterator[StandingQuote]:
        return iter([self._quotes[key] for key in sorted(self._quotes)])

    def put(self, source: QuoteAccepted | QuoteRow) -> None:
        """What stands for a quote from now on: told before the orders of its new sides come."""
        key = (source.account_id, source.strategy_id, source.instrument_id, source.quote_id)
        self._drop(key)
        quote = StandingQuote(key, source.bid_order_id, source.ask_order_id)
        self._keep(quote)
        self.touch(key)

    def on_order_ended(self, order_id: int) -> None:
        """Whatever ended it: refused, filled, canceled."""
        key = self._key_by_order.get(order_id)
        if key is not None:
            quote = self._quotes[key].without(order_id)
            self._drop(key)
            self._keep(quote)
            self.touch(key)

    def _keep(self, quote: StandingQuote) -> None:
        for order_id in (quote.bid_order_id, quote.ask_order_id):
            if order_id:
                self._quotes[quote.key] = quote
                self._key_by_order[order_id] = quote.key

    def _drop(self, key: QuoteKey) -> None:
        quote = self._quotes.pop(key, None)
        if quote is not None:
            self._key_by_order.pop(quote.bid_order_id, None)
            self._key_by_order.pop(quote.ask_order_id, None)
