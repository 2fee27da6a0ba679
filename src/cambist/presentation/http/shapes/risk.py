"""Limits, their use, and the trading state."""

from __future__ import annotations

import msgspec

from cambist.application.control_plane import risk_view
from cambist.application.control_plane.risk_view import LimitUse, RiskView
from cambist.domain.grid import e8_text
from cambist.presentation.http.shapes.text import fraction_text

_COUNTS = ("max_open_orders", "max_orders_per_second")
_RATIOS = ("max_drawdown", "leverage")


class Limit(msgspec.Struct, kw_only=True):
    """One limit of a scope: null for none, use as a fraction of it."""

    scope: str
    account: str
    strategy: str | None
    name: str
    limit: str | None
    used: str | None
    use: str | None


class AccountSwitch(msgspec.Struct, kw_only=True):
    """Whether an account may trade. `trading_state` is the stricter of the firm's and its own."""

    account: str
    trading_state: str
    account_state: str
    killed: bool


class StrategySwitch(msgspec.Struct, kw_only=True):
    """Whether a strategy may send orders. `trading_state` is the strictest of the firm's, its account's and its own."""

    strategy: str
    account: str
    trading_state: str
    strategy_state: str
    killed: bool


class Forbidden(msgspec.Struct, kw_only=True):
    """What an account may not trade."""

    account: str
    symbol: str


class Risk(msgspec.Struct, kw_only=True):
    """What an account may do: `trading_state` is the stricter of the firm's and its own, `killed` is either's latch.

    Of the firm: its own state and latch, and as `account_state` the strictest of any account.
    """

    account: str
    trading_state: str
    firm_state: str
    account_state: str
    killed: bool
    accounts: list[AccountSwitch]
    strategies: list[StrategySwitch]
    forbidden: list[Forbidden]
    limits: list[Limit]


def risk_shape(view: RiskView) -> Risk:
    """A risk view."""
    return Risk(
        account=view.account,
        trading_state=view.trading_state.name,
        firm_state=view.firm_state.name,
        account_state=view.account_state.name,
        killed=view.killed,
        accounts=[_switch(switch) for switch in view.accounts],
        strategies=[_strategy_switch(switch) for switch in view.strategies],
        forbidden=[Forbidden(account=pair.account, symbol=pair.symbol) for pair in view.forbidden],
        limits=[_limit(use) for use in view.limits],
    )


def _switch(switch: risk_view.AccountSwitch) -> AccountSwitch:
    return AccountSwitch(
        account=switch.account,
        trading_state=switch.trading_state.name,
        account_state=switch.account_state.name,
        killed=switch.killed,
    )


def _strategy_switch(switch: risk_view.StrategySwitch) -> StrategySwitch:
    return StrategySwitch(
        strategy=switch.strategy,
        account=switch.account,
        trading_state=switch.trading_state.name,
        strategy_state=switch.strategy_state.name,
        killed=switch.killed,
    )


def _limit(use: LimitUse) -> Limit:
    return Limit(
        scope=use.scope,
        account=use.account,
        strategy=use.strategy,
        name=use.name,
        limit=limit_text(use.name, use.limit) if use.limit else None,
        used=limit_text(use.name, use.used) if use.used is not None else None,
        use=fraction_text(use.use) if use.use is not None else None,
    )


def limit_text(name: str, value: int) -> str:
    """A limit's number in the unit of its name."""
    if name in _COUNTS:
        return str(value)
    return fraction_text(value) if name in _RATIOS else e8_text(value)
