"""The only doors from float to price: they round away from aggression, a buy down and a sell up."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from functools import partial

from cambist.application.strategy.instrument_view import price_of, qty_of
from cambist.domain.errors import StrategyError
from cambist.domain.grid import DecimalInput, Snapped
from cambist.domain.instrument import Instrument
from cambist.domain.order_amounts import OrderAmounts
from cambist.domain.vocabulary import Side

_NOISE = Fraction(1, 1_000_000)
"""Of a tick: what binary fractions of decimal prices are off by is far less, what anybody means is far more."""
Inexact = Decimal | int | float


def exact_ticks(instrument: Instrument, price: DecimalInput) -> Snapped:
    """A price in ticks. Raises StrategyError for a float or nonsense."""
    return instrument.ticks(exact(price, "price"))


def exact_lots(instrument: Instrument, qty: DecimalInput) -> Snapped:
    """A quantity in lots. Raises StrategyError for a float or nonsense."""
    return instrument.lots(exact(qty, "qty"))


def amounts_of(instrument: Instrument) -> OrderAmounts:
    """Snaps the exact decimals of one order, or of one message with several, to the grid of the instrument."""
    return OrderAmounts(partial(exact_ticks, instrument), partial(exact_lots, instrument))


def exact(value: DecimalInput, name: str) -> Decimal:
    """An exact, finite decimal. Raises StrategyError with what to do instead."""
    if isinstance(value, float):
        raise StrategyError(
            f"The {name} {value!r} is a float, and floats are not exact.",
            "Use Decimal, int or str, or round_to_tick and round_to_lot for what was computed in floats.",
        )
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise StrategyError(f"The {name} {value!r} is not a number.", "Use Decimal, int or str.")
    try:
        number = Decimal(value)
    except ArithmeticError as error:
        raise StrategyError(f"The {name} {value!r} is not a number.", 'Write it like "123.45".') from error
    if not number.is_finite():
        raise StrategyError(f"The {name} {value!r} is not finite.", 'Write it like "123.45".')
    return number


def floor_steps(value: Inexact, step_e8: int) -> int:
    """Whole steps at or below `value`, noise of floats apart."""
    steps = _steps(value, step_e8)
    nearest = round(steps)
    return nearest if abs(steps - nearest) < _NOISE else math.floor(steps)


def ceil_steps(value: Inexact, step_e8: int) -> int:
    """Whole steps at or above `value`, noise of floats apart."""
    steps = _steps(value, step_e8)
    nearest = round(steps)
    return nearest if abs(steps - nearest) < _NOISE else math.ceil(steps)


def round_to_tick(instrument: Instrument, price: Inexact, side: Side) -> Decimal:
    """The nearest price on the grid that is no more aggressive than `price`."""
    ticks = (floor_steps if side is Side.BUY else ceil_steps)(price, instrument.tick_size)
    return price_of(instrument, ticks)


def round_to_lot(instrument: Instrument, qty: Inexact) -> Decimal:
    """The largest quantity on the grid that does not exceed `qty`."""
    return qty_of(instrument, floor_steps(qty, instrument.lot_size))


def ticks_below(ticks: int, bps: Inexact) -> int:
    """`ticks` less `bps` basis points, rounded down."""
    return math.floor(ticks * (1 - _ratio(bps) / 10_000))


def ticks_above(ticks: int, bps: Inexact) -> int:
    """`ticks` plus `bps` basis points, rounded up."""
    return math.ceil(ticks * (1 + _ratio(bps) / 10_000))


def _steps(value: Inexact, step_e8: int) -> Fraction:
    return _ratio(value) * 10**8 / step_e8


def _ratio(value: Inexact) -> Fraction:
    try:
        return Fraction(value)
    except (ValueError, OverflowError, TypeError) as error:
        raise StrategyError(f"{value!r} is not a number.", "Check what computed it, for a division by zero.") from error
