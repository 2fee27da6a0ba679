"""What an order, or an amendment of one, would do to the desk: all that the gate's limits look at."""

from __future__ import annotations

from dataclasses import dataclass

from cambist.domain.account import Account
from cambist.domain.vocabulary import Side
from cambist.engine.reference.market import Market
from cambist.engine.reference.state import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Quantities in lots, prices in ticks, notionals in e8."""

    account: Account
    scopes: tuple[Scope, ...]
    market: Market
    side: Side
    total_qty: int
    """What is filled included, for an amendment."""
    qty: int
    """What would be working."""
    limit_price: int
    """0 where the band is not asked: for MARKET, while it waits for a trigger, and where it is pegged."""
    gate_price: int
    is_reduce_only: bool
    position_qty: int
    open_qty: int
    """Leaves of the other open orders on this side of the position."""
    freed_notional: int = 0
    """What an amended order gives back."""
    freed_holding: int = 0
    """The same of the asset that a spot order pays with."""

    @property
    def notional(self) -> int:
        """Of what would be working."""
        return self.market.instrument.value(self.gate_price, self.qty)

    @property
    def position_after(self) -> int:
        """The position if this and everything open on its side is filled."""
        return self.position_qty + self.side.sign * (self.open_qty + self.qty)

    @property
    def reducible_qty(self) -> int:
        """How much of the position this side could close."""
        return max(0, -self.position_qty * self.side.sign)
