"""What strategies hold and what their accounts are worth, as the engine stated it."""

from __future__ import annotations

from cambist.application.strategy.account import AccountView
from cambist.application.strategy.market_state import MarketState
from cambist.application.strategy.position import PositionView
from cambist.domain.events import (
    AccountOpened,
    AccountValued,
    BalanceChanged,
    PositionChanged,
    PositionClosed,
    PositionOpened,
)
from cambist.protocols.snapshot import AccountRow, PositionRow

PositionEvent = PositionOpened | PositionChanged | PositionClosed


class Holdings:
    """Positions by (strategy, instrument), accounts by id."""

    def __init__(self, market: MarketState) -> None:
        self._market = market
        self._positions: dict[tuple[int, int], PositionView] = {}
        self._accounts: dict[int, AccountView] = {}

    def position(self, strategy_id: int, instrument_id: int) -> PositionView:
        """Flat where nothing was ever held."""
        key = (strategy_id, instrument_id)
        if key not in self._positions:
            self._positions[key] = PositionView(self._market.books[instrument_id])
        return self._positions[key]

    def positions(self, strategy_id: int) -> list[PositionView]:
        """All that a strategy ever held, by instrument."""
        return [self._positions[key] for key in sorted(self._positions) if key[0] == strategy_id]

    def account(self, account_id: int) -> AccountView:
        """Empty where it is not open."""
        return self._accounts.setdefault(account_id, AccountView())

    def restore(self, accounts: list[AccountRow], positions: list[PositionRow]) -> None:
        """From a snapshot."""
        for account in accounts:
            view = self.account(account.account_id)
            view.name = account.name
            view.balance_e8 = view.equity_e8 = account.balance
        for row in positions:
            position = self.position(row.strategy_id, row.instrument_id)
            position.lots, position.cost, position.total_realised = row.qty, row.cost, row.realised_pnl
            unit_value = self._market.books[row.instrument_id].instrument.unit_value
            self.account(row.account_id).equity_e8 += row.qty * row.mark_price * unit_value - row.cost

    def on_position(self, event: PositionEvent) -> None:
        """A position after a fill."""
        position = self.position(event.strategy_id, event.instrument_id)
        position.lots, position.cost, position.total_realised = event.qty, event.cost, event.total_realised_pnl
        self.account(event.account_id).balance_e8 = event.balance

    def on_account(self, event: AccountOpened | BalanceChanged | AccountValued) -> None:
        """An account opened, paid in or valued."""
        view = self.account(event.account_id)
        if isinstance(event, AccountOpened):
            view.name = event.name
        elif isinstance(event, BalanceChanged):
            view.equity_e8 += event.balance - view.balance_e8
            view.balance_e8 = event.balance
        else:
            view.balance_e8, view.equity_e8 = event.balance, event.equity
            view.margin_e8 = event.margin_required
