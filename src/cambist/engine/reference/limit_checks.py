"""The checks of the gate that compare an intent with filters and limits (docs/engine.md section 4, steps 6 to 8)."""

from __future__ import annotations

from cambist.domain.reasons import Reason
from cambist.domain.widths import MAX_I64
from cambist.engine.reference.intent import Intent


def filter_reason(intent: Intent) -> Reason:
    """The first filter of the instrument that an intent misses, else NONE."""
    instrument = intent.market.instrument
    if intent.notional > MAX_I64:
        return Reason.NOTIONAL_OVERFLOW
    if intent.total_qty > instrument.max_order_qty:
        return Reason.ORDER_QTY_LIMIT
    if intent.notional < instrument.min_notional and not intent.is_reduce_only:
        return Reason.MIN_NOTIONAL
    if intent.limit_price and not intent.market.band.holds(intent.limit_price):
        return Reason.PRICE_BAND
    return Reason.NONE


def limit_reason(intent: Intent, *, is_new: bool) -> Reason:
    """The first limit that an intent exceeds, else NONE. Each is asked of the strategy first, then of the account."""
    return (
        _order_notional_reason(intent)
        or (open_orders_reason(intent) if is_new else Reason.NONE)
        or (Reason.NONE if intent.is_reduce_only else _risk_reason(intent))
    )


def _order_notional_reason(intent: Intent) -> Reason:
    for scope in intent.scopes:
        if 0 < scope.effective_limits.max_order_notional < intent.notional:
            return Reason.ORDER_NOTIONAL_LIMIT
    return Reason.NONE


def open_orders_reason(intent: Intent) -> Reason:
    """OPEN_ORDERS_LIMIT where one more is too many, else NONE."""
    for scope in intent.scopes:
        if 0 < scope.effective_limits.max_open_orders < scope.exposure.open_orders + 1:
            return Reason.OPEN_ORDERS_LIMIT
    return Reason.NONE


def _risk_reason(intent: Intent) -> Reason:
    """What an order that may grow the risk must pass."""
    return (
        _position_reason(intent)
        or (Reason.NONE if intent.market.instrument.is_spot else _leverage_reason(intent))
        or _daily_loss_reason(intent)
        or (Reason.DRAWDOWN_LIMIT if intent.account.exceeds_drawdown() else Reason.NONE)
    )


def _leverage_reason(intent: Intent) -> Reason:
    """Rule spot.no-margin: what is paid for at once is not asked."""
    return _exposure_reason(intent) or _margin_reason(intent)


def _position_reason(intent: Intent) -> Reason:
    after = abs(intent.position_after)
    if after <= abs(intent.position_qty):
        return Reason.NONE
    notional = intent.market.instrument.value(intent.gate_price, after)
    for scope in intent.scopes:
        if 0 < scope.effective_limits.max_position_notional < notional:
            return Reason.POSITION_LIMIT
    return Reason.NONE


def _exposure_reason(intent: Intent) -> Reason:
    added = intent.notional - intent.freed_notional
    for scope in intent.scopes:
        if 0 < scope.effective_limits.max_exposure_notional < scope.exposure.notional + added:
            return Reason.EXPOSURE_LIMIT
    return Reason.NONE


def _margin_reason(intent: Intent) -> Reason:
    account = intent.account
    after = account.exposure.notional + intent.notional - intent.freed_notional
    enough = account.effective_limits.margin(after) <= account.equity
    return Reason.NONE if enough else Reason.INSUFFICIENT_MARGIN


def _daily_loss_reason(intent: Intent) -> Reason:
    breached = any(scope.exceeds_daily_loss() for scope in intent.scopes)
    return Reason.DAILY_LOSS_LIMIT if breached else Reason.NONE
