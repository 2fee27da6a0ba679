"""Instruments, books, prints, candles and quotes."""

from __future__ import annotations

import msgspec

from cambist.application.control_plane.market_table import InstrumentMarket, Level, QuoteView
from cambist.application.control_plane.read_model import ReadModel
from cambist.domain.events import Trade as TradeEvent
from cambist.domain.grid import e8_text
from cambist.domain.instrument import Instrument as DomainInstrument
from cambist.domain.market_data import Bar
from cambist.domain.vocabulary import Side
from cambist.presentation.http.shapes.text import fraction_text, price_text_or_none, qty_text_or_none

PriceLevel = tuple[str, str]
"""Price and quantity."""


class Instrument(msgspec.Struct, kw_only=True):
    """What can be traded, and on which grid."""

    symbol: str
    kind: str
    base_asset: str | None
    quote_asset: str | None
    venue: str
    phase: str
    tick_size: str
    lot_size: str
    min_notional: str
    max_order_qty: str
    price_band: str
    matching: str
    minimum_allocation: str
    top_order_priority: bool
    mark_price: str
    last_price: str | None


class Book(msgspec.Struct, kw_only=True):
    """The best levels of both sides, best first."""

    symbol: str
    time: str
    bids: list[PriceLevel]
    asks: list[PriceLevel]


class BookChange(msgspec.Struct, kw_only=True):
    """Levels as they are now; quantity "0" is a level that is gone."""

    bids: list[PriceLevel]
    asks: list[PriceLevel]


class Trade(msgspec.Struct, kw_only=True):
    """A print of the market."""

    trade_id: str
    symbol: str
    price: str
    qty: str
    aggressor: str
    time: str


class Candle(msgspec.Struct, kw_only=True):
    """Trades of one interval, which begins at `time`."""

    time: str
    open: str
    high: str
    low: str
    close: str
    volume: str
    trades: int


class Quote(msgspec.Struct, kw_only=True):
    """Top of the book with last and mark; null for what there is not."""

    symbol: str
    bid_price: str | None
    bid_qty: str | None
    ask_price: str | None
    ask_qty: str | None
    last_price: str | None
    mark_price: str
    time: str


def instrument_shape(model: ReadModel, instrument: DomainInstrument) -> Instrument:
    """Call while reading the model."""
    market = model.markets[instrument.instrument_id]
    return Instrument(
        symbol=instrument.symbol,
        kind=instrument.instrument_kind.name,
        base_asset=model.holdings.name_of(instrument.base_asset_id) if instrument.is_spot else None,
        quote_asset=model.holdings.name_of(instrument.quote_asset_id) if instrument.is_spot else None,
        venue=instrument.venue.name,
        phase=model.instruments.phase(instrument.instrument_id).name,
        tick_size=e8_text(instrument.tick_size),
        lot_size=e8_text(instrument.lot_size),
        min_notional=e8_text(instrument.min_notional),
        max_order_qty=instrument.qty_text(instrument.max_order_qty),
        price_band=fraction_text(instrument.price_band),
        matching=instrument.matching.name,
        minimum_allocation=instrument.qty_text(instrument.minimum_allocation),
        top_order_priority=instrument.top_order_priority,
        mark_price=instrument.price_text(market.mark_price),
        last_price=price_text_or_none(instrument, market.last_price),
    )


def book_shape(instrument: DomainInstrument, market: InstrumentMarket, depth: int) -> Book:
    """Call while reading the model."""
    return Book(
        symbol=instrument.symbol,
        time=str(market.ts_ns),
        bids=_levels(instrument, market, Side.BUY, depth),
        asks=_levels(instrument, market, Side.SELL, depth),
    )


def book_change_shape(instrument: DomainInstrument, market: InstrumentMarket, changed: list[Level]) -> BookChange:
    """Call while reading the model."""
    change = BookChange(bids=[], asks=[])
    for side, price in changed:
        level = (instrument.price_text(price), _level_qty(instrument, market.book.qty_at(side, price)))
        (change.bids if side is Side.BUY else change.asks).append(level)
    return change


def trade_shape(instrument: DomainInstrument, trade: TradeEvent) -> Trade:
    """A print."""
    return Trade(
        trade_id=str(trade.trade_id),
        symbol=instrument.symbol,
        price=instrument.price_text(trade.price),
        qty=instrument.qty_text(trade.qty),
        aggressor="BUYER" if trade.aggressor is Side.BUY else "SELLER",
        time=str(trade.now_ns),
    )


def candle_shape(instrument: DomainInstrument, bar: Bar) -> Candle:
    """A candle."""
    return Candle(
        time=str(bar.start_ns),
        open=instrument.price_text(bar.open),
        high=instrument.price_text(bar.high),
        low=instrument.price_text(bar.low),
        close=instrument.price_text(bar.close),
        volume=instrument.qty_text(bar.volume),
        trades=bar.trade_count,
    )


def quote_shape(instrument: DomainInstrument, quote: QuoteView) -> Quote:
    """A quote."""
    return Quote(
        symbol=instrument.symbol,
        bid_price=price_text_or_none(instrument, quote.bid_price),
        bid_qty=qty_text_or_none(instrument, quote.bid_qty),
        ask_price=price_text_or_none(instrument, quote.ask_price),
        ask_qty=qty_text_or_none(instrument, quote.ask_qty),
        last_price=price_text_or_none(instrument, quote.last_price),
        mark_price=instrument.price_text(quote.mark_price),
        time=str(quote.ts_ns),
    )


def _levels(instrument: DomainInstrument, market: InstrumentMarket, side: Side, depth: int) -> list[PriceLevel]:
    return [
        (instrument.price_text(level.price), instrument.qty_text(level.qty)) for level in market.book.depth(side, depth)
    ]


def _level_qty(instrument: DomainInstrument, qty: int) -> str:
    return instrument.qty_text(qty) if qty else "0"
