"""Everything queries answer from, kept up to date from commits.

The engine's thread only queues a commit; whoever reads applies what is queued first. A host tells its listeners
before it resolves futures, so a read after a command's answer shows its effect. All parts are guarded by one lock:
read them through `reading()`.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cambist.application.control_plane.account_table import AccountTable
from cambist.application.control_plane.activity import Activity
from cambist.application.control_plane.circuit_breaker_table import CircuitBreakerTable
from cambist.application.control_plane.command_gateway import rejection
from cambist.application.control_plane.equity_series import EquitySeries
from cambist.application.control_plane.fill_log import FillLog
from cambist.application.control_plane.holding_table import HoldingTable
from cambist.application.control_plane.instrument_table import InstrumentTable
from cambist.application.control_plane.market_table import MarketTable
from cambist.application.control_plane.order_table import OrderTable
from cambist.application.control_plane.participant_table import ParticipantTable
from cambist.application.control_plane.position_table import PositionTable
from cambist.application.control_plane.quote_table import QuoteTable
from cambist.application.control_plane.risk_table import RiskTable
from cambist.application.control_plane.session_table import SessionTable
from cambist.application.control_plane.strategy_table import StrategyTable
from cambist.application.control_plane.trade_table import TradeTable
from cambist.application.ports.engine_host import Commit, Receipt
from cambist.domain import events as facts
from cambist.domain import participant_events as told
from cambist.domain.commands import MarketUpdate, ReplaceOrder, VenueReport
from cambist.domain.durations import DAY_NS
from cambist.domain.events import PositionChanged, PositionClosed, PositionOpened
from cambist.domain.message import Event
from cambist.domain.session_events import CircuitBreakerChanged, CircuitBreakerTripped
from cambist.domain.vocabulary import ReportKind

_QUEUED_COMMITS_MAX = 4_096
"""Beyond it the engine's thread applies them itself: memory stays bounded while nobody reads."""
_REFUSALS_FROM_OUTSIDE = (ReportKind.CANCEL_REJECTED, ReportKind.REPLACE_REJECTED)


class ReadModel:
    """The tables, and the one place that feeds them."""

    def __init__(self) -> None:
        self.instruments = InstrumentTable()
        self.orders = OrderTable()
        self.fills = FillLog()
        self.positions = PositionTable(self.instruments)
        self.accounts = AccountTable()
        self.holdings = HoldingTable()
        self.quotes = QuoteTable()
        self.participants = ParticipantTable()
        self.trades = TradeTable()
        self.strategies = StrategyTable()
        self.risk = RiskTable()
        self.markets = MarketTable(self.instruments)
        self.sessions = SessionTable()
        self.circuit_breaker = CircuitBreakerTable()
        self.equity = EquitySeries()
        self.activity = Activity()
        self._day = 0
        self._queue: deque[Commit] = deque()
        self._lock = threading.RLock()
        self._handlers = self._handler_by_event()

    def on_commit(self, commit: Commit) -> None:
        """The listener for the engine's host."""
        self._queue.append(commit)
        if len(self._queue) > _QUEUED_COMMITS_MAX:
            with self.reading():
                pass

    @contextmanager
    def reading(self) -> Iterator[ReadModel]:
        """Everything committed so far, standing still while the block runs. Any thread."""
        with self._lock:
            while self._queue:
                self._apply(self._queue.popleft())
            yield self

    def start_at(self, now_ns: int, sequence: int) -> None:
        """Engine time and sequence that the restored tables stand for."""
        self.activity.now_ns = now_ns
        self.activity.sequence = sequence
        self._day = now_ns // DAY_NS

    def order_notional(self, account_id: int, strategy_id: int | None = None) -> int:
        """What the open orders of a scope are worth at the gate's prices, in 1e-8."""
        return sum(
            self.orders.gate_price(order.order_id)
            * (order.qty - order.filled_qty)
            * self.instruments[order.instrument_id].unit_value
            for order in self.orders.open()
            if order.account_id == account_id
            and strategy_id in (None, order.strategy_id)
            and not self.instruments[order.instrument_id].is_spot
        )

    def _apply(self, commit: Commit) -> None:
        for receipt in commit.receipts:
            self._apply_receipt(receipt)
        for data in commit.market:
            self.markets.on_market(data)
        self.markets.end_update(commit.now_ns)
        self.activity.on_commit(commit)

    def _apply_receipt(self, receipt: Receipt) -> None:
        """Timers fire before their command applies, so an outside price counts after the events."""
        command = receipt.command
        day = command.now_ns // DAY_NS
        if day != self._day:
            if self._day:
                self._begin_day()
            self._day = day
        self.markets.feed.begin(command)
        for event in receipt.events:
            handler = self._handlers.get(type(event))
            if handler is not None:
                handler(event)
        self.markets.end_update(command.now_ns)
        if isinstance(command, MarketUpdate):
            if not rejection(receipt):
                self.markets.on_update(command)
        elif isinstance(command, VenueReport) and command.report in _REFUSALS_FROM_OUTSIDE:
            self._on_refused_by_venue(command, receipt)
        elif isinstance(command, ReplaceOrder):
            self._on_amendment(command, receipt)

    def _on_refused_by_venue(self, command: VenueReport, receipt: Receipt) -> None:
        if any(isinstance(event, facts.CancelRejected | facts.ReplaceRejected) for event in receipt.events):
            self.orders.on_request_refused(command.order_id, command.now_ns)

    def _on_amendment(self, command: ReplaceOrder, receipt: Receipt) -> None:
        if not any(isinstance(event, facts.ReplaceRejected) for event in receipt.events):
            self.orders.on_amended(command.order_id, command.account_id, command.client_order_id, command.price)

    def _handler_by_event(self) -> dict[type[Event], Callable[[Any], None]]:
        orders, strategies, risk, feed = self.orders, self.strategies, self.risk, self.markets.feed
        return {
            facts.InstrumentDefined: self._on_instrument,
            facts.PhaseChanged: _each(self.instruments.on_phase, self.markets.on_phase, self.sessions.on_phase),
            facts.AccountOpened: _each(self.accounts.on_opened, self.participants.on_opened),
            facts.FeesChanged: self.participants.on_fees,
            facts.BalanceChanged: self.accounts.on_balance,
            facts.AccountValued: self._on_account_valued,
            facts.OrderSubmitted: self._on_submitted,
            facts.OrderDenied: self._on_denied,
            facts.OrderInstructed: orders.on_instructed,
            facts.OrderAccepted: _each(orders.on_accepted, feed.on_accepted),
            facts.OrderRejected: self._ending(orders.on_rejected),
            facts.OrderFilled: _each(self._on_filled, feed.on_filled),
            facts.OrderCanceled: _each(self._ending(orders.on_canceled), feed.on_ended),
            facts.OrderExpired: _each(self._ending(orders.on_expired), feed.on_ended),
            facts.OrderReplaced: _each(orders.on_replaced, feed.on_replaced),
            facts.OrderSuspended: _each(orders.on_suspended, feed.on_suspended),
            facts.OrderReleased: _each(self._on_released, feed.on_released),
            facts.OrderTriggered: _each(orders.on_triggered, feed.on_triggered),
            facts.CancelSubmitted: orders.on_cancel_submitted,
            facts.ReplaceSubmitted: orders.on_replace_submitted,
            facts.PositionOpened: self._on_position,
            facts.PositionChanged: self._on_position,
            facts.PositionClosed: self._on_position,
            facts.Trade: _each(self.markets.on_trade, self.trades.on_trade),
            facts.BookDelta: self.markets.on_delta,
            facts.LimitsChanged: risk.set_limits,
            facts.TradingStateChanged: risk.on_state,
            facts.SymbolPermissionChanged: risk.on_permission,
            facts.LimitBreached: self.activity.on_breach,
            facts.StrategyCreated: strategies.on_created,
            facts.StrategyStateChanged: strategies.on_state,
            facts.StrategyParametersChanged: strategies.on_parameters,
            facts.StrategyValued: strategies.on_valued,
            CircuitBreakerChanged: self._on_circuit_breaker,
            CircuitBreakerTripped: self.circuit_breaker.on_tripped,
            facts.AssetDefined: self.holdings.define,
            facts.HoldingChanged: self.holdings.on_changed,
            **self.sessions.handlers(),
            **self._participant_handlers(),
        }

    def _participant_handlers(self) -> dict[type[Event], Callable[[Any], None]]:
        participants = self.participants
        return {
            told.CancelOnDisconnectChanged: participants.on_armed,
            facts.SelfTradePreventionChanged: participants.on_self_trade,
            told.ThrottleChanged: participants.on_throttle,
            told.FeeTiersChanged: participants.on_tiers,
            told.FeeTierReached: participants.on_tier,
            told.MarketMakerProtectionChanged: participants.on_protection,
            told.ProtectionTriggered: participants.on_pulled,
            told.ProtectionReset: participants.on_reset,
            told.QuoteAccepted: self._on_quote,
            told.TradeBusted: self.trades.on_busted,
            told.TradeCorrected: self.trades.on_corrected,
            told.FillAdjusted: self._on_adjusted,
        }

    def _on_instrument(self, event: facts.InstrumentDefined) -> None:
        self.instruments.define(event)
        self.markets.open(event.instrument_id)
        self.sessions.open(event)

    def _on_circuit_breaker(self, event: CircuitBreakerChanged) -> None:
        self.circuit_breaker.on_changed(event)
        self.sessions.on_market_open()

    def _on_submitted(self, event: facts.OrderSubmitted) -> None:
        self.orders.on_submitted(event, self.markets.mark_price(event.instrument_id))
        self.activity.on_order(event)

    def _on_released(self, event: facts.OrderReleased) -> None:
        self.orders.on_released(event, self.markets.mark_price(event.instrument_id))

    def _on_denied(self, event: facts.OrderDenied) -> None:
        self.orders.on_denied(event)
        self.quotes.on_order_ended(event.order_id)
        self.activity.on_order(event)

    def _ending(self, end: Callable[[Any], None]) -> Callable[[Any], None]:
        """Members' orders end too, but only those of the desk are kept and counted."""

        def on_end(event: facts.OrderRejected | facts.OrderCanceled | facts.OrderExpired) -> None:
            if self.orders.get(event.order_id) is not None:
                end(event)
                self.quotes.on_order_ended(event.order_id)
                self.activity.on_order(event)

        return on_end

    def _on_filled(self, event: facts.OrderFilled) -> None:
        if self.accounts.get(event.account_id) is None:
            return
        self.orders.on_filled(event)
        self.fills.on_filled(event)
        self.positions.on_filled(event)
        self.activity.on_order(event)
        if event.leaves_qty == 0:
            self.quotes.on_order_ended(event.order_id)

    def _on_adjusted(self, event: told.FillAdjusted) -> None:
        if self.accounts.get(event.account_id) is not None:
            self.fills.on_adjusted(event)
            self.positions.on_adjusted(self.markets.mark_price(event.instrument_id))

    def _on_quote(self, event: told.QuoteAccepted) -> None:
        if self.accounts.get(event.account_id) is not None:
            self.quotes.put(event)

    def _on_position(self, event: PositionOpened | PositionChanged | PositionClosed) -> None:
        self.positions.on_position(event)
        self.accounts.on_position(event, event.balance + self._unrealised_pnl(event.account_id))

    def _on_account_valued(self, event: facts.AccountValued) -> None:
        self.positions.value(event.account_id, self.markets.mark_price)
        self.accounts.on_valued(event)
        self.equity.on_valued(event)
        equities = [account.balance + self._unrealised_pnl(account.account_id) for account in self.accounts]
        began = sum(account.day_start_equity for account in self.accounts)
        self.equity.on_firm_valued(event.now_ns, sum(equities), sum(equities) - began)

    def _begin_day(self) -> None:
        self.strategies.begin_day()
        self.circuit_breaker.begin_day()
        self.sessions.on_market_open()
        for account in self.accounts:
            self.accounts.begin_day(account.account_id, account.balance + self._unrealised_pnl(account.account_id))

    def _unrealised_pnl(self, account_id: int) -> int:
        return sum(position.unrealised_pnl for position in self.positions.on_margin(account_id))


def _each(*handlers: Callable[[Any], None]) -> Callable[[Any], None]:
    """Tell several tables of one event."""

    def tell(event: Event) -> None:
        for handler in handlers:
            handler(event)

    return tell
