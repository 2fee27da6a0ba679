"""Limits beside what of them is used."""

from __future__ import annotations

import msgspec

from cambist.application.control_plane.account_table import AccountRecord
from cambist.application.control_plane.account_view import AccountView, view_account
from cambist.application.control_plane.position_table import PositionView
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.risk_table import FIRM, FIRM_NAME
from cambist.application.control_plane.strategy_table import StrategyRecord
from cambist.domain.durations import SECOND_NS
from cambist.domain.limits import Limits
from cambist.domain.rounding import MILLION
from cambist.domain.vocabulary import TradingState

ACCOUNT_SCOPE = "account"


class LimitUse(msgspec.Struct, frozen=True):
    """One limit. Units as in SetLimits, but leverage in ppm; `limit` 0 is none; `used` is None where only single orders
    are looked at.
    """

    scope: str
    """`account`, or the strategy's name."""
    account: str
    strategy: str | None
    """None: the account's own."""
    name: str
    limit: int
    used: int | None

    @property
    def use(self) -> int | None:
        """Used over limit in ppm."""
        return self.used * MILLION // self.limit if self.limit and self.used is not None else None


class AccountSwitch(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an account may trade: its own state, and the stricter of that and the firm's."""

    account: str
    trading_state: TradingState
    account_state: TradingState
    killed: bool
    """Whether its latch or the firm's is set."""


class StrategySwitch(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a strategy may send orders, apart from its life: its own state, and the strictest that counts for it."""

    strategy: str
    account: str
    trading_state: TradingState
    strategy_state: TradingState
    killed: bool
    """Whether its latch, its account's or the firm's is set."""


class Forbidden(msgspec.Struct, frozen=True, kw_only=True):
    """What an account may not trade."""

    account: str
    symbol: str


class RiskView(msgspec.Struct, frozen=True, kw_only=True):
    """What an account, or the whole firm, may do, and how much of it is done.

    Of the firm, `trading_state` and `killed` are those of its own switch, and `account_state` is the strictest of any
    account.
    """

    account: str
    trading_state: TradingState
    firm_state: TradingState
    account_state: TradingState
    killed: bool
    accounts: tuple[AccountSwitch, ...]
    strategies: tuple[StrategySwitch, ...]
    forbidden: tuple[Forbidden, ...]
    limits: tuple[LimitUse, ...]


def view_risk(model: ReadModel, account: AccountRecord | None) -> RiskView:
    """Of an account, or of the firm where it is None. Call while reading the model."""
    accounts = [account] if account else list(model.accounts)
    switches = tuple(_switch(model, each) for each in accounts)
    firm = model.risk.switch(FIRM)
    return RiskView(
        account=account.name if account else FIRM_NAME,
        trading_state=switches[0].trading_state if account else firm.state,
        firm_state=firm.state,
        account_state=max((switch.account_state for switch in switches), default=TradingState.ACTIVE),
        killed=switches[0].killed if account else firm.killed,
        accounts=switches,
        strategies=tuple(switch for each in accounts for switch in _strategy_switches(model, each)),
        forbidden=tuple(pair for each in accounts for pair in _forbidden(model, each)),
        limits=tuple(use for each in accounts for use in _uses(model, each)),
    )


def _switch(model: ReadModel, account: AccountRecord) -> AccountSwitch:
    return AccountSwitch(
        account=account.name,
        trading_state=model.risk.effective_state(account.account_id),
        account_state=model.risk.switch(account.account_id).state,
        killed=model.risk.is_killed(account.account_id),
    )


def _strategy_switches(model: ReadModel, account: AccountRecord) -> list[StrategySwitch]:
    key = account.account_id
    return [
        StrategySwitch(
            strategy=strategy.name,
            account=account.name,
            trading_state=model.risk.effective_state(key, strategy.strategy_id),
            strategy_state=model.risk.switch(key, strategy.strategy_id).state,
            killed=model.risk.is_killed(key, strategy.strategy_id),
        )
        for strategy in model.strategies
        if strategy.account_id == key
    ]


def _forbidden(model: ReadModel, account: AccountRecord) -> list[Forbidden]:
    symbols = [model.instruments[each].symbol for each in model.risk.forbidden(account.account_id)]
    return [Forbidden(account=account.name, symbol=symbol) for symbol in symbols]


def _uses(model: ReadModel, account: AccountRecord) -> list[LimitUse]:
    """An account's limits, then those of its strategies that have any."""
    uses = _account_uses(model, view_account(model, account))
    for strategy in model.strategies:
        limits = model.risk.limits(account.account_id, strategy.strategy_id)
        if strategy.account_id == account.account_id and limits != Limits():
            uses.extend(_strategy_uses(model, strategy, account.name, limits))
    return uses


def _account_uses(model: ReadModel, view: AccountView) -> list[LimitUse]:
    limits = model.risk.limits(view.account_id)
    exposure = view.position_notional + view.order_notional
    used = {
        "max_order_notional": None,
        "max_position_notional": _largest_position(model.positions.of_account(view.account_id)),
        "max_exposure_notional": exposure,
        "max_daily_loss": max(0, -view.daily_pnl),
        "max_drawdown": max(0, view.drawdown),
        "leverage": exposure * MILLION // view.equity if view.equity > 0 else None,
        "max_open_orders": view.open_orders,
        "max_orders_per_second": _orders_in_last_second(model, view.account_id, None),
    }
    return [
        LimitUse(ACCOUNT_SCOPE, view.name, None, name, _limit(limits, name), used[name])
        for name in Limits.__struct_fields__
    ]


def _strategy_uses(model: ReadModel, strategy: StrategyRecord, account: str, limits: Limits) -> list[LimitUse]:
    """Leverage and drawdown count for accounts only."""
    positions = model.positions.of_strategy(strategy.strategy_id)
    orders = model.order_notional(strategy.account_id, strategy.strategy_id)
    used = {
        "max_order_notional": None,
        "max_position_notional": _largest_position(positions),
        "max_exposure_notional": sum(position.notional for position in positions if not position.is_spot) + orders,
        "max_daily_loss": max(0, strategy.day_start_pnl - strategy.pnl),
        "max_open_orders": sum(order.strategy_id == strategy.strategy_id for order in model.orders.open()),
        "max_orders_per_second": _orders_in_last_second(model, strategy.account_id, strategy.strategy_id),
    }
    return [
        LimitUse(strategy.name, account, strategy.name, name, getattr(limits, name), value)
        for name, value in used.items()
    ]


def _limit(limits: Limits, name: str) -> int:
    return limits.leverage * MILLION if name == "leverage" else int(getattr(limits, name))


def _largest_position(positions: list[PositionView]) -> int:
    return max((position.notional for position in positions), default=0)


def _orders_in_last_second(model: ReadModel, account_id: int, strategy_id: int | None) -> int:
    since_ns = model.activity.now_ns - SECOND_NS
    count = 0
    for order in model.orders.newest_first():
        if order.created_ns <= since_ns:
            break
        count += order.account_id == account_id and strategy_id in (None, order.strategy_id)
    return count
