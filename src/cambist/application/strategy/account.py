"""The account behind a strategy."""

from __future__ import annotations

from decimal import Decimal

from cambist.application.strategy.instrument_view import money_of


class AccountView:
    """The account that the strategy trades through, as the engine last stated it (valued once per second)."""

    __slots__ = ("balance_e8", "equity_e8", "margin_e8", "name")

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.balance_e8 = 0
        self.equity_e8 = 0
        self.margin_e8 = 0

    @property
    def balance(self) -> Decimal:
        """Deposits, realised P&L and commission."""
        return money_of(self.balance_e8)

    @property
    def equity(self) -> Decimal:
        """Balance and unrealised P&L."""
        return money_of(self.equity_e8)

    @property
    def margin_required(self) -> Decimal:
        """Held against positions and open orders."""
        return money_of(self.margin_e8)
