"""Instruments and their markets."""

from __future__ import annotations

from enum import StrEnum

import msgspec
from litestar import get, post
from litestar.params import FromQuery, JSONBody

from cambist.application.control_plane.market_table import INTERVALS_NS
from cambist.presentation.http.listing_requests import InstrumentBody
from cambist.presentation.http.problem import granted
from cambist.presentation.http.routes.parameters import Injected, PageLimit, PathText
from cambist.presentation.http.shapes.market import (
    Book,
    Candle,
    Instrument,
    Quote,
    Trade,
    book_shape,
    candle_shape,
    instrument_shape,
    quote_shape,
    trade_shape,
)


class Interval(StrEnum):
    """Lengths of candles."""

    S1 = "1s"
    S5 = "5s"
    S15 = "15s"
    M1 = "1m"
    M5 = "5m"
    M15 = "15m"
    H1 = "1h"


class Instruments(msgspec.Struct):
    """Everything that can be traded."""

    instruments: list[Instrument]


class Trades(msgspec.Struct):
    """Prints, newest first."""

    trades: list[Trade]


class Candles(msgspec.Struct):
    """Candles, oldest first; the last one is still open."""

    candles: list[Candle]


@get("/instruments", sync_to_thread=False, summary="List instruments", tags=["market"])
def list_instruments(services: Injected) -> Instruments:
    """With their grids, filters and marks."""
    with services.model.reading() as model:
        return Instruments(instruments=[instrument_shape(model, instrument) for instrument in model.instruments])


@post("/instruments", summary="List a new instrument", tags=["market"])
async def add_instrument(data: JSONBody[InstrumentBody], services: Injected) -> Instrument:
    """On our own venue. Its definition stands from then on."""
    instrument = granted(await services.listing.list_instrument(data.listing()))
    with services.model.reading() as model:
        return instrument_shape(model, instrument)


@get("/market/{symbol:str}/book", sync_to_thread=False, summary="Read a book", tags=["market"])
def read_book(symbol: PathText, services: Injected, depth: PageLimit = 20) -> Book:
    """The best levels of both sides."""
    instrument = granted(services.directory.instrument(symbol))
    with services.model.reading() as model:
        return book_shape(instrument, model.markets[instrument.instrument_id], depth)


@get("/market/{symbol:str}/trades", sync_to_thread=False, summary="Read the tape", tags=["market"])
def read_trades(symbol: PathText, services: Injected, limit: PageLimit = 50) -> Trades:
    """The last prints since this process began."""
    instrument = granted(services.directory.instrument(symbol))
    with services.model.reading() as model:
        trades = model.markets[instrument.instrument_id].last_trades(limit)
    return Trades(trades=[trade_shape(instrument, trade) for trade in trades])


@get("/market/{symbol:str}/candles", sync_to_thread=False, summary="Read candles", tags=["market"])
def read_candles(
    symbol: PathText,
    services: Injected,
    interval: FromQuery[Interval] = Interval.M1,
    limit: PageLimit = 300,
) -> Candles:
    """Made from the prints since this process began; an interval without a print has none."""
    instrument = granted(services.directory.instrument(symbol))
    with services.model.reading() as model:
        bars = model.markets[instrument.instrument_id].last_candles(INTERVALS_NS[interval], limit)
    return Candles(candles=[candle_shape(instrument, bar) for bar in bars])


@get("/market/{symbol:str}/quote", sync_to_thread=False, summary="Read a quote", tags=["market"])
def read_quote(symbol: PathText, services: Injected) -> Quote:
    """Top of the book, last and mark."""
    instrument = granted(services.directory.instrument(symbol))
    with services.model.reading() as model:
        return quote_shape(instrument, model.markets[instrument.instrument_id].quote)


HANDLERS = [list_instruments, add_instrument, read_book, read_trades, read_candles, read_quote]
