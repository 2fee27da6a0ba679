"""Limits, trading state and the kill switch."""

from __future__ import annotations

from litestar import get, post, put
from litestar.params import JSONBody

from cambist.domain import vocabulary
from cambist.presentation.http.problem import granted
from cambist.presentation.http.requests import KillBody, LimitsBody, SymbolPermissionBody, TradingStateBody
from cambist.presentation.http.routes.parameters import Injected, OptionalText
from cambist.presentation.http.shapes.risk import Risk, risk_shape


@get("/risk", sync_to_thread=False, summary="Read limits and their use", tags=["risk"])
def read_risk(services: Injected, account: OptionalText = None) -> Risk:
    """Of the whole firm, account by account, where none is named."""
    return risk_shape(granted(services.risk.risk(account)))


@put("/risk/limits", summary="Change limits", tags=["risk"])
async def change_limits(data: JSONBody[LimitsBody], services: Injected) -> Risk:
    """Only those named change; null takes a limit away. Without an account: of the strategy's, else of the first."""
    return risk_shape(granted(await services.risk.set_limits(data.account, data.strategy, data.changes())))


@put("/risk/symbols", summary="Allow or forbid a symbol", tags=["risk"])
async def change_symbol_permission(data: JSONBody[SymbolPermissionBody], services: Injected) -> Risk:
    """New orders of the account for a forbidden symbol are denied; those that are open stay."""
    return risk_shape(
        granted(await services.risk.set_symbol_permission(data.account, data.symbol, is_allowed=data.allowed))
    )


@post("/risk/trading-state", status_code=200, summary="Set the trading state", tags=["risk"])
async def change_trading_state(data: JSONBody[TradingStateBody], services: Injected) -> Risk:
    """Of the firm where neither account nor strategy is named. HALTED cancels open orders."""
    state = vocabulary.TradingState[data.state]
    return risk_shape(granted(await services.risk.set_trading_state(data.account, data.strategy, state, data.cause)))


@post("/risk/kill", status_code=200, summary="Engage the kill switch", tags=["risk"])
async def kill(data: JSONBody[KillBody], services: Injected) -> Risk:
    """Of a strategy, an account or the firm: cancels everything, halts trading, and keeps it halted until the reset."""
    return risk_shape(granted(await services.risk.kill(data.account, data.strategy, data.cause)))


@post("/risk/kill/reset", status_code=200, summary="Reset the kill switch", tags=["risk"])
async def reset_kill(data: JSONBody[KillBody], services: Injected) -> Risk:
    """Trading stays HALTED until its state is set."""
    return risk_shape(granted(await services.risk.reset_kill(data.account, data.strategy, data.cause)))


HANDLERS = [read_risk, change_limits, change_symbol_permission, change_trading_state, kill, reset_kill]
