"""The History of a process that serves before the projector has made its tables: empty at first, then the real one.

The first order must not wait for SQL to be imported and migrated; what it would find there is empty then anyway.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from cambist.application.ports.history import FillView, History, OrderFilter, OrderView
from cambist.domain.vocabulary import StrategyState


class LateHistory:
    """Implements History."""

    def __init__(self, open_history: Callable[[], History], ready: threading.Event) -> None:
        self._open_history = open_history
        self._ready = ready
        self._lock = threading.Lock()
        self._history: History | None = None

    def order(self, order_id: int) -> OrderView | None:
        """One order by id."""
        history = self._present()
        return history.order(order_id) if history else None

    def order_by_client_id(self, account_id: int, client_order_id: str) -> OrderView | None:
        """The newest order under a client id."""
        history = self._present()
        return history.order_by_client_id(account_id, client_order_id) if history else None

    def orders(self, wanted: OrderFilter) -> Sequence[OrderView]:
        """Orders newest first."""
        history = self._present()
        return history.orders(wanted) if history else ()

    def fills(self, wanted: OrderFilter) -> Sequence[FillView]:
        """Fills newest first."""
        history = self._present()
        return history.fills(wanted) if history else ()

    def strategy_causes(self) -> Mapping[int, tuple[StrategyState, str]]:
        """By strategy_id: the last state, and why it came to it."""
        history = self._present()
        return history.strategy_causes() if history else {}

    def equity_series(self, account_id: int, since_ns: int, limit: int) -> Sequence[tuple[int, int, int]]:
        """(ts_ns, equity, balance) in 1e-8, oldest first."""
        history = self._present()
        return history.equity_series(account_id, since_ns, limit) if history else ()

    def _present(self) -> History | None:
        """The tables, once they can be read."""
        if self._history is None and self._ready.is_set():
            with self._lock:
                self._history = self._history or self._open_history()
        return self._history
