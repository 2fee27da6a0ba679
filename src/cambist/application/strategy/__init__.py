"""What a strategy author imports, and what carries strategies out."""

from cambist.application.strategy.author import Strategy
from cambist.application.strategy.mode import Mode
from cambist.application.strategy.order_options import MARKET_TO_LIMIT
from cambist.application.strategy.parameters import param
from cambist.application.strategy.timers import every

__all__ = ["MARKET_TO_LIMIT", "Mode", "Strategy", "every", "param"]
