"""Random terms of orders that wait for a trigger, follow the market or are tied to others: mostly sensible."""

from __future__ import annotations

from random import Random
from typing import Any

from cambist.domain.vocabulary import Contingency, OffsetUnit, OrderType, PegReference, TriggerSource
from cambist.domain.widths import MAX_PRICE

WAITING_TYPES = tuple(order_type for order_type in OrderType if order_type.waits)


def trigger_terms(random: Random, order_type: OrderType) -> dict[str, Any]:
    """What an order of a waiting type waits for, near the market at 100."""
    odd = random.randrange(60) == 0
    terms: dict[str, Any] = {"trigger_source": random.choice(list(TriggerSource))}
    if (order_type is OrderType.TRAILING_STOP) is not odd:
        unit = random.choice(list(OffsetUnit))
        far = 9_999 if random.randrange(20) == 0 else 600
        offsets = (1, 2, 2, 3, 5, 9) if unit is OffsetUnit.TICKS else (1, 50, 101, 250, far)
        return terms | {"offset_unit": unit, "offset": 0 if random.randrange(60) == 0 else random.choice(offsets)}
    return terms | {"trigger_price": random.choice((0, -1)) if odd else random.randint(93, 107)}


def group_terms(random: Random) -> dict[str, Any]:
    """Few groups, so that their orders meet; children more often than parents."""
    contingency = random.choice(
        (Contingency.OCO, Contingency.OCO, Contingency.PARENT, Contingency.CHILD, Contingency.CHILD)
    )
    odd = random.randrange(40) == 0
    return {"contingency": contingency, "group_id": 0 if odd else random.randint(1, 2)}


def peg_terms(random: Random) -> dict[str, Any]:
    """What a pegged order follows; seldom out of bounds."""
    return {
        "peg_reference": random.choice(list(PegReference)),
        "offset": random.choice((0, 0, 0, 1, -1, 1, -1, 2, -2, 5, -5, 30, MAX_PRICE + 1)),
    }
