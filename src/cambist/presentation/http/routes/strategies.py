"""Strategies: read them, steer them, change their parameters."""

from __future__ import annotations

import msgspec
from litestar import get, patch, post
from litestar.params import JSONBody

from cambist.application.control_plane.strategy_table import StrategyRecord
from cambist.application.ports.strategy_catalog import ParameterValue
from cambist.presentation.http.problem import granted, invalid
from cambist.presentation.http.requests import FlattenBody, StepBody
from cambist.presentation.http.routes.parameters import Injected, PathText
from cambist.presentation.http.services import Services
from cambist.presentation.http.shapes.strategy import Strategy, strategy_shape
from cambist.presentation.http.shapes.trading import Order, order_shape

_DEFAULT_CAUSE = "asked for over the API"


class Strategies(msgspec.Struct):
    """All strategies."""

    strategies: list[Strategy]


class Closing(msgspec.Struct):
    """The orders that were sent to close positions, as they are now."""

    orders: list[Order]


@get("/strategies", sync_to_thread=False, summary="List strategies", tags=["strategies"])
def list_strategies(services: Injected) -> Strategies:
    """Those that run and those that do not."""
    with services.model.reading() as model:
        shapes = [strategy_shape(model, services.strategies, strategy) for strategy in model.strategies]
    return Strategies(strategies=shapes)


@get("/strategies/{name:str}", sync_to_thread=False, summary="Read a strategy", tags=["strategies"])
def read_strategy(name: PathText, services: Injected) -> Strategy:
    """One strategy."""
    return _shape(services, granted(services.directory.strategy(name)))


@post("/strategies/{name:str}/start", status_code=200, summary="Start a strategy", tags=["strategies"])
async def start_strategy(name: PathText, services: Injected, data: JSONBody[StepBody | None] = None) -> Strategy:
    """From STOPPED."""
    return _shape(services, granted(await services.strategies.start(name, _cause(data))))


@post("/strategies/{name:str}/pause", status_code=200, summary="Pause a strategy", tags=["strategies"])
async def pause_strategy(name: PathText, services: Injected, data: JSONBody[StepBody | None] = None) -> Strategy:
    """Its open orders are canceled, its positions stay."""
    return _shape(services, granted(await services.strategies.pause(name, _cause(data))))


@post("/strategies/{name:str}/resume", status_code=200, summary="Resume a strategy", tags=["strategies"])
async def resume_strategy(name: PathText, services: Injected, data: JSONBody[StepBody | None] = None) -> Strategy:
    """From PAUSED."""
    return _shape(services, granted(await services.strategies.resume(name, _cause(data))))


@post("/strategies/{name:str}/stop", status_code=200, summary="Stop a strategy", tags=["strategies"])
async def stop_strategy(name: PathText, services: Injected, data: JSONBody[StepBody | None] = None) -> Strategy:
    """Its open orders are canceled, its positions stay. The way out of ERROR too."""
    return _shape(services, granted(await services.strategies.stop(name, _cause(data))))


@post("/strategies/{name:str}/flatten", status_code=200, summary="Close its positions", tags=["strategies"])
async def flatten_strategy(name: PathText, services: Injected, data: JSONBody[FlattenBody | None] = None) -> Closing:
    """Reduce-only MARKET orders in its own name, while it is RUNNING. It goes on: pause it then to keep it out."""
    orders = granted(await services.flattening.flatten(name, data.symbol if data else None))
    with services.model.reading() as model:
        return Closing(orders=[order_shape(model, order) for order in orders])


@patch("/strategies/{name:str}/parameters", summary="Change parameters", tags=["strategies"])
async def change_parameters(name: PathText, data: JSONBody[dict[str, ParameterValue]], services: Injected) -> Strategy:
    """Only those named change. While it runs, only live ones may."""
    if not data:
        raise invalid("Name at least one parameter.")
    return _shape(services, granted(await services.strategies.set_parameters(name, data)))


def _cause(data: StepBody | None) -> str:
    return (data.cause if data else None) or _DEFAULT_CAUSE


def _shape(services: Services, strategy: StrategyRecord) -> Strategy:
    with services.model.reading() as model:
        return strategy_shape(model, services.strategies, strategy)


HANDLERS = [
    list_strategies,
    read_strategy,
    start_strategy,
    pause_strategy,
    resume_strategy,
    stop_strategy,
    flatten_strategy,
    change_parameters,
]
