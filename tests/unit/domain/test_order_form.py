"""The form of an order, as the venue judges it for members (the desk's is in the scenarios)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cambist.domain.commands import NewOrder
from cambist.domain.order_form import form_reason
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import OrderFlag, OrderType, Side, TimeInForce
from cambist.testing.builders import limit_order, market_order

GOOD = limit_order(Side.BUY, 1, 100)
AT_BEST = replace(GOOD, order_type=OrderType.MARKET_TO_LIMIT, price=0)


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (GOOD, Reason.NONE),
        (market_order(Side.BUY, 1), Reason.NONE),
        (replace(market_order(Side.BUY, 1), price=1), Reason.INVALID_PRICE),
        (replace(GOOD, flags=OrderFlag.PRICE_INEXACT), Reason.PRICE_PRECISION),
        (replace(GOOD, flags=OrderFlag.QTY_INEXACT), Reason.QTY_PRECISION),
        (replace(GOOD, qty=0), Reason.INVALID_QTY),
        (replace(GOOD, time_in_force=TimeInForce.GTD, expire_ns=11), Reason.NONE),
        (replace(GOOD, time_in_force=TimeInForce.GTD, expire_ns=10), Reason.INVALID_EXPIRY),
        (replace(GOOD, expire_ns=11), Reason.INVALID_EXPIRY),
        (market_order(Side.BUY, 1, time_in_force=TimeInForce.GTD), Reason.INVALID_TIME_IN_FORCE),
        (replace(AT_BEST, price=1), Reason.INVALID_PRICE),
        (AT_BEST, Reason.NONE),
        (replace(AT_BEST, time_in_force=TimeInForce.IOC), Reason.INVALID_TIME_IN_FORCE),
        (replace(AT_BEST, flags=OrderFlag.POST_ONLY), Reason.INVALID_FLAGS),
        (replace(GOOD, flags=OrderFlag.POST_ONLY), Reason.NONE),
        (replace(GOOD, flags=OrderFlag.POST_ONLY, time_in_force=TimeInForce.FOK), Reason.INVALID_FLAGS),
        (replace(GOOD, flags=OrderFlag.REDUCE_ONLY), Reason.NONE),
    ],
)
def test_the_first_fault_of_form_is_named(order: NewOrder, reason: Reason) -> None:
    assert form_reason(order, now_ns=10) is reason


def test_members_have_nothing_to_reduce() -> None:
    order = replace(GOOD, flags=OrderFlag.REDUCE_ONLY, expire_ns=1)
    assert form_reason(order, now_ns=10, for_member=True) is Reason.INVALID_FLAGS
