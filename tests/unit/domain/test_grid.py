"""Decimals to steps and back, exactly."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cambist.domain.errors import ValueOutOfRange
from cambist.domain.grid import Snapped, e8_text, exact_e8, parse_decimal, snap, steps_text
from cambist.domain.widths import MAX_I64

TENTH = 10_000_000


@pytest.mark.parametrize(
    ("value", "steps", "is_exact"),
    [
        ("100.1", 1001, True),
        ("100.15", 1001, False),
        ("-100.15", -1002, False),
        (5, 50, True),
        (Decimal("1E+2"), 1000, True),
        ("0", 0, True),
        ("-0.00", 0, True),
        ("0.100000000000000000000000000000", 1, True),
        ("0.1000000000000000000000000000001", 1, False),
        ("1e-400", 0, False),
        ("-1e-400", -1, False),
        ("1e400", MAX_I64, True),
        ("-1e400", -MAX_I64, True),
        ("99999999999999999999", MAX_I64, True),
    ],
)
def test_a_decimal_becomes_steps_and_says_whether_exactly(value: Any, steps: int, is_exact: bool) -> None:
    assert snap(value, TENTH) == Snapped(steps, is_exact)


@pytest.mark.parametrize("value", ["", "abc", "nan", "inf", "-inf", "1.2.3", 1.5, True, None])
def test_what_is_no_exact_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueOutOfRange):
        parse_decimal(value)


@pytest.mark.parametrize("value", ["0.000000001", "1e11", "-1e11"])
def test_amounts_that_cannot_be_held_are_refused(value: str) -> None:
    with pytest.raises(ValueOutOfRange):
        exact_e8(value)


@given(st.integers(-(2**62), 2**62))
def test_amounts_survive_the_way_through_text(amount: int) -> None:
    assert exact_e8(e8_text(amount)) == amount


@given(st.integers(-(2**40), 2**40), st.sampled_from([1, 500, TENTH, 5 * TENTH, 10**8, 25 * 10**8, 1050 * 10**6]))
def test_steps_survive_the_way_through_text(steps: int, step: int) -> None:
    assert snap(steps_text(steps, step), step) == Snapped(steps, True)


def test_text_has_the_decimals_of_its_grid() -> None:
    assert steps_text(1001, TENTH) == "100.1"
    assert steps_text(1000, TENTH) == "100.0"
    assert steps_text(-3, 5 * TENTH) == "-1.5"
    assert steps_text(7, 25 * 10**8) == "175"
    assert e8_text(-150_000_000) == "-1.5"
    assert e8_text(0) == "0"
    assert [e8_text(amount, 2) for amount in (0, 10**8, -150_000_000, 112_300_000)] == [
        "0.00",
        "1.00",
        "-1.50",
        "1.123",
    ]
