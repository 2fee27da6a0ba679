"""Every named division, with negatives."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, trunc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cambist.domain import rounding

numbers = st.integers(-(2**130), 2**130)
positive = st.integers(1, 2**70)


@given(numbers, positive)
def test_the_three_directions_are_those_of_exact_fractions(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    assert rounding.divide_down(numerator, denominator) == floor(exact)
    assert rounding.divide_up(numerator, denominator) == ceil(exact)
    assert rounding.divide_toward_zero(numerator, denominator) == trunc(exact)


@pytest.mark.parametrize(
    ("cost", "closing", "position", "released"),
    [(301, 1, 3, 100), (-301, 1, 3, -100), (-1, 1, 2, 0), (1, 1, 2, 0), (301, 3, 3, 301), (-301, 3, 3, -301)],
)
def test_released_cost_is_rounded_toward_zero(cost: int, closing: int, position: int, released: int) -> None:
    assert rounding.released_cost(cost, closing, position) == released


@pytest.mark.parametrize(
    ("value", "fee", "commission"),
    [(303, 500, 1), (303, -5000, -1), (303, 0, 0), (1_000_000, 1, 1), (1_000_001, 1, 2), (1, -1, 0)],
)
def test_commission_is_rounded_up(value: int, fee: int, commission: int) -> None:
    assert rounding.commission(value, fee) == commission


def test_margin_is_rounded_up_and_bands_down() -> None:
    assert rounding.margin(10, 3) == 4
    assert rounding.band_width(99, 100_000) == 9
    assert rounding.middle(95, 100) == 97
    assert rounding.drawdown_ppm(3, 2) == 333_333
    assert rounding.drawdown_ppm(3, -3) == 2_000_000
    assert rounding.order_interval_ns(3) == 333_333_333
