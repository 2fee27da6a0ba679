"""Netting positions: exact cost, exact P&L."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cambist.domain.errors import InvariantBroken
from cambist.domain.position import Position, PositionStep
from cambist.domain.vocabulary import PositionSide, Side

LONG, SHORT, FLAT = PositionSide.LONG, PositionSide.SHORT, PositionSide.FLAT


def flat(unit_value: int = 1) -> Position:
    return Position(account_id=1, strategy_id=0, instrument_id=1, unit_value=unit_value)


def test_a_position_opens_grows_shrinks_and_closes() -> None:
    position = flat(unit_value=10)
    assert position.fill(Side.BUY, 100, 2, 5) == PositionStep(FLAT, LONG, 0, 0)
    assert position.fill(Side.BUY, 103, 1, 0) == PositionStep(LONG, LONG, 0, 0)
    assert (position.qty, position.cost, position.average_price) == (3, 3030, Fraction(101))
    assert position.fill(Side.SELL, 110, 1, 0) == PositionStep(LONG, LONG, 1, 90)
    assert (position.notional, position.unrealised_pnl) == (2200, 180)
    assert position.fill(Side.SELL, 100, 2, 0) == PositionStep(LONG, FLAT, 2, -20)
    assert (position.qty, position.cost, position.realised_pnl, position.commission) == (0, 0, 70, 5)
    assert position.average_price is None and position.side is FLAT


def test_a_fill_through_zero_closes_and_opens() -> None:
    position = flat()
    position.fill(Side.SELL, 100, 3, 0)
    assert position.fill(Side.BUY, 90, 5, 0) == PositionStep(SHORT, LONG, 3, 30)
    assert (position.qty, position.cost, position.mark_price) == (2, 180, 90)


def test_what_an_order_could_reduce() -> None:
    position = flat()
    assert position.reducible_qty(Side.BUY) == 0
    position.fill(Side.SELL, 100, 3, 0)
    assert (position.reducible_qty(Side.BUY), position.reducible_qty(Side.SELL)) == (3, 0)


def test_a_fill_of_nothing_breaks_an_invariant() -> None:
    with pytest.raises(InvariantBroken):
        flat().fill(Side.BUY, 100, 0, 0)


fills = st.lists(st.tuples(st.sampled_from(list(Side)), st.integers(1, 2**40), st.integers(1, 2**40)), max_size=30)


@given(fills, st.integers(1, 1000))
def test_no_money_is_made_or_lost_by_rounding(trades: list[tuple[Side, int, int]], unit: int) -> None:
    position = flat(unit)
    for side, price, qty in trades:
        position.fill(side, price, qty, 0)
        assert (position.cost == 0) or (position.cost > 0) == (position.qty > 0)
    paid = sum(side.sign * price * qty * unit for side, price, qty in trades)
    assert position.qty == sum(side.sign * qty for side, _, qty in trades)
    assert position.cost - position.realised_pnl == paid
    if position.qty == 0:
        assert position.cost == 0


@given(fills)
def test_a_mirrored_position_has_the_mirrored_result(trades: list[tuple[Side, int, int]]) -> None:
    position, mirror = flat(), flat()
    for side, price, qty in trades:
        step, other = position.fill(side, price, qty, 0), mirror.fill(side.opposite, price, qty, 0)
        assert step.realised_pnl == -other.realised_pnl
    assert (position.qty, position.cost) == (-mirror.qty, -mirror.cost)
