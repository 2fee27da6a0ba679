"""Where a pegged order stands: prices in ticks, 0 for none."""

from __future__ import annotations

from cambist.domain import rounding
from cambist.domain.vocabulary import PegReference, Side


def reference_price(reference: PegReference, side: Side, bid_price: int, ask_price: int) -> int:
    """What an order of `side` follows, from the best prices that are not pegged themselves."""
    if reference is PegReference.MID:
        is_known = bid_price and ask_price
        return rounding.middle_away(bid_price, ask_price, is_buy=side is Side.BUY) if is_known else 0
    watched = side if reference is PegReference.PRIMARY else side.opposite
    return bid_price if watched is Side.BUY else ask_price


def no_closer(side: Side, price: int, limit_price: int) -> int:
    """The price, or the limit where the price would be more aggressive."""
    return min(price, limit_price) if side is Side.BUY else max(price, limit_price)
