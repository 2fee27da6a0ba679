"""A book with its sequence, to begin from before following its channels: L1, L2, L3; and analytics over it."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from cambist.application.control_plane.market_view import LEVELS, WITHIN_BPS, analyse
from cambist.application.control_plane.refusal import refusal
from cambist.domain.instrument import Instrument
from cambist.domain.reasons import Reason
from cambist.domain.widths import MAX_QTY
from cambist.presentation.http.problem import NotGranted, granted, invalid
from cambist.presentation.http.routes.parameters import Injected, OptionalText, PathText
from cambist.presentation.http.shapes.book import (
    BookAnalytics,
    LevelBook,
    OrderBook,
    TopOfBook,
    analytics_shape,
    level_book_shape,
    order_book_shape,
    top_shape,
)

Levels = Annotated[int, QueryParameter(ge=1, le=1000, description="Levels of each side that the imbalance counts.")]
WithinBps = Annotated[int, QueryParameter(ge=0, le=10_000, description="How far from the middle depth is counted.")]
Depth = Annotated[
    int | None, QueryParameter(ge=1, le=100_000, description="Levels of each side; all of them if left out.")
]


@get("/market/{symbol:str}/l1", sync_to_thread=False, summary="Read best prices", tags=["market"])
def read_top(symbol: PathText, services: Injected) -> TopOfBook:
    """L1, with the book's sequence."""
    instrument = granted(services.directory.instrument(symbol))
    with services.model.reading() as model:
        return top_shape(instrument, model.markets[instrument.instrument_id])


@get("/market/{symbol:str}/l2", sync_to_thread=False, summary="Read a book by price", tags=["market"])
def read_levels(symbol: PathText, services: Injected, depth: Depth = None) -> LevelBook:
    """L2, with the book's sequence and the number of orders per level."""
    instrument = granted(services.directory.instrument(symbol))
    with services.model.reading() as model:
        return level_book_shape(instrument, model.markets[instrument.instrument_id], depth)


@get("/market/{symbol:str}/l3", sync_to_thread=False, summary="Read a book by order", tags=["market"])
def read_orders(symbol: PathText, services: Injected) -> OrderBook:
    """L3, with the book's sequence: every displayed order of our own venue in priority order."""
    instrument = granted(services.directory.instrument(symbol))
    if not instrument.is_internal:
        raise NotGranted(refusal(Reason.NOT_FOUND, "The orders of an outside venue are not known: read its levels."))
    with services.model.reading() as model:
        return order_book_shape(instrument, model.markets[instrument.instrument_id])


@get("/market/{symbol:str}/analytics", sync_to_thread=False, summary="Read book analytics", tags=["market"])
def read_analytics(
    symbol: PathText,
    services: Injected,
    qty: OptionalText = None,
    levels: Levels = LEVELS,
    within_bps: WithinBps = WITHIN_BPS,
) -> BookAnalytics:
    """Spread, middle, microprice, imbalance and depth; with `qty` also what trading it costs."""
    instrument = granted(services.directory.instrument(symbol))
    lots = None if qty is None else _lots(instrument, qty)
    with services.model.reading() as model:
        market = model.markets[instrument.instrument_id]
        return analytics_shape(instrument, market, analyse(market, qty=lots, levels=levels, within_bps=within_bps))


def _lots(instrument: Instrument, qty: str) -> int:
    """Raises ValueOutOfRange where it is no number."""
    snapped = instrument.lots(qty)
    if not snapped.is_exact or not 1 <= snapped.steps <= MAX_QTY:
        raise invalid("qty must be a positive multiple of the instrument's lot_size.")
    return snapped.steps


HANDLERS = [read_top, read_levels, read_orders, read_analytics]
