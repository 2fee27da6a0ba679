"""Where the data of each channel comes from: the whole of it, and what changed since the last look.

Every method is called while the read model is held.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from cambist.application.control_plane.account_table import AccountRecord
from cambist.application.control_plane.account_view import view_scope
from cambist.application.control_plane.equity_series import EquityPoint
from cambist.application.control_plane.holding_view import view_holdings
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.risk_table import FIRM
from cambist.application.control_plane.risk_view import view_risk
from cambist.application.control_plane.session_view import view_session
from cambist.application.control_plane.watched import ChangeSet, Watched
from cambist.domain.durations import SECOND_NS
from cambist.presentation.http.services import Services
from cambist.presentation.http.shapes.account import account_shape, pnl_point_shape
from cambist.presentation.http.shapes.holding import holding_shape
from cambist.presentation.http.shapes.market import quote_shape
from cambist.presentation.http.shapes.risk import risk_shape
from cambist.presentation.http.shapes.session import session_shape
from cambist.presentation.http.shapes.stats import Stats, stats_shape
from cambist.presentation.http.shapes.strategy import strategy_shape
from cambist.presentation.http.shapes.trading import fill_shape, order_shape, position_shape

CLOSED_ORDERS = 50
FILLS = 200
PNL_POINTS = 600
STATS_PERIOD_NS = SECOND_NS


class Feed(Protocol):
    """The data behind one channel."""

    def snapshot(self) -> Any:
        """Everything, as it is."""

    def update(self) -> Any | None:
        """What changed since the last update, or None."""

    def close(self) -> None:
        """Stop watching."""


class Watch:
    """Change sets of several tables, looked at together."""

    def __init__(self, *tables: Watched[Any]) -> None:
        self._pairs: list[tuple[Watched[Any], ChangeSet[Any]]] = [(table, table.watch()) for table in tables]

    def take(self) -> list[Any]:
        """What changed in any of them, in the order of the tables."""
        return [key for _, changes in self._pairs for key in changes.take()]

    def close(self) -> None:
        """Stop watching all of them."""
        for table, changes in self._pairs:
            table.unwatch(changes)


class WholeFeed:
    """Sends everything again when anything it depends on changed."""

    def __init__(self, read: Callable[[], Any], *tables: Watched[Any]) -> None:
        self._read = read
        self._watch = Watch(*tables)

    def snapshot(self) -> Any:
        """Everything."""
        return self._read()

    def update(self) -> Any | None:
        """Everything, if anything changed."""
        return self._read() if self._watch.take() else None

    def close(self) -> None:
        """Stop watching."""
        self._watch.close()


class ListFeed:
    """Sends the rows that changed or came."""

    def __init__(
        self, table: Watched[Any], list_all: Callable[[], list[Any]], list_some: Callable[[Sequence[Any]], list[Any]]
    ) -> None:
        self._watch = Watch(table)
        self._list_all = list_all
        self._list_some = list_some

    def snapshot(self) -> list[Any]:
        """The rows a new subscriber sees."""
        return self._list_all()

    def update(self) -> list[Any] | None:
        """Changed rows."""
        keys = self._watch.take()
        return (self._list_some(keys) or None) if keys else None

    def close(self) -> None:
        """Stop watching."""
        self._watch.close()


class QuotesFeed:
    """Quotes by symbol."""

    def __init__(self, model: ReadModel) -> None:
        self._model = model
        self._watch = Watch(model.markets)

    def snapshot(self) -> dict[str, Any]:
        """All of them."""
        return self._quotes([instrument.instrument_id for instrument in self._model.instruments])

    def update(self) -> dict[str, Any] | None:
        """Those that changed."""
        return self._quotes(self._watch.take()) or None

    def close(self) -> None:
        """Stop watching."""
        self._watch.close()

    def _quotes(self, instrument_ids: Sequence[int]) -> dict[str, Any]:
        instruments = [self._model.instruments[instrument_id] for instrument_id in instrument_ids]
        return {
            instrument.symbol: quote_shape(instrument, self._model.markets[instrument.instrument_id].quote)
            for instrument in instruments
        }


class StrategiesFeed:
    """Strategies with their positions and orders."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._model = services.model
        self._states = Watch(self._model.strategies)
        self._activity = Watch(self._model.positions, self._model.orders)

    def snapshot(self) -> list[Any]:
        """All of them."""
        return [strategy_shape(self._model, self._services.strategies, strategy) for strategy in self._model.strategies]

    def update(self) -> list[Any] | None:
        """Those that moved, or whose orders or positions did."""
        changed = set(self._states.take()) | {self._strategy_of(key) for key in self._activity.take()}
        found = [strategy for strategy in self._model.strategies if strategy.strategy_id in changed]
        return [strategy_shape(self._model, self._services.strategies, strategy) for strategy in found] or None

    def close(self) -> None:
        """Stop watching."""
        self._states.close()
        self._activity.close()

    def _strategy_of(self, key: Any) -> int:
        """Of a position's key, or of an order's id; 0 by hand."""
        if isinstance(key, tuple):
            return int(key[1])
        order = self._model.orders.get(key)
        return order.strategy_id if order else 0


class StatsFeed:
    """Statistics, once a second of the wall."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._due_ns = 0

    def snapshot(self) -> Stats:
        """As they are."""
        services = self._services
        return stats_shape(services.model, services.monitor.status(), services.clock.now_ns())

    def update(self) -> Stats | None:
        """Where a second has passed."""
        now_ns = self._services.clock.monotonic_ns()
        if now_ns < self._due_ns:
            return None
        self._due_ns = now_ns + STATS_PERIOD_NS
        return self.snapshot()

    def close(self) -> None:
        """Watches nothing."""


def orders_feed(model: ReadModel) -> Feed:
    """Orders: open ones and the last that ended, then those that change."""

    def list_some(order_ids: Sequence[int]) -> list[Any]:
        orders = [model.orders.get(order_id) for order_id in order_ids]
        return [order_shape(model, order) for order in orders if order is not None]

    def list_all() -> list[Any]:
        return [order_shape(model, order) for order in (*model.orders.open(), *model.orders.last_closed(CLOSED_ORDERS))]

    return ListFeed(model.orders, list_all, list_some)


def fills_feed(model: ReadModel) -> Feed:
    """Fills as they happen."""
    return ListFeed(
        model.fills,
        lambda: [fill_shape(model, fill) for fill in model.fills.last(FILLS)],
        lambda fills: [fill_shape(model, fill) for fill in fills],
    )


def positions_feed(model: ReadModel) -> Feed:
    """Positions as they change and are valued."""
    return ListFeed(
        model.positions,
        lambda: [position_shape(model, position) for position in model.positions],
        lambda keys: [position_shape(model, model.positions[key]) for key in keys],
    )


def sessions_feed(model: ReadModel) -> Feed:
    """Sessions as they move from phase to phase and their auctions find prices."""

    def list_some(keys: Sequence[int]) -> list[Any]:
        found = [session for session in model.sessions if session.instrument_id in keys]
        return [session_shape(model, view_session(model, session)) for session in found]

    return ListFeed(model.sessions, lambda: list_some([each.instrument_id for each in model.sessions]), list_some)


def holdings_feed(model: ReadModel) -> Feed:
    """All holdings, whenever a balance or an order that may reserve some of it changed."""
    return WholeFeed(
        lambda: [holding_shape(model, view) for view in view_holdings(model)], model.holdings, model.orders
    )


def account_feed(model: ReadModel, account: AccountRecord | None) -> Feed:
    """One account, or the firm."""
    return WholeFeed(lambda: account_shape(view_scope(model, account)), model.accounts, model.positions, model.orders)


def risk_feed(model: ReadModel, account: AccountRecord | None) -> Feed:
    """Limits and their use, of one account or of the firm."""
    tables: list[Watched[Any]] = [model.risk, model.accounts, model.positions, model.orders, model.strategies]
    return WholeFeed(lambda: risk_shape(view_risk(model, account)), *tables)


def pnl_feed(model: ReadModel, account: AccountRecord | None) -> Feed:
    """The equity curve of one account, or of the firm."""
    account_id = account.account_id if account else FIRM

    def list_some(points: Sequence[EquityPoint]) -> list[Any]:
        """The firm has a point per account valued: of one instant, the last counts."""
        by_time = {point.ts_ns: point for point in points if point.account_id == account_id}
        return [pnl_point_shape(point) for point in by_time.values()]

    return ListFeed(model.equity, lambda: list_some(model.equity.last(account_id, PNL_POINTS)), list_some)
