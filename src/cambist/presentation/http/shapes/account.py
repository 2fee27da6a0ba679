"""Accounts and their equity curve."""

from __future__ import annotations

import msgspec

from cambist.application.control_plane.account_view import AccountView
from cambist.application.control_plane.equity_series import EquityPoint
from cambist.domain.grid import e8_text
from cambist.presentation.http.shapes.text import fraction_text, ratio_text


class Account(msgspec.Struct, kw_only=True):
    """An account of the desk, or the firm, in the quote asset."""

    account: str
    balance: str
    equity: str
    unrealised_pnl: str
    realised_pnl: str
    daily_pnl: str
    peak_equity: str
    drawdown: str
    position_notional: str
    order_notional: str
    margin_required: str
    margin_ratio: str | None
    open_orders: int
    time: str


class PnlPoint(msgspec.Struct, kw_only=True):
    """Equity at one time, and what the day has brought until then."""

    time: str
    equity: str
    pnl: str


def account_shape(view: AccountView) -> Account:
    """An account."""
    return Account(
        account=view.name,
        balance=e8_text(view.balance),
        equity=e8_text(view.equity),
        unrealised_pnl=e8_text(view.unrealised_pnl),
        realised_pnl=e8_text(view.realised_pnl),
        daily_pnl=e8_text(view.daily_pnl),
        peak_equity=e8_text(view.peak_equity),
        drawdown=fraction_text(view.drawdown),
        position_notional=e8_text(view.position_notional),
        order_notional=e8_text(view.order_notional),
        margin_required=e8_text(view.margin_required),
        margin_ratio=ratio_text(view.equity, view.margin_required),
        open_orders=view.open_orders,
        time=str(view.ts_ns),
    )


def pnl_point_shape(point: EquityPoint) -> PnlPoint:
    """A point of the curve."""
    return PnlPoint(time=str(point.ts_ns), equity=e8_text(point.equity), pnl=e8_text(point.pnl))
