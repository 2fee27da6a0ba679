"""What a scope (an account or a strategy) has at stake: derived from its orders and positions, kept as running sums."""

from __future__ import annotations

from dataclasses import dataclass

from cambist.domain.position import Position


@dataclass(slots=True)
class Exposure:
    """Running sums over the open orders and positions of a scope; notionals and P&L in e8."""

    open_orders: int = 0
    order_notional: int = 0
    open_positions: int = 0
    """Positions that are not flat."""
    position_notional: int = 0
    unrealised_pnl: int = 0

    @property
    def notional(self) -> int:
        """Of orders and positions together."""
        return self.order_notional + self.position_notional

    def add_order(self, notional: int) -> None:
        """An order is open and reserves `notional`."""
        self.open_orders += 1
        self.order_notional += notional

    def remove_order(self, notional: int) -> None:
        """The order that reserved `notional` is gone, or about to change."""
        self.open_orders -= 1
        self.order_notional -= notional

    def add_position(self, position: Position) -> None:
        """Count a position as it is now."""
        self.open_positions += position.qty != 0
        if position.is_spot:
            return
        self.position_notional += position.notional
        self.unrealised_pnl += position.unrealised_pnl

    def remove_position(self, position: Position) -> None:
        """Forget a position as it is now, before it changes."""
        self.open_positions -= position.qty != 0
        if position.is_spot:
            return
        self.position_notional -= position.notional
        self.unrealised_pnl -= position.unrealised_pnl
