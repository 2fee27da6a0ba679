"""When orders that wait are due, and how far behind the market a trailing stop stays."""

from __future__ import annotations

import pytest

from cambist.domain.triggers import better, is_due, trailing_price
from cambist.domain.vocabulary import OffsetUnit, OrderType, Side


@pytest.mark.parametrize("order_type", [OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP])
def test_a_stop_waits_for_the_market_to_go_its_way(order_type: OrderType) -> None:
    assert [is_due(order_type, Side.BUY, 100, value) for value in (99, 100, 101)] == [False, True, True]
    assert [is_due(order_type, Side.SELL, 100, value) for value in (99, 100, 101)] == [True, True, False]


@pytest.mark.parametrize("order_type", [OrderType.MARKET_IF_TOUCHED, OrderType.LIMIT_IF_TOUCHED])
def test_an_if_touched_order_waits_for_the_market_to_come(order_type: OrderType) -> None:
    assert [is_due(order_type, Side.BUY, 100, value) for value in (99, 100, 101)] == [True, True, False]
    assert [is_due(order_type, Side.SELL, 100, value) for value in (99, 100, 101)] == [False, True, True]


def test_the_best_is_the_highest_for_a_sell_and_the_lowest_for_a_buy() -> None:
    assert [better(Side.SELL, best, 100) for best in (0, 99, 101)] == [100, 100, 101]
    assert [better(Side.BUY, best, 100) for best in (0, 99, 101)] == [100, 99, 100]


def test_a_distance_in_basis_points_is_rounded_away_from_the_market() -> None:
    assert trailing_price(Side.SELL, 1_000, 101, OffsetUnit.BASIS_POINTS) == 989
    assert trailing_price(Side.BUY, 1_000, 101, OffsetUnit.BASIS_POINTS) == 1_011
    assert trailing_price(Side.SELL, 1_000, 100, OffsetUnit.BASIS_POINTS) == 990
    assert trailing_price(Side.SELL, 3, 5, OffsetUnit.TICKS) == -2
