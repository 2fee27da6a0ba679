"""What a book by price says about trading on it: pure functions over a replica, exact.

Prices come back in ticks, as fractions where they lie between two; quantities in lots. None stands for "the book does
not say": a side that it needs is empty. Nobody is told of hidden orders, so they count nowhere here.
"""

from __future__ import annotations

from fractions import Fraction

import msgspec

from cambist.domain.book_replica import BookReplica
from cambist.domain.vocabulary import Side

BASIS_POINTS = 10_000
"""In a whole."""


class TradeCost(msgspec.Struct, frozen=True, kw_only=True):
    """What a taker would get who trades a size at once, before fees."""

    side: Side
    qty: int
    """As asked for, in lots."""
    filled_qty: int
    """What the book holds of it."""
    tick_lots: int
    """Price times qty over all that is filled."""
    worst_price: int
    """The last level that is touched, 0 where nothing is filled."""
    average_price: Fraction | None
    slippage: Fraction | None
    """How much worse than the middle a lot is on average, in ticks."""
    slippage_bps: Fraction | None
    """The same in 1/10,000 of the middle."""
    mid_move: Fraction | None
    """How far the middle moves at once, in ticks; None where the sweep leaves the other side empty."""

    @property
    def is_whole(self) -> bool:
        """True where the book holds the whole size."""
        return self.filled_qty == self.qty


def spread(book: BookReplica) -> int | None:
    """Best ask less best bid, in ticks."""
    return book.spread if book.is_two_sided else None


def spread_bps(book: BookReplica) -> Fraction | None:
    """The spread in 1/10,000 of the middle."""
    middle = mid(book)
    return Fraction(book.spread * BASIS_POINTS, middle) if middle else None


def mid(book: BookReplica) -> Fraction | None:
    """The exact middle of best bid and ask."""
    return Fraction(book.best_bid_price + book.best_ask_price, 2) if book.is_two_sided else None


def microprice(book: BookReplica) -> Fraction | None:
    """The middle weighted by the size on the other side: near the ask where the bid is large.

    Gatheral and Oomen, "Zero-intelligence realized variance estimation", Finance and Stochastics 14 (2010).
    """
    if not book.is_two_sided:
        return None
    bid_qty, ask_qty = book.best_bid_qty, book.best_ask_qty
    return Fraction(book.best_bid_price * ask_qty + book.best_ask_price * bid_qty, bid_qty + ask_qty)


def imbalance(book: BookReplica, levels: int) -> Fraction | None:
    """(bids - asks) / (bids + asks) over the best `levels` of both sides: from -1, asks only, to 1, bids only."""
    bids, asks = (sum(level.qty for level in book.depth(side, levels)) for side in Side)
    return Fraction(bids - asks, bids + asks) if bids + asks else None


def depth_within(book: BookReplica, side: Side, bps: int) -> int | None:
    """Lots of a side that are at most `bps` from the middle, the edge included."""
    middle = mid(book)
    if middle is None:
        return None
    farthest = middle * Fraction(bps, BASIS_POINTS)
    total = 0
    for price, qty in book.levels(side):
        if abs(price - middle) > farthest:
            break
        total += qty
    return total


def cost_to_trade(book: BookReplica, side: Side, qty: int) -> TradeCost:
    """What it costs to BUY or SELL `qty` lots (at least 1) at once, level by level."""
    filled, tick_lots, worst = 0, 0, 0
    for price, offered in book.levels(side.opposite):
        if filled == qty:
            break
        taken = min(offered, qty - filled)
        filled, tick_lots, worst = filled + taken, tick_lots + price * taken, price
    middle = mid(book)
    average = Fraction(tick_lots, filled) if filled else None
    slippage = side.sign * (average - middle) if average is not None and middle is not None else None
    return TradeCost(
        side=side,
        qty=qty,
        filled_qty=filled,
        tick_lots=tick_lots,
        worst_price=worst,
        average_price=average,
        slippage=slippage,
        slippage_bps=Fraction(slippage * BASIS_POINTS, middle) if slippage is not None and middle else None,
        mid_move=_mid_move(book, side, filled),
    )


def _mid_move(book: BookReplica, side: Side, filled: int) -> Fraction | None:
    """Half of what the best price of the swept side moves by."""
    if not book.is_two_sided:
        return None
    left = filled
    for price, offered in book.levels(side.opposite):
        if left < offered:
            return Fraction(abs(price - book.best_price(side.opposite)), 2)
        left -= offered
    return None
