"""Puts strategies to work: which run, on what, under which ids."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from cambist.application.strategy import Strategy
from cambist.application.strategy.deployment import Deployment
from cambist.bootstrap.desk import STRATEGIES_ACCOUNT
from cambist.protocols.snapshot import StrategyRow


def deploy(
    strategies: Mapping[str, type[Strategy]], symbols: Collection[str], known: Iterable[StrategyRow]
) -> list[Deployment]:
    """One deployment per name. A name that the engine knows keeps its id and account, a new one takes the next id and
    joins the others.
    """
    rows = {row.name: row for row in known}
    ids = {name: row.strategy_id for name, row in rows.items()}
    joined = max((row.account_id for row in rows.values()), default=STRATEGIES_ACCOUNT)
    deployments: list[Deployment] = []
    for name, author_class in strategies.items():
        strategy_id = ids.setdefault(name, max(ids.values(), default=0) + 1)
        strategy = author_class()
        deployments.append(
            Deployment(
                strategy=strategy,
                strategy_id=strategy_id,
                account_id=rows[name].account_id if name in rows else joined,
                name=name,
                symbols=symbols_of(strategy, symbols),
            )
        )
    return deployments


def symbols_of(strategy: Strategy, symbols: Collection[str]) -> tuple[str, ...] | None:
    """Of a strategy's symbols those that the market has; None where it has none of them: it will say so itself."""
    return tuple(symbol for symbol in strategy.symbols if symbol in symbols) or None
