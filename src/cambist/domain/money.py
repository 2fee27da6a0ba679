"""An amount of the quote asset: exact, immutable, printable."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from cambist.domain.grid import DecimalInput, e8_text, exact_e8


class Money(msgspec.Struct, frozen=True, order=True):
    """An amount in units of 1e-8 of the quote asset."""

    amount_e8: int

    @classmethod
    def of(cls, value: DecimalInput) -> Money:
        """From a decimal. Raises ValueOutOfRange where it cannot be held exactly."""
        return cls(exact_e8(value))

    def __add__(self, other: Money) -> Money:
        return Money(self.amount_e8 + other.amount_e8)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount_e8 - other.amount_e8)

    def __neg__(self) -> Money:
        return Money(-self.amount_e8)

    def __bool__(self) -> bool:
        return self.amount_e8 != 0

    def __str__(self) -> str:
        return e8_text(self.amount_e8)

    @property
    def decimal(self) -> Decimal:
        """The amount as a Decimal, exact."""
        return Decimal(self.amount_e8).scaleb(-8)


class Commission(msgspec.Struct, frozen=True):
    """What a fill cost (positive) or earned (negative, a rebate), and in which asset."""

    amount: Money
    asset: str

    def __str__(self) -> str:
        return f"{self.amount} {self.asset}"
