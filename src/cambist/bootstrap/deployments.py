"""Puts strategies to work: which run, under which ids."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from cambist.application.strategy import Mode, Strategy
from cambist.application.strategy.deployment import Deployment
from cambist.bootstrap.desk import DESK_ACCOUNT
from cambist.protocols.snapshot import StrategyRow


def deploy(
    strategies: Mapping[str, type[Strategy]],
    symbols: Collection[str],
    known: Iterable[StrategyRow] = (),
    mode: Mode = Mode.SIMULATION,
) -> list[Deployment]:
    """One deployment per name. A name that the engine knows keeps its id, a new one takes the next.

    Of its symbols each is given those that the market has; without any it keeps its own, and says so when it starts.
    """
    ids = {row.name: row.strategy_id for row in known}
    next_id = max(ids.values(), default=0) + 1
    deployments: list[Deployment] = []
    for name, author_class in strategies.items():
        strategy = author_class()
        if traded := [symbol for symbol in strategy.symbols if symbol in symbols]:
            strategy.symbols = traded  # type: ignore[misc] - narrows this object's, not its class's
        if name not in ids:
            ids[name] = next_id
            next_id += 1
        deployments.append(
            Deployment(strategy=strategy, strategy_id=ids[name], account_id=DESK_ACCOUNT, name=name, mode=mode)
        )
    return deployments
