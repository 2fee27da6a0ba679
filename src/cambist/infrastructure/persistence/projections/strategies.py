"""hft_strategies: state, parameters and performance of each strategy."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from cambist.domain.events import StrategyCreated, StrategyParametersChanged, StrategyStateChanged, StrategyValued
from cambist.domain.vocabulary import StrategyState
from cambist.infrastructure.persistence.projections.tables import strategies
from cambist.infrastructure.persistence.projections.upsert import upsert

STRATEGY_EVENTS = (StrategyCreated, StrategyStateChanged, StrategyParametersChanged, StrategyValued)
StrategyEvent = StrategyCreated | StrategyStateChanged | StrategyParametersChanged | StrategyValued


class StrategyProjection:
    """All rows in memory: strategies are few."""

    def __init__(self, connection: Connection) -> None:
        rows = connection.execute(select(strategies))
        self._rows: dict[int, dict[str, Any]] = {row.strategy_id: dict(row._mapping) for row in rows}
        self._changed: set[int] = set()

    def on_event(self, event: StrategyEvent) -> None:
        """Apply one of STRATEGY_EVENTS."""
        if isinstance(event, StrategyCreated):
            self._rows[event.strategy_id] = _new_row(event)
        row = self._rows[event.strategy_id]
        if isinstance(event, StrategyStateChanged):
            row["state"], row["cause"] = event.state.name, event.cause
        elif isinstance(event, StrategyParametersChanged):
            row["parameters"] = event.parameters
        elif isinstance(event, StrategyValued):
            for name in ("net_pnl", "unrealised_pnl", "max_drawdown", "volume", "gross_profit", "gross_loss"):
                row[f"{name}_e8"] = getattr(event, name)
            row["trades"], row["wins"] = event.trades, event.wins
        row["updated_ns"] = event.now_ns
        self._changed.add(event.strategy_id)

    def flush(self, connection: Connection) -> None:
        """Write changed rows."""
        upsert(connection, strategies, [self._rows[strategy_id] for strategy_id in sorted(self._changed)])
        self._changed.clear()


def _new_row(event: StrategyCreated) -> dict[str, Any]:
    amounts = ("net_pnl", "unrealised_pnl", "max_drawdown", "volume", "gross_profit", "gross_loss")
    return {
        "strategy_id": event.strategy_id,
        "name": event.name,
        "account_id": event.account_id,
        "state": StrategyState.STOPPED.name,
        "cause": "",
        "parameters": "{}",
        **{f"{name}_e8": 0 for name in amounts},
        "trades": 0,
        "wins": 0,
        "created_ns": event.now_ns,
    }
