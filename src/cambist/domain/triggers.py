"""When an order that waits for a trigger is due, and how a trailing stop follows (docs/engine.md sections 23, 24)."""

from __future__ import annotations

from cambist.domain import rounding
from cambist.domain.vocabulary import OffsetUnit, OrderType, Side

BASIS_POINTS_MAX = 9_999
"""A distance of the whole price would never trigger a sell."""
_STOPS = (OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP)


def is_due(order_type: OrderType, side: Side, trigger_price: int, value: int) -> bool:
    """True where a value in ticks meets the condition: a stop waits for the market to go its way, the others for it to
    come to them.
    """
    waits_for_a_rise = (order_type in _STOPS) is (side is Side.BUY)
    return value >= trigger_price if waits_for_a_rise else value <= trigger_price


def better(side: Side, best_price: int, value: int) -> int:
    """The best of what a trailing stop has seen; 0 for a best that is not known yet."""
    if best_price == 0:
        return value
    return min(best_price, value) if side is Side.BUY else max(best_price, value)


def trailing_price(side: Side, best_price: int, offset: int, unit: OffsetUnit) -> int:
    """Where a trailing stop triggers, in ticks. Below 1 where it never will."""
    distance = offset if unit is OffsetUnit.TICKS else rounding.trailing_distance(best_price, offset)
    return best_price + side.sign * distance
