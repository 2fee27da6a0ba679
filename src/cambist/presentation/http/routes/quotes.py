"""Mass quotes of people and programs."""

from __future__ import annotations

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from cambist.application.control_plane.quote_table import StandingQuote
from cambist.application.control_plane.refusal import Refusal
from cambist.presentation.http.participant_requests import CancelQuotesBody, MassQuoteBody
from cambist.presentation.http.problem import granted
from cambist.presentation.http.routes.parameters import Injected, OptionalText
from cambist.presentation.http.services import Services
from cambist.presentation.http.shapes.participant import Quote, quote_shape


class Quotes(msgspec.Struct):
    """Quotes that stand."""

    quotes: list[Quote]


@get("/quotes", sync_to_thread=False, summary="List standing quotes", tags=["quotes"])
def list_quotes(
    services: Injected,
    account: OptionalText = None,
    strategy: OptionalText = None,
    symbol: OptionalText = None,
) -> Quotes:
    """Of the desk, those of strategies included; one whose orders have both ended is gone."""
    return _shapes(services, services.quotes.standing(account, strategy, symbol))


@post("/quotes", status_code=200, summary="State quotes", tags=["quotes"])
async def state_quotes(data: JSONBody[MassQuoteBody], services: Injected) -> Quotes:
    """Each takes the place of the quote of the same quote_id. What then stands by hand on the instrument: a side that
    the gate or the venue refused is empty, its order says why.
    """
    requests = [quote.request() for quote in data.quotes]
    return _shapes(services, await services.quotes.quote(data.account, data.symbol, requests, data.flags))


@post("/quotes/cancel", status_code=200, summary="Take quotes back", tags=["quotes"])
async def cancel_quotes(data: JSONBody[CancelQuotesBody], services: Injected) -> Quotes:
    """Those named, or all by hand on the instrument. What then stands there."""
    return _shapes(services, await services.quotes.cancel(data.account, data.symbol, data.quote_ids))


def _shapes(services: Services, quotes: list[StandingQuote] | Refusal) -> Quotes:
    found = granted(quotes)
    with services.model.reading() as model:
        return Quotes(quotes=[quote_shape(model, quote) for quote in found])


HANDLERS = [list_quotes, state_quotes, cancel_quotes]
