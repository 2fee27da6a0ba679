"""Integers as the text that JSON carries."""

from __future__ import annotations

from cambist.domain.grid import E8_DIGITS, e8_text, step_decimals
from cambist.domain.instrument import Instrument
from cambist.domain.rounding import divide_down, divide_toward_zero
from cambist.domain.vocabulary import Phase, VenueKind

_PPM_TO_E8 = 10 ** (E8_DIGITS - 6)


def fraction_text(ppm: int) -> str:
    """Parts per million as a decimal fraction: 100000 is 0.1."""
    return e8_text(ppm * _PPM_TO_E8)


def ratio_text(numerator: int, denominator: int) -> str | None:
    """A quotient of two non-negative amounts to six decimals, or None where there is nothing to divide by."""
    return fraction_text(divide_down(numerator * 1_000_000, denominator)) if denominator > 0 else None


def signed_ratio_text(numerator: int, denominator: int) -> str:
    """A quotient to six decimals, toward zero; the denominator is positive."""
    return fraction_text(divide_toward_zero(numerator * 1_000_000, denominator))


def average_price_text(instrument: Instrument, value: int, qty: int) -> str:
    """`value` in tick-lots over `qty` lots, to eight decimals; the quotient of two numbers of one sign.

    It has the decimals of every price of the instrument, and more only where it lies between two of them.
    """
    average = divide_down(abs(value) * instrument.tick_size, abs(qty))
    return e8_text(average, step_decimals(instrument.tick_size))


def price_text_or_none(instrument: Instrument, price: int) -> str | None:
    """A price, or None where 0 stands for none."""
    return instrument.price_text(price) if price else None


def qty_text_or_none(instrument: Instrument, qty: int) -> str | None:
    """A quantity, or None where 0 stands for none."""
    return instrument.qty_text(qty) if qty else None


def milliseconds(duration_ns: int) -> int:
    """A length of time as requests give it."""
    return duration_ns // 1_000_000


def placeholder(instrument_id: int) -> Instrument:
    """For an order that was denied because it named no instrument: numbers appear as they were sent."""
    return Instrument(
        instrument_id=instrument_id,
        symbol=f"#{instrument_id}",
        venue=VenueKind.INTERNAL,
        defined_phase=Phase.CLOSED,
        tick_size=10**E8_DIGITS,
        lot_size=10**E8_DIGITS,
        unit_value=10**E8_DIGITS,
        min_notional=0,
        max_order_qty=1,
        price_band=0,
        reference_price=1,
    )
