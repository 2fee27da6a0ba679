"""From a channel's name to its feed."""

from __future__ import annotations

from collections.abc import Callable

from cambist.application.control_plane.account_table import AccountRecord
from cambist.application.control_plane.directory import shown
from cambist.application.control_plane.market_table import INTERVALS_NS, InstrumentMarket
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.domain.instrument import Instrument
from cambist.domain.reasons import Reason
from cambist.presentation.http.services import Services
from cambist.presentation.http.stream.book_feeds import AnalyticsFeed, LevelFeed, OrderFeed, TopFeed
from cambist.presentation.http.stream.feeds import (
    Feed,
    QuotesFeed,
    StatsFeed,
    StrategiesFeed,
    account_feed,
    fills_feed,
    holdings_feed,
    orders_feed,
    pnl_feed,
    positions_feed,
    risk_feed,
    sessions_feed,
)
from cambist.presentation.http.stream.market_feeds import BookFeed, candles_feed, trades_feed

_BY_SCOPE: dict[str, Callable[[ReadModel, AccountRecord | None], Feed]] = {
    "account": account_feed,
    "pnl": pnl_feed,
    "risk": risk_feed,
}
_BY_MODEL: dict[str, Callable[[ReadModel], Feed]] = {
    "orders": orders_feed,
    "fills": fills_feed,
    "positions": positions_feed,
    "quotes": QuotesFeed,
    "sessions": sessions_feed,
    "holdings": holdings_feed,
}
_BY_SERVICES: dict[str, Callable[[Services], Feed]] = {"strategies": StrategiesFeed, "stats": StatsFeed}
_BY_MARKET: dict[str, Callable[[Instrument, InstrumentMarket], Feed]] = {
    "book": BookFeed,
    "trades": trades_feed,
    "l1": TopFeed,
    "l2": LevelFeed,
    "l3": OrderFeed,
    "analytics": AnalyticsFeed,
}


def open_feed(services: Services, name: str) -> Feed | Refusal:
    """A feed that watches from now on. Call while reading the model."""
    if name in _BY_MODEL:
        return _BY_MODEL[name](services.model)
    if name in _BY_SERVICES:
        return _BY_SERVICES[name](services)
    kind, dot, account = name.partition(".")
    if kind in _BY_SCOPE:
        scope = services.directory.scope(account if dot else None)
        return _unknown(name) if isinstance(scope, Refusal) else _BY_SCOPE[kind](services.model, scope)
    return _market_feed(services.model, name)


def _market_feed(model: ReadModel, name: str) -> Feed | Refusal:
    kind, _, rest = name.partition(".")
    symbol, _, interval = rest.rpartition(".") if kind == "candles" else (rest, "", "")
    instrument = model.instruments.by_symbol(symbol)
    if instrument is None or instrument.symbol != symbol:
        return _unknown(name)
    market = model.markets[instrument.instrument_id]
    if kind == "l3" and not instrument.is_internal:
        return refusal(Reason.UNKNOWN_CHANNEL, f"The orders of {symbol} are not known: its venue tells levels only.")
    if kind in _BY_MARKET:
        return _BY_MARKET[kind](instrument, market)
    if kind == "candles" and interval in INTERVALS_NS:
        return candles_feed(instrument, market, INTERVALS_NS[interval])
    return _unknown(name)


def _unknown(name: str) -> Refusal:
    return refusal(Reason.UNKNOWN_CHANNEL, f"There is no channel {shown(name)}.")
