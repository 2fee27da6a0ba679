"""The whole application: routes behind the perimeter."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

import msgspec
from litestar import Litestar, Request, Router
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.params import ParameterKwarg
from litestar.typing import FieldDefinition

from cambist.application.control_plane.directory import shown
from cambist.presentation.http.docs_page import openapi_config, read_docs
from cambist.presentation.http.perimeter import AsgiApp, Perimeter
from cambist.presentation.http.problem import answer_problem, invalid
from cambist.presentation.http.routes import (
    accounts,
    books,
    holdings,
    markets,
    operations,
    orders,
    pages,
    participants,
    quotes,
    risk,
    sessions,
    strategies,
    trades,
)
from cambist.presentation.http.services import Services
from cambist.presentation.http.stream.endpoint import stream_handler
from cambist.presentation.http.stream.hub import Hub

_API_HANDLERS = [
    *markets.HANDLERS,
    *books.HANDLERS,
    *orders.HANDLERS,
    *accounts.HANDLERS,
    *holdings.HANDLERS,
    *strategies.HANDLERS,
    *risk.HANDLERS,
    *sessions.HANDLERS,
    *quotes.HANDLERS,
    *trades.HANDLERS,
    *participants.HANDLERS,
]


def create_app(services: Services) -> AsgiApp:
    """Everything the server serves."""
    return Perimeter(cast(AsgiApp, create_api(services)), services.metrics)


def create_api(services: Services) -> Litestar:
    """The routes alone, without the perimeter that checks who calls."""
    hub = Hub(services)
    api = Router(
        path="/api/v1",
        route_handlers=[*_API_HANDLERS, stream_handler(hub, services.metrics)],
        guards=[refuse_unknown_parameters, refuse_loose_body],
    )
    return Litestar(
        route_handlers=[api, *operations.HANDLERS, *pages.HANDLERS, read_docs],
        dependencies={"services": Provide(lambda: services, sync_to_thread=False)},
        exception_handlers={Exception: answer_problem},
        openapi_config=openapi_config(services.version),
        lifespan=[hub.running],
        logging_config=None,
    )


def refuse_unknown_parameters(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A misspelled filter must not list everything."""
    known = _query_names(handler)
    unknown = sorted(name for name in connection.query_params if name not in known)
    if unknown:
        raise invalid(f"The query parameter {shown(unknown[0])} is not known here.")


async def refuse_loose_body(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The framework takes 1 or "true" for a boolean; a body is read strictly, before it does."""
    field = handler.parsed_fn_signature.parameters.get("data")
    if field is None or not isinstance(connection, Request):
        return
    body = await connection.body()
    try:
        if body:
            _decoder(field.annotation).decode(body)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise invalid(f"The body cannot be read: {error}.") from error


@cache
def _decoder(annotation: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(annotation)


@cache
def _query_names(handler: BaseRouteHandler) -> frozenset[str]:
    """Names that a route, or something it depends on, reads from the query."""
    providers = handler.resolve_dependencies()
    signatures = [handler.parsed_fn_signature, *(provider.parsed_fn_signature for provider in providers.values())]
    fields = [field for signature in signatures for field in signature.parameters.values()]
    return frozenset(_query_name(field) for field in fields)


def _query_name(field: FieldDefinition) -> str:
    declared = field.kwarg_definition
    return (declared.name if isinstance(declared, ParameterKwarg) else None) or field.name
