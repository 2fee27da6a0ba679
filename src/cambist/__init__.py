"""Cambist: a self-hosted trading system. What a strategy author imports is here, loaded when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cambist.application.strategy import (
        MARKET_TO_LIMIT,
        Strategy,
        TwoSidedQuote,
        every,
        limit_if_touched,
        market_if_touched,
        param,
        pegged,
        stop,
        stop_limit,
        trailing_stop,
    )
    from cambist.bootstrap.research import backtest

__all__ = [
    "MARKET_TO_LIMIT",
    "Strategy",
    "TwoSidedQuote",
    "backtest",
    "every",
    "limit_if_touched",
    "market_if_touched",
    "param",
    "pegged",
    "stop",
    "stop_limit",
    "trailing_stop",
]

_HOMES = dict.fromkeys(__all__, "cambist.application.strategy") | {"backtest": "cambist.bootstrap.research"}


def __getattr__(name: str) -> Any:
    """Import the module that holds `name`."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
