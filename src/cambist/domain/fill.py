"""A fill: our part of a trade. (A Trade is a print of the market, for everyone.)"""

from __future__ import annotations

import msgspec

from cambist.domain import rounding
from cambist.domain.vocabulary import Liquidity, Side


class Fees(msgspec.Struct, frozen=True, gc=False):
    """Commission rates in ppm of the value; negative is a rebate."""

    maker_fee: int = 0
    taker_fee: int = 0

    def rate(self, liquidity: Liquidity) -> int:
        """The rate for giving or taking liquidity; in an auction everyone pays as a taker."""
        return self.maker_fee if liquidity is Liquidity.MAKER else self.taker_fee

    @property
    def are_well_formed(self) -> bool:
        """True where both are at most the whole value."""
        return abs(self.maker_fee) <= rounding.MILLION and abs(self.taker_fee) <= rounding.MILLION


NO_FEES = Fees()


class FeeTier(msgspec.Struct, frozen=True, gc=False):
    """Rates that hold from a volume on, in e8 over 30 days."""

    volume: int
    fees: Fees


class Fill(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Price in ticks, qty in lots, value and commission in e8."""

    order_id: int
    trade_id: int
    side: Side
    liquidity: Liquidity
    price: int
    qty: int
    value: int
    commission: int

    @classmethod
    def of(
        cls,
        *,
        order_id: int,
        trade_id: int,
        side: Side,
        liquidity: Liquidity,
        price: int,
        qty: int,
        unit_value: int,
        fees: Fees,
    ) -> Fill:
        """A fill with its value and commission worked out."""
        value = price * qty * unit_value
        return cls(
            order_id=order_id,
            trade_id=trade_id,
            side=side,
            liquidity=liquidity,
            price=price,
            qty=qty,
            value=value,
            commission=rounding.commission(value, fees.rate(liquidity)),
        )
