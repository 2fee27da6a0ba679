"""From decimals to whole steps of a grid and back, exactly.

Prices lie on a grid of ticks, quantities on one of lots, money on one of 1e-8. A decimal off the grid or beyond what
an order can hold is not an error here: the edge still sends the order, flagged or clamped, and the gate refuses it.
No float passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from cambist.domain.errors import ValueOutOfRange
from cambist.domain.widths import MAX_I64

E8_DIGITS = 8
DecimalInput = Decimal | str | int
"""What a person or a program may give as an amount: never a float."""
_MAX_DIGITS = 64


@dataclass(frozen=True, slots=True)
class Snapped:
    """A decimal as whole steps: the floor where it lies between two, and then not `is_exact`."""

    steps: int
    is_exact: bool


def parse_decimal(value: DecimalInput) -> Decimal:
    """A finite decimal. Raises ValueOutOfRange for anything else, floats and booleans included."""
    if isinstance(value, bool) or not isinstance(value, Decimal | str | int):
        raise ValueOutOfRange(f"{value!r} is not an exact decimal.", "Give it as text, Decimal or int.")
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise ValueOutOfRange(f"{value!r} is not a decimal number.", 'Write it like "123.45".') from error
    if not number.is_finite():
        raise ValueOutOfRange(f"{value!r} is not finite.", 'Write it like "123.45".')
    return number


def snap(value: DecimalInput, step_e8: int) -> Snapped:
    """`value` in steps of `step_e8` times 1e-8, clamped to what an i64 holds. A clamped value counts as exact: it is
    refused for its size.
    """
    sign, digits, exponent = parse_decimal(value).as_tuple()
    if not any(digits):
        return Snapped(0, True)
    shift = int(exponent) + E8_DIGITS
    if len(digits) + shift > _MAX_DIGITS:
        return Snapped(-MAX_I64 if sign else MAX_I64, True)
    if shift < -_MAX_DIGITS - len(digits):
        return Snapped(-1 if sign else 0, False)
    coefficient = int("".join(map(str, digits)))
    scale = 10 ** max(-shift, 0) * step_e8
    steps, rest = divmod((-coefficient if sign else coefficient) * 10 ** max(shift, 0), scale)
    return Snapped(max(-MAX_I64, min(MAX_I64, steps)), rest == 0)


def exact_e8(value: DecimalInput) -> int:
    """`value` in units of 1e-8. Raises ValueOutOfRange where it has more decimals or does not fit an i64."""
    snapped = snap(value, 1)
    if not snapped.is_exact or abs(snapped.steps) >= MAX_I64:
        raise ValueOutOfRange(f"{value} cannot be held exactly.", "Use at most 8 decimals and about 10 whole digits.")
    return snapped.steps


def e8_text(amount_e8: int, decimals_min: int = 0) -> str:
    """An amount of 1e-8 units as the shortest exact decimal that has so many decimals."""
    whole, fraction = divmod(abs(amount_e8), 10**E8_DIGITS)
    decimals = f"{fraction:0{E8_DIGITS}d}".rstrip("0").ljust(decimals_min, "0")
    text = f"{whole}.{decimals}" if decimals else str(whole)
    return f"-{text}" if amount_e8 < 0 else text


def steps_text(steps: int, step_e8: int) -> str:
    """Steps of a grid as a decimal with exactly the decimals that the grid needs: 100.10 on a grid of 0.05."""
    return e8_text(steps * step_e8, step_decimals(step_e8))


def step_decimals(step_e8: int) -> int:
    """How many decimals a grid needs: 2 on one of 0.05."""
    return len(f"{step_e8 % 10**E8_DIGITS:0{E8_DIGITS}d}".rstrip("0"))
