"""What a strategy author imports, and what carries strategies out."""

from cambist.application.strategy.author import Strategy
from cambist.application.strategy.mode import Mode
from cambist.application.strategy.parameters import param
from cambist.application.strategy.pricing import (
    MARKET_TO_LIMIT,
    limit_if_touched,
    market_if_touched,
    pegged,
    stop,
    stop_limit,
    trailing_stop,
)
from cambist.application.strategy.timers import every
from cambist.application.strategy.two_sided_quote import TwoSidedQuote

__all__ = [
    "MARKET_TO_LIMIT",
    "Mode",
    "Strategy",
    "TwoSidedQuote",
    "every",
    "limit_if_touched",
    "market_if_touched",
    "param",
    "pegged",
    "stop",
    "stop_limit",
    "trailing_stop",
]
