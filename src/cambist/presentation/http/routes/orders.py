"""Orders and fills."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, JSONBody, QueryParameter

from cambist.application.control_plane.order_service import Placed
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.application.ports.history import OrderFilter, OrderView
from cambist.domain import vocabulary
from cambist.domain.instrument import Instrument
from cambist.domain.reasons import Reason
from cambist.presentation.http.problem import NotGranted, granted, invalid
from cambist.presentation.http.requests import (
    AmendBody,
    CancelAllBody,
    NewOrderBody,
    OrdersBody,
    amount,
    cursor,
    identifier,
)
from cambist.presentation.http.routes.parameters import Injected, OptionalText, PageLimit, PathText
from cambist.presentation.http.services import Services
from cambist.presentation.http.shapes.trading import Fill, Order, fill_shape, order_shape
from cambist.presentation.http.words import Side, StatusWord


class Orders(msgspec.Struct):
    """A page of orders, newest first."""

    orders: list[Order]
    next_cursor: str | None


class Fills(msgspec.Struct):
    """A page of fills, newest first."""

    fills: list[Fill]
    next_cursor: str | None


class Canceled(msgspec.Struct):
    """The orders that were canceled, by id."""

    canceled: list[str]


class Refused(msgspec.Struct):
    """A stable code, and what to do."""

    code: str
    message: str
    action: str
    order_id: str | None


class BatchItem(msgspec.Struct):
    """What became of one order of a batch: it, or why it was refused."""

    order: Order | None
    refusal: Refused | None


class Batch(msgspec.Struct):
    """One item per order, in their order."""

    results: list[BatchItem]


@post("/orders", summary="Place an order", tags=["orders"])
async def place_order(data: JSONBody[NewOrderBody], services: Injected) -> Response[Order]:
    """201 with the order, or 200 where the same client_order_id was sent before with the same content."""
    placed = granted(await services.orders.place(data.request()))
    with services.model.reading() as model:
        shape = order_shape(model, placed.order)
    return Response(shape, status_code=200 if placed.is_repeat else 201)


@post("/orders/batch", status_code=200, summary="Place orders together", tags=["orders"])
async def place_orders(data: JSONBody[OrdersBody], services: Injected) -> Batch:
    """Applied one after the other at one engine time, with nothing between them. A refused order leaves the others
    standing; an unknown symbol or account refuses the whole request.
    """
    answers = granted(await services.orders.place_all([order.request() for order in data.orders]))
    with services.model.reading() as model:
        return Batch(results=[_item(model, answer) for answer in answers])


@get("/orders/{order_id:str}", sync_to_thread=True, summary="Read an order", tags=["orders"])
def read_order(order_id: PathText, services: Injected) -> Order:
    """Any order of the desk, however old."""
    order = granted(services.queries.order_or_refusal(_order_id(order_id)))
    return _shape(services, order)


@patch("/orders/{order_id:str}", summary="Amend an order", tags=["orders"])
async def amend_order(order_id: PathText, data: JSONBody[AmendBody], services: Injected) -> Order:
    """A lower quantity keeps its place in the book; anything else loses it."""
    return await _amend(order_id, data, services)


@put("/orders/{order_id:str}", summary="Amend an order", tags=["orders"])
async def replace_order(order_id: PathText, data: JSONBody[AmendBody], services: Injected) -> Order:
    """The same as PATCH."""
    return await _amend(order_id, data, services)


@delete("/orders/{order_id:str}", status_code=200, summary="Cancel an order", tags=["orders"])
async def cancel_order(order_id: PathText, services: Injected) -> Order:
    """Answers with the order as it is then."""
    order = granted(await services.orders.cancel(_order_id(order_id)))
    return _shape(services, order)


@post("/orders/cancel-all", status_code=200, summary="Cancel every open order", tags=["orders"])
async def cancel_all_orders(services: Injected, data: JSONBody[CancelAllBody | None] = None) -> Canceled:
    """Every open order of the desk that passes the filters."""
    wanted = data or CancelAllBody()
    side = None if wanted.side is None else vocabulary.Side[wanted.side]
    canceled = granted(await services.orders.cancel_all(wanted.account, wanted.strategy, wanted.symbol, side))
    return Canceled(canceled=[str(order_id) for order_id in canceled])


def read_filter(
    *,
    services: Injected,
    account: OptionalText = None,
    strategy: OptionalText = None,
    symbol: OptionalText = None,
    side: FromQuery[Side | None] = None,
    limit: PageLimit = 50,
    page_cursor: Annotated[str | None, QueryParameter(name="cursor")] = None,
) -> OrderFilter:
    """What lists of orders and of fills have in common. Raises NotGranted for unknown names."""
    instrument: Instrument | None = None if symbol is None else granted(services.directory.instrument(symbol))
    return OrderFilter(
        account_id=None if account is None else granted(services.directory.account_id(account)),
        strategy_id=None if strategy is None else granted(services.directory.strategy_id(strategy)),
        instrument_id=instrument.instrument_id if instrument else None,
        side=None if side is None else vocabulary.Side[side],
        before=cursor(page_cursor),
        limit=limit,
    )


_FILTERED = {"wanted": Provide(read_filter, sync_to_thread=False)}


@get("/orders", sync_to_thread=True, summary="List orders", tags=["orders"], dependencies=_FILTERED)
def list_orders(
    services: Injected,
    wanted: NamedDependency[OrderFilter],
    status: FromQuery[list[StatusWord] | None] = None,
    client_order_id: OptionalText = None,
) -> Orders:
    """Newest first. `status` may be given more than once."""
    statuses = frozenset[vocabulary.OrderStatus]().union(*(word.statuses for word in status or ()))
    wanted = msgspec.structs.replace(wanted, statuses=statuses)
    if client_order_id is None:
        orders = services.queries.orders(wanted)
    else:
        orders = _by_client_id(services, wanted, client_order_id)
    with services.model.reading() as model:
        shapes = [order_shape(model, order) for order in orders]
    return Orders(orders=shapes, next_cursor=shapes[-1].order_id if len(shapes) == wanted.limit else None)


@get("/fills", sync_to_thread=True, summary="List fills", tags=["orders"], dependencies=_FILTERED)
def list_fills(services: Injected, wanted: NamedDependency[OrderFilter]) -> Fills:
    """Newest first."""
    fills = services.queries.fills(wanted)
    with services.model.reading() as model:
        shapes = [fill_shape(model, fill) for fill in fills]
    return Fills(fills=shapes, next_cursor=shapes[-1].fill_id if len(shapes) == wanted.limit else None)


async def _amend(order_id: str, data: AmendBody, services: Services) -> Order:
    if data.price is None and data.qty is None:
        raise invalid("Give a price, a qty, or both.")
    price = None if data.price is None else amount("price", data.price)
    qty = None if data.qty is None else amount("qty", data.qty)
    return _shape(services, granted(await services.orders.amend(_order_id(order_id), price, qty)))


def _item(model: ReadModel, answer: Placed | Refusal) -> BatchItem:
    if isinstance(answer, Placed):
        return BatchItem(order=order_shape(model, answer.order), refusal=None)
    order_id = None if answer.order_id is None else str(answer.order_id)
    refused = Refused(code=answer.code, message=answer.message, action=answer.action, order_id=order_id)
    return BatchItem(order=None, refusal=refused)


def _shape(services: Services, order: OrderView) -> Order:
    with services.model.reading() as model:
        return order_shape(model, order)


def _order_id(text: str) -> int:
    order_id = identifier(text)
    if order_id is None or order_id >= 1 << 63:
        raise NotGranted(refusal(Reason.UNKNOWN_ORDER, "There is no order of that id; ids are numbers."))
    return order_id


def _by_client_id(services: Services, wanted: OrderFilter, client_order_id: str) -> list[OrderView]:
    """The newest order under that id, in one account or in each."""
    with services.model.reading() as model:
        accounts = [account.account_id for account in model.accounts if wanted.account_id in (None, account.account_id)]
    found = [services.queries.by_client_id(account_id, client_order_id) for account_id in accounts]
    return [order for order in found if order is not None and _fits(order, wanted)][: wanted.limit]


def _fits(order: OrderView, wanted: OrderFilter) -> bool:
    return (
        wanted.strategy_id in (None, order.strategy_id)
        and wanted.instrument_id in (None, order.instrument_id)
        and wanted.side in (None, order.side)
        and (not wanted.statuses or order.status in wanted.statuses)
        and (wanted.before is None or order.order_id < wanted.before)
    )


HANDLERS = [
    place_order,
    place_orders,
    read_order,
    amend_order,
    replace_order,
    cancel_order,
    cancel_all_orders,
    list_orders,
    list_fills,
]
