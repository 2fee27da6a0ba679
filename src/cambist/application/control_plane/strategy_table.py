"""Strategies: their state, parameters and results as the engine values them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cambist.application.control_plane.watched import Watched
from cambist.domain.events import StrategyCreated, StrategyParametersChanged, StrategyStateChanged, StrategyValued
from cambist.domain.vocabulary import StrategyState
from cambist.protocols.snapshot import StrategyRow


@dataclass(slots=True, kw_only=True)
class StrategyRecord:
    """Money in 1e-8. pnl is net_pnl (after commission) plus unrealised_pnl."""

    strategy_id: int
    account_id: int
    name: str
    state: StrategyState = StrategyState.STOPPED
    cause: str = ""
    """Why it is in its state; empty after a restart."""
    parameters: str = "{}"
    net_pnl: int = 0
    unrealised_pnl: int = 0
    max_drawdown: int = 0
    day_start_pnl: int = 0
    volume: int = 0
    gross_profit: int = 0
    gross_loss: int = 0
    trades: int = 0
    wins: int = 0

    @property
    def pnl(self) -> int:
        """Everything it has made, in 1e-8."""
        return self.net_pnl + self.unrealised_pnl


class StrategyTable(Watched[int]):
    """Strategies by id and by name."""

    def __init__(self) -> None:
        super().__init__()
        self._strategies: dict[int, StrategyRecord] = {}

    def __iter__(self) -> Iterator[StrategyRecord]:
        return iter([self._strategies[strategy_id] for strategy_id in sorted(self._strategies)])

    def get(self, strategy_id: int) -> StrategyRecord | None:
        """By id."""
        return self._strategies.get(strategy_id)

    def by_name(self, name: str) -> StrategyRecord | None:
        """The first strategy of that name."""
        return next((strategy for strategy in self if strategy.name == name), None)

    def restore(self, row: StrategyRow, unrealised_pnl: int) -> None:
        """Take one from a snapshot."""
        self._strategies[row.strategy_id] = StrategyRecord(
            strategy_id=row.strategy_id,
            account_id=row.account_id,
            name=row.name,
            state=row.state,
            net_pnl=row.net_pnl,
            unrealised_pnl=unrealised_pnl,
            max_drawdown=row.max_drawdown,
            day_start_pnl=row.day_start_pnl,
            volume=row.volume,
            gross_profit=row.gross_profit,
            gross_loss=row.gross_loss,
            trades=row.trades,
            wins=row.wins,
        )

    def remember_causes(self, causes: Mapping[int, tuple[StrategyState, str]]) -> None:
        """Why each came to its state; what is told of another state is of before."""
        for strategy in self._strategies.values():
            state, cause = causes.get(strategy.strategy_id, (strategy.state, ""))
            if state is strategy.state:
                strategy.cause = cause

    def restore_parameters(self, strategy_id: int, parameters: str) -> None:
        """Take parameters from a snapshot."""
        self._strategies[strategy_id].parameters = parameters

    def on_created(self, event: StrategyCreated) -> None:
        """A new strategy."""
        self._strategies[event.strategy_id] = StrategyRecord(
            strategy_id=event.strategy_id, account_id=event.account_id, name=event.name
        )
        self.touch(event.strategy_id)

    def on_state(self, event: StrategyStateChanged) -> None:
        """It moved in its life."""
        strategy = self._strategies[event.strategy_id]
        strategy.state = event.state
        strategy.cause = event.cause
        self.touch(event.strategy_id)

    def on_parameters(self, event: StrategyParametersChanged) -> None:
        """New parameters."""
        self._strategies[event.strategy_id].parameters = event.parameters
        self.touch(event.strategy_id)

    def on_valued(self, event: StrategyValued) -> None:
        """The engine's own valuation."""
        strategy = self._strategies[event.strategy_id]
        strategy.net_pnl = event.net_pnl
        strategy.unrealised_pnl = event.unrealised_pnl
        strategy.max_drawdown = event.max_drawdown
        strategy.volume = event.volume
        strategy.gross_profit = event.gross_profit
        strategy.gross_loss = event.gross_loss
        strategy.trades = event.trades
        strategy.wins = event.wins
        self.touch(event.strategy_id)

    def begin_day(self) -> None:
        """00:00 UTC of engine time: the day's loss counts from here."""
        for strategy in self._strategies.values():
            strategy.day_start_pnl = strategy.pnl
