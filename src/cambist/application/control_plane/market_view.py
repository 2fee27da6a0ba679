"""What a market's book and its tape say about trading: the analytics of one instrument, put together for screens."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from cambist.application.control_plane.market_table import InstrumentMarket
from cambist.domain import book_analytics
from cambist.domain.book_analytics import TradeCost
from cambist.domain.candles import CandleSeries
from cambist.domain.market_impact import MarketActivity, activity_of, square_root_impact_ppm
from cambist.domain.vocabulary import Side

LEVELS = 5
WITHIN_BPS = 10
IMPACT_INTERVAL_NS = 60_000_000_000
IMPACT_BARS = 60


class SideCost(msgspec.Struct, frozen=True, kw_only=True):
    """What trading a size on one side costs, at once and patiently."""

    at_once: TradeCost
    impact_ppm: int | None
    """The square-root model's, of the size alone: it is the same for both sides."""


class BookAnalytics(msgspec.Struct, frozen=True, kw_only=True):
    """Prices in ticks, quantities in lots; None where the book does not say."""

    sequence: int
    levels: int
    within_bps: int
    spread: int | None
    spread_bps: Fraction | None
    mid: Fraction | None
    microprice: Fraction | None
    imbalance: Fraction | None
    bid_depth: int | None
    ask_depth: int | None
    buy: SideCost | None
    """None where no size was named."""
    sell: SideCost | None


def analyse(
    market: InstrumentMarket, *, qty: int | None, levels: int = LEVELS, within_bps: int = WITHIN_BPS
) -> BookAnalytics:
    """The book as it is. Call while reading the model."""
    book = market.book
    return BookAnalytics(
        sequence=market.feed.sequence,
        levels=levels,
        within_bps=within_bps,
        spread=book_analytics.spread(book),
        spread_bps=book_analytics.spread_bps(book),
        mid=book_analytics.mid(book),
        microprice=book_analytics.microprice(book),
        imbalance=book_analytics.imbalance(book, levels),
        bid_depth=book_analytics.depth_within(book, Side.BUY, within_bps),
        ask_depth=book_analytics.depth_within(book, Side.SELL, within_bps),
        buy=_cost(market, Side.BUY, qty),
        sell=_cost(market, Side.SELL, qty),
    )


def _cost(market: InstrumentMarket, side: Side, qty: int | None) -> SideCost | None:
    if qty is None:
        return None
    activity = _activity(market.candles[IMPACT_INTERVAL_NS])
    return SideCost(
        at_once=book_analytics.cost_to_trade(market.book, side, qty), impact_ppm=square_root_impact_ppm(qty, activity)
    )


def _activity(series: CandleSeries) -> MarketActivity:
    """Of the last closed bars."""
    return activity_of(series.closed[-IMPACT_BARS - 1 :])
