"""The price of an auction: what the orders it has collected would do if it ended now (docs/engine.md section 28).

This is the definition, written to be read: every limit price of the book is tried. The Rust kernel finds the same price
by one walk through the orders that would trade.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cambist.domain.vocabulary import Side

Interest = tuple[int, int]
"""A limit price in ticks and the lots wanted or offered there."""


class Indication(msgspec.Struct, frozen=True, gc=False):
    """Price in ticks, 0 where nothing would trade; quantities in lots. `imbalance_qty` is what of one side would be
    left over at the price.
    """

    price: int = 0
    qty: int = 0
    imbalance_qty: int = 0
    imbalance_side: Side = Side.BUY


NOTHING_INDICATED = Indication()


class Interests(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """All that an auction has collected: LIMIT interest by price, and MARKET interest."""

    bids: Sequence[Interest]
    asks: Sequence[Interest]
    market_buy_qty: int
    market_sell_qty: int

    def indicate(self, reference_price: int, price_max: int) -> Indication:
        """The price with the most volume, then the least imbalance, then where the pressure is, then nearest to the
        reference; none above `price_max`.
        """
        candidates = [price for price in self._candidates(reference_price) if price <= price_max]
        volume = max((self._volume(price) for price in candidates), default=0)
        if volume == 0:
            return _indication(0, 0, self.market_buy_qty - self.market_sell_qty)
        most = [price for price in candidates if self._volume(price) == volume]
        least = min(abs(self._surplus(price)) for price in most)
        best = [price for price in most if abs(self._surplus(price)) == least]
        low, high = self._between(best)
        price = min(max(reference_price, low), high)
        return _indication(price, volume, self._surplus(price))

    def _candidates(self, reference_price: int) -> list[int]:
        """Every limit price, ascending; where there is none, the reference."""
        prices = {price for price, _ in (*self.bids, *self.asks)}
        return sorted(prices) or [reference_price]

    def _between(self, best: list[int]) -> tuple[int, int]:
        """Where the reference decides: among prices that balance, or between the highest with buyers left over and the
        lowest with sellers left over. Pressure from one side alone leaves one price.
        """
        buying = [price for price in best if self._surplus(price) > 0]
        selling = [price for price in best if self._surplus(price) < 0]
        if not buying and not selling:
            return best[0], best[-1]
        if not selling:
            return buying[-1], buying[-1]
        if not buying:
            return selling[0], selling[0]
        return buying[-1], selling[0]

    def _demand(self, price: int) -> int:
        return self.market_buy_qty + sum(qty for limit, qty in self.bids if limit >= price)

    def _supply(self, price: int) -> int:
        return self.market_sell_qty + sum(qty for limit, qty in self.asks if limit <= price)

    def _volume(self, price: int) -> int:
        return min(self._demand(price), self._supply(price))

    def _surplus(self, price: int) -> int:
        """What buyers want beyond what sellers offer; negative the other way round."""
        return self._demand(price) - self._supply(price)


def _indication(price: int, qty: int, surplus: int) -> Indication:
    return Indication(price, qty, abs(surplus), Side.SELL if surplus < 0 else Side.BUY)
