"""The decimal amounts of one order as ticks and lots, and what of them did not fit: every edge has orders to send."""

from __future__ import annotations

from collections.abc import Callable

from cambist.domain.grid import DecimalInput, Snapped
from cambist.domain.vocabulary import OrderFlag

Snap = Callable[[DecimalInput], Snapped]


class OrderAmounts:
    """Snaps amounts one after the other; `flags` says what was off the grid, for the gate to refuse.

    The two functions raise what their edge answers text with that is no number.
    """

    def __init__(self, to_ticks: Snap, to_lots: Snap) -> None:
        self._to_ticks = to_ticks
        self._to_lots = to_lots
        self.flags = OrderFlag.NONE

    def ticks(self, price: DecimalInput | None) -> int:
        """0 where there is none."""
        return 0 if price is None else self._steps(self._to_ticks(price), OrderFlag.PRICE_INEXACT)

    def lots(self, qty: DecimalInput | None) -> int:
        """0 where there is none."""
        return 0 if qty is None else self._steps(self._to_lots(qty), OrderFlag.QTY_INEXACT)

    def _steps(self, snapped: Snapped, flag: OrderFlag) -> int:
        if not snapped.is_exact:
            self.flags |= flag
        return snapped.steps
