"""Decimals at the author's edge, and what all views of one instrument share."""

from __future__ import annotations

from decimal import Decimal

from cambist.domain.instrument import Instrument


def price_of(instrument: Instrument, ticks: int) -> Decimal:
    """Ticks as an exact decimal."""
    return Decimal(instrument.price_text(ticks))


def qty_of(instrument: Instrument, lots: int) -> Decimal:
    """Lots as an exact decimal."""
    return Decimal(instrument.qty_text(lots))


def money_of(amount_e8: int) -> Decimal:
    """An amount in 1e-8 as an exact decimal."""
    return Decimal(amount_e8).scaleb(-8)


class InstrumentView:
    """Something about one instrument."""

    __slots__ = ("instrument",)

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument

    @property
    def symbol(self) -> str:
        """What it is about."""
        return self.instrument.symbol
