"""Writes down what one strategy did, commit by commit."""

from __future__ import annotations

from cambist.application.ports.engine_host import Commit
from cambist.domain.events import (
    AccountValued,
    InstrumentDefined,
    OrderDenied,
    OrderFilled,
    OrderRejected,
    OrderSubmitted,
    StrategyStateChanged,
)
from cambist.domain.instrument import Instrument
from cambist.domain.message import Event
from cambist.domain.vocabulary import StrategyState


class Recorder:
    """A commit listener. Amounts are the engine's integers."""

    def __init__(self, strategy_id: int, account_id: int) -> None:
        self._strategy_id = strategy_id
        self._account_id = account_id
        self.instruments: dict[int, Instrument] = {}
        self.orders: dict[int, OrderSubmitted] = {}
        self.denied: list[OrderDenied] = []
        self.rejected = 0
        self.fills: list[OrderFilled] = []
        self.equity: list[tuple[int, int]] = []
        """(ns since epoch, equity in 1e-8), once per second while it changes."""
        self.errors: list[str] = []
        self.commands = 0
        self.events = 0
        self.now_ns = 0

    def on_commit(self, commit: Commit) -> None:
        """Take a commit in."""
        self.now_ns = commit.now_ns
        self.commands += len(commit.receipts)
        for receipt in commit.receipts:
            self.events += len(receipt.events)
            for event in receipt.events:
                self._on_event(event)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, OrderSubmitted):
            if event.strategy_id == self._strategy_id:
                self.orders[event.order_id] = event
        elif isinstance(event, OrderFilled):
            if event.strategy_id == self._strategy_id:
                self.fills.append(event)
        elif isinstance(event, OrderDenied):
            if event.strategy_id == self._strategy_id:
                self.denied.append(event)
        elif isinstance(event, OrderRejected):
            self.rejected += event.order_id in self.orders
        elif isinstance(event, AccountValued):
            if event.account_id == self._account_id:
                self.equity.append((event.now_ns, event.equity))
        elif isinstance(event, InstrumentDefined):
            self.instruments[event.instrument_id] = Instrument.from_definition(event)
        elif isinstance(event, StrategyStateChanged) and event.state is StrategyState.ERROR:
            self.errors.append(event.cause)
