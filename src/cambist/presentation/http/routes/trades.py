"""Trades of our venue that were a mistake."""

from __future__ import annotations

from litestar import get, post
from litestar.params import JSONBody

from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.application.control_plane.trade_service import Corrected
from cambist.domain.reasons import Reason
from cambist.presentation.http.participant_requests import BustBody, CorrectBody
from cambist.presentation.http.problem import NotGranted, granted
from cambist.presentation.http.requests import amount, identifier
from cambist.presentation.http.routes.parameters import Injected, PathText
from cambist.presentation.http.services import Services
from cambist.presentation.http.shapes.participant import PastTrade, PutRight, put_right_shape, trade_shape


@get("/trades/{trade_id:str}", sync_to_thread=False, summary="Read a trade", tags=["trades"])
def read_trade(trade_id: PathText, services: Injected) -> PastTrade:
    """One of the last 16,384 of our venue."""
    trade = granted(services.trades.trade(_trade_id(trade_id)))
    with services.model.reading() as model:
        return trade_shape(model, trade)


@post("/trades/{trade_id:str}/bust", status_code=200, summary="Bust a trade", tags=["trades"])
async def bust_trade(trade_id: PathText, data: JSONBody[BustBody], services: Injected) -> PutRight:
    """Both sides are booked back, commissions included; orders stay as they are. Spot trades stand."""
    return _shape(services, await services.trades.bust(_trade_id(trade_id), data.cause))


@post("/trades/{trade_id:str}/correct", status_code=200, summary="Correct a trade's price", tags=["trades"])
async def correct_trade(trade_id: PathText, data: JSONBody[CorrectBody], services: Injected) -> PutRight:
    """Both sides are booked back, and again at the new price. The price it has changes nothing."""
    price = amount("price", data.price)
    return _shape(services, await services.trades.correct(_trade_id(trade_id), price, data.cause))


def _trade_id(text: str) -> int:
    trade_id = identifier(text)
    if trade_id is None or trade_id >= 1 << 63:
        raise NotGranted(refusal(Reason.UNKNOWN_TRADE, "There is no trade of that id; ids are numbers."))
    return trade_id


def _shape(services: Services, corrected: Corrected | Refusal) -> PutRight:
    found = granted(corrected)
    with services.model.reading() as model:
        return put_right_shape(model, found)


HANDLERS = [read_trade, bust_trade, correct_trade]
