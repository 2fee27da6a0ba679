"""The three views of a book, best prices (L1), price levels (L2), orders (L3), and what the book says about trading."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from cambist.application.control_plane.market_table import InstrumentMarket, Level
from cambist.application.control_plane.market_view import BookAnalytics as AnalyticsView
from cambist.application.control_plane.market_view import SideCost
from cambist.domain.book_feed.messages import OrderDelta
from cambist.domain.instrument import Instrument
from cambist.domain.rounding import MILLION
from cambist.domain.vocabulary import Side
from cambist.presentation.http.shapes.text import (
    average_price_text,
    price_text_or_none,
    qty_text_or_none,
    signed_ratio_text,
)

CountedLevel = tuple[str, str, int]
"""Price, quantity, number of orders (0: not told)."""
OrderEntry = tuple[str, str, str]
"""order_id, price, displayed quantity."""


class TopOfBook(msgspec.Struct, kw_only=True):
    """L1: best prices and sizes; null for an empty side. `sequence` is that of the book's last change."""

    symbol: str
    sequence: str
    time: str
    bid_price: str | None
    bid_qty: str | None
    ask_price: str | None
    ask_qty: str | None


class LevelBook(msgspec.Struct, kw_only=True):
    """L2: price levels, best first."""

    symbol: str
    sequence: str
    time: str
    bids: list[CountedLevel]
    asks: list[CountedLevel]


class LevelBookChange(msgspec.Struct, kw_only=True):
    """Levels as they are now; quantity "0" is a level that is gone."""

    sequence: str
    bids: list[CountedLevel]
    asks: list[CountedLevel]


class OrderBook(msgspec.Struct, kw_only=True):
    """L3: every displayed order in priority order, best price first, then first come."""

    symbol: str
    sequence: str
    time: str
    bids: list[OrderEntry]
    asks: list[OrderEntry]


class OrderStep(msgspec.Struct, kw_only=True):
    """ADDED behind all others at its price, CHANGED in its place, or REMOVED (qty "0")."""

    action: str
    order_id: str
    side: str
    price: str
    qty: str


class OrderBookChange(msgspec.Struct, kw_only=True):
    """Steps to be taken in this order."""

    sequence: str
    orders: list[OrderStep]


class TradeCost(msgspec.Struct, kw_only=True):
    """What trading a size costs, before fees: at once from the book, and the expected impact where it is worked."""

    qty: str
    filled_qty: str
    average_price: str | None
    worst_price: str | None
    slippage_bps: str | None
    mid_move: str | None
    impact_bps: str | None


class BookAnalytics(msgspec.Struct, kw_only=True):
    """Null where the book does not say: a side is empty."""

    symbol: str
    sequence: str
    time: str
    spread: str | None
    spread_bps: str | None
    mid: str | None
    microprice: str | None
    levels: int
    imbalance: str | None
    within_bps: int
    bid_depth: str | None
    ask_depth: str | None
    buy: TradeCost | None
    sell: TradeCost | None


def top_shape(instrument: Instrument, market: InstrumentMarket) -> TopOfBook:
    """Call while reading the model."""
    book = market.book
    return TopOfBook(
        symbol=instrument.symbol,
        sequence=str(market.feed.sequence),
        time=str(market.ts_ns),
        bid_price=price_text_or_none(instrument, book.best_bid_price),
        bid_qty=qty_text_or_none(instrument, book.best_bid_qty),
        ask_price=price_text_or_none(instrument, book.best_ask_price),
        ask_qty=qty_text_or_none(instrument, book.best_ask_qty),
    )


def level_book_shape(instrument: Instrument, market: InstrumentMarket, depth: int | None) -> LevelBook:
    """The best `depth` levels of each side, or all. Call while reading the model."""
    bids, asks = (
        [_counted(instrument, market, side, price) for price, _ in list(market.book.levels(side))[:depth]]
        for side in Side
    )
    return LevelBook(
        symbol=instrument.symbol, sequence=str(market.feed.sequence), time=str(market.ts_ns), bids=bids, asks=asks
    )


def level_change_shape(instrument: Instrument, market: InstrumentMarket, changed: Sequence[Level]) -> LevelBookChange:
    """Call while reading the model."""
    bids, asks = (
        [_counted(instrument, market, side, price) for touched, price in changed if touched is side] for side in Side
    )
    return LevelBookChange(sequence=str(market.feed.sequence), bids=bids, asks=asks)


def order_book_shape(instrument: Instrument, market: InstrumentMarket) -> OrderBook:
    """Call while reading the model."""
    bids, asks = (
        [
            (str(order.order_id), instrument.price_text(order.price), instrument.qty_text(order.qty))
            for order in market.feed.orders.orders(side)
        ]
        for side in Side
    )
    return OrderBook(
        symbol=instrument.symbol, sequence=str(market.feed.sequence), time=str(market.ts_ns), bids=bids, asks=asks
    )


def order_change_shape(
    instrument: Instrument, market: InstrumentMarket, steps: Sequence[OrderDelta]
) -> OrderBookChange:
    """Call while reading the model."""
    return OrderBookChange(
        sequence=str(market.feed.sequence),
        orders=[
            OrderStep(
                action=step.action.name,
                order_id=str(step.order_id),
                side=step.side.name,
                price=instrument.price_text(step.price),
                qty=_qty_text(instrument, step.qty),
            )
            for step in steps
        ],
    )


def analytics_shape(instrument: Instrument, market: InstrumentMarket, view: AnalyticsView) -> BookAnalytics:
    """Call while reading the model."""
    return BookAnalytics(
        symbol=instrument.symbol,
        sequence=str(view.sequence),
        time=str(market.ts_ns),
        spread=instrument.price_text(view.spread) if view.spread is not None else None,
        spread_bps=_ratio(view.spread_bps),
        mid=_price(instrument, view.mid),
        microprice=_price(instrument, view.microprice),
        levels=view.levels,
        imbalance=_ratio(view.imbalance),
        within_bps=view.within_bps,
        bid_depth=_lots(instrument, view.bid_depth),
        ask_depth=_lots(instrument, view.ask_depth),
        buy=_cost_shape(instrument, view.buy),
        sell=_cost_shape(instrument, view.sell),
    )


def _cost_shape(instrument: Instrument, cost: SideCost | None) -> TradeCost | None:
    if cost is None:
        return None
    at_once = cost.at_once
    return TradeCost(
        qty=instrument.qty_text(at_once.qty),
        filled_qty=_qty_text(instrument, at_once.filled_qty),
        average_price=_price(instrument, at_once.average_price),
        worst_price=price_text_or_none(instrument, at_once.worst_price),
        slippage_bps=_ratio(at_once.slippage_bps),
        mid_move=_price(instrument, at_once.mid_move),
        impact_bps=_ratio(Fraction(cost.impact_ppm, MILLION // 10_000)) if cost.impact_ppm is not None else None,
    )


def _counted(instrument: Instrument, market: InstrumentMarket, side: Side, price: int) -> CountedLevel:
    qty = market.book.qty_at(side, price)
    return (instrument.price_text(price), _qty_text(instrument, qty), market.feed.orders.order_count(side, price))


def _qty_text(instrument: Instrument, qty: int) -> str:
    return instrument.qty_text(qty) if qty else "0"


def _lots(instrument: Instrument, qty: int | None) -> str | None:
    return _qty_text(instrument, qty) if qty is not None else None


def _price(instrument: Instrument, price: Fraction | None) -> str | None:
    return average_price_text(instrument, price.numerator, price.denominator) if price is not None else None


def _ratio(ratio: Fraction | None) -> str | None:
    return signed_ratio_text(ratio.numerator, ratio.denominator) if ratio is not None else None
