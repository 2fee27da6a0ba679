"""An account, or the whole firm, as queries see it: all that follows from balances, positions and open orders."""

from __future__ import annotations

import msgspec

from cambist.application.control_plane.account_table import AccountRecord
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.risk_table import FIRM, FIRM_NAME
from cambist.domain.rounding import drawdown_ppm

_NOT_SUMMED = ("account_id", "name", "drawdown", "ts_ns")


class AccountView(msgspec.Struct, frozen=True, kw_only=True):
    """Money in 1e-8, drawdown in ppm, time of the engine in ns since epoch."""

    account_id: int
    name: str
    balance: int
    equity: int
    unrealised_pnl: int
    realised_pnl: int
    daily_pnl: int
    peak_equity: int
    drawdown: int
    position_notional: int
    order_notional: int
    margin_required: int
    open_orders: int
    ts_ns: int


def view_scope(model: ReadModel, account: AccountRecord | None) -> AccountView:
    """One account, or the firm where it is None. Call while reading the model."""
    return view_firm(model) if account is None else view_account(model, account)


def view_firm(model: ReadModel) -> AccountView:
    """Every account of the desk as one: sums, and the drawdown of the sums. Call while reading the model."""
    views = [view_account(model, account) for account in model.accounts]
    names = [name for name in AccountView.__struct_fields__ if name not in _NOT_SUMMED]
    sums = {name: sum(getattr(view, name) for view in views) for name in names}
    return AccountView(
        account_id=FIRM,
        name=FIRM_NAME,
        drawdown=_drawdown(sums["peak_equity"], sums["equity"]),
        ts_ns=model.activity.now_ns,
        **sums,
    )


def view_account(model: ReadModel, account: AccountRecord) -> AccountView:
    """Call while reading the model."""
    positions = model.positions.on_margin(account.account_id)
    unrealised = sum(position.unrealised_pnl for position in positions)
    equity = account.balance + unrealised
    position_notional = sum(position.notional for position in positions)
    order_notional = model.order_notional(account.account_id)
    limits = model.risk.limits(account.account_id)
    return AccountView(
        account_id=account.account_id,
        name=account.name,
        balance=account.balance,
        equity=equity,
        unrealised_pnl=unrealised,
        realised_pnl=sum(position.realised_pnl for position in positions),
        daily_pnl=equity - account.day_start_equity,
        peak_equity=account.peak_equity,
        drawdown=_drawdown(account.peak_equity, equity),
        position_notional=position_notional,
        order_notional=order_notional,
        margin_required=limits.margin(position_notional + order_notional),
        open_orders=sum(order.account_id == account.account_id for order in model.orders.open()),
        ts_ns=model.activity.now_ns,
    )


def _drawdown(peak_equity: int, equity: int) -> int:
    return drawdown_ppm(peak_equity, equity) if peak_equity > 0 else 0
