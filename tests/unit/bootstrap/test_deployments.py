"""Which account strategies trade in: one of their own, apart from orders by hand."""

from __future__ import annotations

from cambist.application.strategy import Strategy
from cambist.bootstrap.deployments import deploy
from cambist.bootstrap.desk import BY_HAND_ACCOUNT, STRATEGIES_ACCOUNT, desk_definitions
from cambist.bootstrap.settings import DeskSettings
from cambist.domain.commands import CreateStrategy, OpenAccount
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.protocols.snapshot import StrategyRow, decode_snapshot
from cambist.testing.builders import KernelDriver


class Idle(Strategy):
    """Does nothing."""

    symbols = ("BTCUSDT",)


def known_strategies(*created: CreateStrategy) -> list[StrategyRow]:
    """The rows of an engine with the desk's accounts and these strategies."""
    driver = KernelDriver(ReferenceKernel())
    driver.apply_all([*desk_definitions(DeskSettings()), *created])
    rows: list[StrategyRow] = decode_snapshot(driver.kernel.snapshot())[1][StrategyRow]
    return rows


def deployed(*created: CreateStrategy) -> dict[str, tuple[int, int]]:
    deployments = deploy({"a": Idle, "b": Idle}, ["BTCUSDT"], known_strategies(*created))
    return {each.name: (each.strategy_id, each.account_id) for each in deployments}


def test_the_desk_has_an_account_for_orders_by_hand_and_one_for_strategies() -> None:
    opened = [command for command in desk_definitions(DeskSettings()) if isinstance(command, OpenAccount)]
    assert [(each.account_id, each.name) for each in opened] == [
        (BY_HAND_ACCOUNT, "main"),
        (STRATEGIES_ACCOUNT, "strategies"),
    ]


def test_new_strategies_trade_in_their_own_account() -> None:
    assert deployed() == {"a": (1, STRATEGIES_ACCOUNT), "b": (2, STRATEGIES_ACCOUNT)}


def test_a_known_strategy_stays_where_it_traded_and_a_new_one_joins_it() -> None:
    known = CreateStrategy(strategy_id=7, account_id=BY_HAND_ACCOUNT, name="b")
    assert deployed(known) == {"a": (8, BY_HAND_ACCOUNT), "b": (7, BY_HAND_ACCOUNT)}
