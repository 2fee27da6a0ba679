"""What the recurring timers do: mark accounts to market each second, begin a new day (docs/engine.md section 8)."""

from __future__ import annotations

from cambist.domain.account import Account
from cambist.domain.events import AccountValued, StrategyValued
from cambist.domain.strategy import Strategy
from cambist.engine.reference.ledger import Ledger, count, forget
from cambist.engine.reference.state import EngineState


class Valuation:
    """Between fills, unrealised profit moves only here."""

    def __init__(self, state: EngineState, ledger: Ledger) -> None:
        self._state = state
        self._ledger = ledger

    def value_all(self) -> None:
        """Every desk account by id, each with its strategies."""
        self._mark_positions()
        for account in self._state.desk_accounts():
            strategies = list(self._state.strategies_of(account))
            self._value(account, strategies)
            self._ledger.watch_account(account)
            for strategy in strategies:
                self._ledger.watch_strategy(strategy)

    def start_day(self) -> None:
        """Today's losses begin at zero."""
        for account in self._state.desk_accounts():
            account.start_day()
        for strategy in self._state.strategies.values():
            strategy.start_day()

    def _mark_positions(self) -> None:
        marks = {key: market.mark_price for key, market in self._state.markets.items()}
        for position in self._state.positions.values():
            if position.qty:
                scopes = self._state.scopes(position.account_id, position.strategy_id)
                forget(position, scopes)
                position.mark_price = marks[position.instrument_id]
                count(position, scopes)

    def _value(self, account: Account, strategies: list[Strategy]) -> None:
        account.track_peak()
        for strategy in strategies:
            strategy.track_peak()
        if account.exposure.open_positions or account.is_dirty:
            self._state_account(account)
            account.is_dirty = False
        for strategy in strategies:
            if strategy.exposure.open_positions or strategy.is_dirty:
                self._state_strategy(strategy)
                strategy.is_dirty = False

    def _state_account(self, account: Account) -> None:
        self._state.log.emit(
            AccountValued(
                account_id=account.account_id,
                balance=account.balance,
                unrealised_pnl=account.exposure.unrealised_pnl,
                equity=account.equity,
                peak_equity=account.peak_equity,
                day_start_equity=account.day_start_equity,
                position_notional=account.exposure.position_notional,
                order_notional=account.exposure.order_notional,
                margin_required=account.margin_required,
            )
        )

    def _state_strategy(self, strategy: Strategy) -> None:
        self._state.log.emit(
            StrategyValued(
                strategy_id=strategy.strategy_id,
                account_id=strategy.account_id,
                net_pnl=strategy.net_pnl,
                unrealised_pnl=strategy.exposure.unrealised_pnl,
                peak_pnl=strategy.peak_pnl,
                max_drawdown=strategy.max_drawdown,
                volume=strategy.volume,
                gross_profit=strategy.gross_profit,
                gross_loss=strategy.gross_loss,
                trades=strategy.trades,
                wins=strategy.wins,
            )
        )
