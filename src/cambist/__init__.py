"""Cambist: a self-hosted trading system. What a strategy author imports is here, loaded when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cambist.application.strategy import MARKET_TO_LIMIT, Strategy, every, param
    from cambist.bootstrap.research import backtest

__all__ = ["MARKET_TO_LIMIT", "Strategy", "backtest", "every", "param"]

_HOMES = {
    "MARKET_TO_LIMIT": "cambist.application.strategy",
    "Strategy": "cambist.application.strategy",
    "every": "cambist.application.strategy",
    "param": "cambist.application.strategy",
    "backtest": "cambist.bootstrap.research",
}


def __getattr__(name: str) -> Any:
    """Import the module that holds `name`."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
