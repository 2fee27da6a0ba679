"""A netting position: signed quantity and exact cost. Its average price is derived at the edge, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import msgspec

from cambist.domain import rounding
from cambist.domain.errors import InvariantBroken
from cambist.domain.vocabulary import PositionSide, Side


class PositionStep(msgspec.Struct, frozen=True, gc=False):
    """What one fill did to a position."""

    was: PositionSide
    now: PositionSide
    closed_qty: int
    """Lots of the old position that the fill closed."""
    realised_pnl: int
    """In e8, before commission."""


@dataclass(slots=True, kw_only=True)
class Position:
    """What (account, strategy) holds of an instrument. qty in signed lots, mark_price in ticks, money in e8."""

    account_id: int
    strategy_id: int
    instrument_id: int
    unit_value: int
    is_spot: bool = False
    """Then it records trading, and counts in no sum of money."""
    qty: int = 0
    cost: int = 0
    """Signed: what the present quantity was bought (positive) or sold (negative) for."""
    realised_pnl: int = 0
    commission: int = 0
    mark_price: int = 0
    """The price it was last valued at."""

    @property
    def side(self) -> PositionSide:
        """LONG, SHORT or FLAT."""
        return PositionSide.of(self.qty)

    @property
    def notional(self) -> int:
        """Unsigned value at the mark, in e8."""
        return abs(self.qty) * self.mark_price * self.unit_value

    @property
    def unrealised_pnl(self) -> int:
        """Profit if it were closed at the mark, in e8."""
        return self.qty * self.mark_price * self.unit_value - self.cost

    @property
    def average_price(self) -> Fraction | None:
        """Average entry price in ticks, exact; None while flat."""
        return Fraction(self.cost, self.qty * self.unit_value) if self.qty else None

    def reducible_qty(self, side: Side) -> int:
        """How many lots an order of this side could close."""
        return max(0, -self.qty * side.sign)

    def fill(self, side: Side, price: int, qty: int, commission: int) -> PositionStep:
        """Take a fill in, and be valued at its price."""
        if qty < 1:
            raise InvariantBroken(f"A fill of {qty} lots reached a position.", "Stop and report it.")
        was, closing = self.side, min(qty, self.reducible_qty(side))
        realised = self._close(side.sign, price, closing) if closing else 0
        opening = qty - closing
        self.qty += side.sign * opening
        self.cost += side.sign * price * opening * self.unit_value
        self.realised_pnl += realised
        self.commission += commission
        self.mark_price = price
        return PositionStep(was, self.side, closing, realised)

    def _close(self, sign: int, price: int, closing: int) -> int:
        """Give back the part of the cost that `closing` lots carried; the profit in e8."""
        released = rounding.released_cost(self.cost, closing, abs(self.qty))
        self.cost -= released
        self.qty += sign * closing
        return -sign * price * closing * self.unit_value - released
