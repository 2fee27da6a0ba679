"""An account as queries see it: everything that follows from its balance, positions and open orders."""

from __future__ import annotations

import msgspec

from cambist.application.control_plane.account_table import AccountRecord
from cambist.application.control_plane.read_model import ReadModel
from cambist.domain.rounding import drawdown_ppm


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


def view_account(model: ReadModel, account: AccountRecord) -> AccountView:
    """Call while reading the model."""
    positions = model.positions.of_account(account.account_id)
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
        drawdown=drawdown_ppm(account.peak_equity, equity) if account.peak_equity > 0 else 0,
        position_notional=position_notional,
        order_notional=order_notional,
        margin_required=limits.margin(position_notional + order_notional),
        open_orders=sum(order.account_id == account.account_id for order in model.orders.open()),
        ts_ns=model.activity.now_ns,
    )
