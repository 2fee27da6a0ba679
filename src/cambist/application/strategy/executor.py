"""Carries all strategies: keeps what they see up to date, tells them, and collects what they ask.

Within one command's events the views are updated first and hooks are called after, in the order of the events and of
the strategies: a hook sees the state after the command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from cambist.application.ports.engine_host import Receipt
from cambist.application.ports.engine_monitor import HookTimes
from cambist.application.strategy.background import Background
from cambist.application.strategy.book import LevelChange, TopOfBook
from cambist.application.strategy.deployment import Deployment
from cambist.application.strategy.desk import DeskServices
from cambist.application.strategy.engine_clock import EngineClock
from cambist.application.strategy.fill import Fill
from cambist.application.strategy.holdings import Holdings
from cambist.application.strategy.interest import Interest
from cambist.application.strategy.market_state import MarketState
from cambist.application.strategy.order_handle import OrderHandle
from cambist.application.strategy.parameters import canonical_json, present_values
from cambist.application.strategy.prints import Candle, Print
from cambist.application.strategy.quote_hooks import QUOTE_EVENTS, QuoteHooks
from cambist.application.strategy.runner import Runner, RunningHook
from cambist.domain.commands import CreateStrategy, SetStrategyParameters, SetStrategyState
from cambist.domain.errors import StrategyError
from cambist.domain.events import (
    AccountOpened,
    AccountValued,
    BalanceChanged,
    BookDelta,
    CancelRejected,
    CancelSubmitted,
    InstrumentDefined,
    OrderAccepted,
    OrderCanceled,
    OrderDenied,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderReleased,
    OrderReplaced,
    OrderSubmitted,
    OrderSuspended,
    OrderTriggered,
    PhaseChanged,
    PositionChanged,
    PositionClosed,
    PositionOpened,
    ReplaceRejected,
    ReplaceSubmitted,
    StrategyCreated,
    StrategyParametersChanged,
    StrategyStateChanged,
    Trade,
)
from cambist.domain.market_data import Bar, BookLevel, BookSnapshot, MarketData, Quote
from cambist.domain.message import Command, Event
from cambist.domain.participant_commands import MassQuote
from cambist.domain.reasons import known_reason
from cambist.domain.vocabulary import OrderStatus, StrategyState
from cambist.protocols.snapshot import (
    AccountRow,
    InstrumentRow,
    OrderRow,
    ParametersRow,
    PositionRow,
    RestingRow,
    SavedStateRow,
    Sections,
    StrategyRow,
)
from cambist.protocols.standing_orders import StandingTerms, standing_terms

_ORDER_EVENTS = frozenset[type[Event]](
    (
        OrderSubmitted,
        OrderAccepted,
        OrderFilled,
        OrderReplaced,
        OrderSuspended,
        OrderReleased,
        OrderTriggered,
        OrderCanceled,
        OrderExpired,
        OrderDenied,
        OrderRejected,
        CancelRejected,
        ReplaceRejected,
        CancelSubmitted,
        ReplaceSubmitted,
    )
)
_REJECTIONS = (OrderDenied, OrderRejected, CancelRejected, ReplaceRejected)
_POSITION_EVENTS = frozenset[type[Event]]((PositionOpened, PositionChanged, PositionClosed))
_ACCOUNT_EVENTS = frozenset[type[Event]]((AccountOpened, AccountValued, BalanceChanged))
_STRATEGY_EVENTS = frozenset[type[Event]]((*_POSITION_EVENTS, StrategyStateChanged, StrategyParametersChanged))
BUDGET_NS = 5_000_000
"""A hook that takes longer is counted against its strategy."""


class Executor:
    """Everything here runs on the data plane's thread, except what `run_in_background` was given."""

    def __init__(self, deployments: Sequence[Deployment] = (), *, seed: int = 0, budget_ns: int = BUDGET_NS) -> None:
        """Raises StrategyError where a strategy is to run live."""
        self._clock = EngineClock()
        self.market = MarketState()
        self.holdings = Holdings(self.market)
        self._background = Background()
        services = DeskServices(self.market, self.holdings, self._clock, self._background)
        self.runners = tuple(Runner(deployment, services, seed, budget_ns) for deployment in deployments)
        self._by_id = {runner.strategy_id: runner for runner in self.runners}
        self._writers = {
            hook: tuple(runner for runner in self.runners if runner.overrides(hook))
            for hook in ("on_book_delta", "on_trade", "on_status", "on_bar")
        }
        self._book_readers = tuple(
            runner for runner in self.runners if runner.overrides("on_book") or runner.overrides("on_quote")
        )
        self._quotes = QuoteHooks(self._by_id, self.market)
        self._known: dict[int, tuple[str, StrategyState]] = {}
        self._owners: dict[int, tuple[Runner, OrderHandle]] = {}
        self._senders: dict[int, Runner] = {}
        self._closed: list[int] = []
        self._restored: dict[int, StrategyState] = {}

    # From the start to the end.

    def restore(self, sections: Sections, now_ns: int) -> None:
        """Rebuild every view from a recovered engine. Raises StrategyError where an id is another strategy's."""
        self._clock.move(now_ns)
        for row in sections[InstrumentRow]:
            self.market.restore_instrument(row)
        self.market.restore_books(sections[RestingRow])
        self.holdings.restore(sections[AccountRow], sections[PositionRow])
        self._known = {row.strategy_id: (row.name, row.state) for row in sections[StrategyRow]}
        parameters: dict[int, str] = {row.strategy_id: row.parameters for row in sections[ParametersRow]}
        saved: dict[int, bytes] = {row.slot: row.state for row in sections[SavedStateRow]}
        terms = standing_terms(sections)
        for runner in self.runners:
            if runner.strategy_id not in self._known:
                continue
            name, state = self._known[runner.strategy_id]
            _check_name(runner, name)
            runner.set_parameters(parameters.get(runner.strategy_id, "{}"))
            orders = [
                self._restored_order(runner, row, terms[row.order_id])
                for row in sections[OrderRow]
                if row.strategy_id == runner.strategy_id
            ]
            runner.load(saved.get(runner.slot, b""), orders)
            self._restored[runner.strategy_id] = state
        self._quotes.restore(sections)

    def definitions(self) -> list[Command]:
        """What the engine must be told: strategies it does not know, and running ones that are not here."""
        commands: list[Command] = []
        for runner in self.runners:
            if runner.strategy_id not in self._known:
                commands += _introduction(runner)
        commands += [
            SetStrategyState(strategy_id=strategy_id, state=StrategyState.STOPPED, cause="not loaded in this process")
            for strategy_id, (_, state) in self._known.items()
            if state in (StrategyState.RUNNING, StrategyState.PAUSED) and strategy_id not in self._by_id
        ]
        return commands

    def begin(self, now_ns: int) -> None:
        """Strategies that ran before carry on."""
        self._clock.move(now_ns)
        for strategy_id, state in self._restored.items():
            self._by_id[strategy_id].carry_on(state, now_ns)
        self._restored.clear()

    def end(self, now_ns: int) -> None:
        """The process ends: `on_stop` of whatever runs."""
        self._clock.move(now_ns)
        for runner in self.runners:
            runner.end()
        self.abandon()

    def abandon(self) -> None:
        """Wait for nothing any more."""
        self._background.close()

    def running_hook(self) -> RunningHook | None:
        """The strategy's code that runs at this moment. Safe from any thread."""
        return next((hook for runner in self.runners if (hook := runner.running_hook()) is not None), None)

    def hook_times(self) -> dict[str, HookTimes]:
        """What the code of each strategy has taken. Safe from any thread."""
        return {runner.name: runner.budget.reading() for runner in self.runners}

    def wake_with(self, wake: Callable[[], None]) -> None:
        """What to call, from a background thread, when a result is there."""
        self._background.wake = wake

    # In engine time.

    def next_ns(self) -> int | None:
        """When a strategy acts by itself, or a bar ends."""
        due = [due_ns for runner in self.runners if (due_ns := runner.next_ns()) is not None]
        bar_end_ns = self.market.next_bar_end_ns(self._clock.now_ns())
        if bar_end_ns is not None:
            due.append(bar_end_ns)
        return min(due, default=None)

    def advance(self, now_ns: int) -> None:
        """Bars that end, books put off, timers."""
        self._begin_instant(now_ns)
        self._tell_bars(self.market.close_bars(now_ns))
        for runner in self.runners:
            for instrument_id in runner.take_deferred(now_ns):
                self._tell_book(runner, instrument_id, now_ns, is_top=True)
            runner.advance(now_ns)

    def interest(self) -> Interest:
        """What must be told at once, as things stand."""
        books: dict[int, int] = {}
        trades = set(self.market.followed_by_bars)
        for runner in self.runners:
            if not runner.is_active:
                continue
            tells_deltas = runner.overrides("on_book_delta")
            tells_books = tells_deltas or runner.overrides("on_book") or runner.overrides("on_quote")
            if runner.overrides("on_trade"):
                trades |= runner.instrument_ids
            for instrument_id in runner.instrument_ids if tells_books else ():
                due_ns = 0 if tells_deltas else runner.book_due_ns(instrument_id)
                books[instrument_id] = min(due_ns, books.get(instrument_id, due_ns))
        return Interest(tuple(books.items()), tuple(trades))

    def on_receipts(self, receipts: Sequence[Receipt]) -> None:
        """Facts of the engine, in order, each at the time of its command."""
        for receipt in receipts:
            now_ns = receipt.command.now_ns
            self._begin_instant(now_ns)
            sender = self._senders.pop(receipt.command.sequence, None)
            touched: dict[int, bool] = {}
            if type(receipt.command) is MassQuote:
                for runner, order in self._quotes.on_answer(receipt.command, receipt.events):
                    self._owners[order.order_id] = (runner, order)
            told = [event for event in receipt.events if self._take_in(event, touched)]
            for event in told:
                self._tell(event)
            if self._closed:
                self._forget_closed()
            self._tell_books(touched, now_ns, sender)

    def on_market(self, market: Iterable[MarketData], now_ns: int) -> None:
        """Market data from outside."""
        self._begin_instant(now_ns)
        touched: dict[int, bool] = {}
        for data in market:
            if isinstance(data, BookSnapshot):
                self.market.on_snapshot(data)
                touched[data.instrument_id] = True
            elif isinstance(data, Quote):
                bid, ask = BookLevel(data.bid_price, data.bid_qty), BookLevel(data.ask_price, data.ask_qty)
                self.market.on_top(data.instrument_id, bid, ask, now_ns)
                touched[data.instrument_id] = True
            elif self._take_in(data, touched):
                self._tell(data)
        self._tell_books(touched, now_ns, None)

    def drain(self, first_sequence: int) -> list[Command]:
        """What strategies asked for since the last call; the first command will have `first_sequence`."""
        commands: list[Command] = []
        for runner in self.runners:
            sequence = first_sequence + len(commands) + len(runner.commands)
            commands += runner.commands
            runner.commands = []
            if len(runner.desk.outbox) == 0:
                continue
            asked, placed = runner.desk.outbox.take(sequence)
            self._senders.update((sequence + index, runner) for index in range(len(asked)))
            for order in placed:
                runner.desk.handles[order.order_id] = order
                self._owners[order.order_id] = (runner, order)
            commands += asked
        return commands

    def saved_states(self) -> list[tuple[int, bytes]]:
        """(slot, state) of every strategy."""
        return [(runner.slot, runner.save()) for runner in self.runners]

    @property
    def has_background_results(self) -> bool:
        """True where `deliver_background_results` has something to do."""
        return self._background.has_results

    def deliver_background_results(self, now_ns: int) -> None:
        """Hand finished work to whoever asked for it."""
        self._begin_instant(now_ns)
        for desk, deliver in self._background.take():
            runner = self._by_id[desk.strategy_id]
            if runner.is_active:
                runner.call(deliver)

    # Views.

    def _begin_instant(self, now_ns: int) -> None:
        if now_ns == self._clock.now_ns():
            return
        self._clock.move(now_ns)
        for runner in self.runners:
            runner.desk.outbox.begin_instant(now_ns)

    def _take_in(self, event: Any, touched: dict[int, bool]) -> bool:
        """Bring views up to date; `touched` collects instruments and whether their best prices changed. True where
        there may be somebody to tell.
        """
        kind = type(event)
        if kind is BookDelta:
            is_top = self.market.on_delta(event)
            touched[event.instrument_id] = touched.get(event.instrument_id, False) or is_top
            return True
        if kind in _ORDER_EVENTS:
            owner = self._owners.get(event.order_id)
            if owner is None:
                return False
            owner[1].on_event(event)
            if not owner[1].is_open:
                self._closed.append(event.order_id)
        elif kind in _POSITION_EVENTS:
            self.holdings.on_position(event)
        elif kind in _ACCOUNT_EVENTS:
            self.holdings.on_account(event)
        elif kind is InstrumentDefined:
            self.market.define(event)
        elif kind is StrategyCreated:
            self._known[event.strategy_id] = (event.name, StrategyState.STOPPED)
        return True

    def _forget_closed(self) -> None:
        """Orders that ended are the author's to keep; no event about them comes any more."""
        for order_id in self._closed:
            owner = self._owners.pop(order_id, None)
            if owner is not None:
                owner[0].desk.handles.pop(order_id, None)
        self._closed.clear()

    def _restored_order(self, runner: Runner, row: OrderRow, terms: StandingTerms) -> OrderHandle:
        order = OrderHandle(
            runner.desk,
            self.market.books[row.instrument_id].instrument,
            side=row.side,
            order_type=row.order_type,
            time_in_force=row.time_in_force,
            flags=row.flags,
            price_ticks=row.price,
            qty_lots=row.qty,
            expire_ns=row.expire_ns,
            instructions=terms.instructions,
        )
        order.peg_limit_ticks = terms.peg_limit
        order.order_id, order.status = row.order_id, row.status
        order.filled_lots, order.filled_value = row.filled_qty, row.filled_value
        order.is_cancel_pending = row.status is OrderStatus.PENDING_CANCEL
        order.is_replace_pending = row.status is OrderStatus.PENDING_REPLACE
        order.is_triggered = row.status is OrderStatus.TRIGGERED
        self._owners[row.order_id] = (runner, order)
        return order

    # Hooks.

    def _tell(self, event: Any) -> None:
        kind = type(event)
        if kind is BookDelta:
            for runner in self._listening(event.instrument_id, "on_book_delta"):
                change = LevelChange(self.market.books[event.instrument_id].instrument, event)
                runner.call(runner.strategy.on_book_delta, change)
        elif kind is Trade:
            for runner in self._listening(event.instrument_id, "on_trade"):
                runner.call(runner.strategy.on_trade, Print(self.market.books[event.instrument_id].instrument, event))
            self._tell_bars(self.market.on_trade(event))
        elif kind in _ORDER_EVENTS:
            self._tell_order(event)
        elif kind in QUOTE_EVENTS:
            self._quotes.tell(event)
        elif kind is PhaseChanged:
            symbol = self.market.books[event.instrument_id].symbol
            for runner in self._listening(event.instrument_id, "on_status"):
                runner.call(runner.strategy.on_status, symbol, event.phase)
        elif kind in _STRATEGY_EVENTS and event.strategy_id in self._by_id:
            self._tell_strategy(self._by_id[event.strategy_id], event)

    def _tell_strategy(self, runner: Runner, event: Any) -> None:
        """Something about one strategy itself."""
        if isinstance(event, StrategyStateChanged):
            runner.change_state(event.previous, event.state, event.cause, event.now_ns)
        elif isinstance(event, StrategyParametersChanged):
            runner.set_parameters(event.parameters)
        elif runner.is_active:
            position = self.holdings.position(event.strategy_id, event.instrument_id)
            runner.call(runner.strategy.on_position, position)

    def _tell_order(self, event: Any) -> None:
        owner = self._owners.get(event.order_id)
        if owner is None:
            return
        runner, order = owner
        if not runner.is_active:
            return
        if isinstance(event, OrderFilled):
            runner.call(runner.strategy.on_fill, Fill(order, event))
        elif isinstance(event, _REJECTIONS):
            runner.call(runner.strategy.on_reject, order, known_reason(event.reason))
        else:
            runner.call(runner.strategy.on_order, order, event)
        if isinstance(event, OrderAccepted | OrderReplaced) and runner.is_active:
            quote = runner.desk.quotes.get((order.instrument.instrument_id, order.side))
            if quote is not None and quote.order is order:
                runner.call(quote.align)

    def _tell_bars(self, bars: Iterable[Bar]) -> None:
        for bar in bars:
            for runner in self._listening(bar.instrument_id, "on_bar"):
                if runner.bar_interval_ns == bar.interval_ns:
                    runner.call(runner.strategy.on_bar, Candle(self.market.books[bar.instrument_id].instrument, bar))

    def _tell_books(self, touched: dict[int, bool], now_ns: int, sender: Runner | None) -> None:
        """Books changed: everybody learns but the one whose own command it was."""
        for instrument_id, is_top in touched.items():
            self.market.books[instrument_id].updated_ns = now_ns
            for runner in self._book_readers:
                if runner is not sender and runner.is_active and instrument_id in runner.instrument_ids:
                    self._tell_book(runner, instrument_id, now_ns, is_top=is_top)

    def _tell_book(self, runner: Runner, instrument_id: int, now_ns: int, *, is_top: bool) -> None:
        wants_quote = is_top and runner.overrides("on_quote")
        if not runner.is_active or not (wants_quote or runner.overrides("on_book")):
            return
        if not runner.may_be_told(instrument_id, now_ns):
            return
        book = self.market.books[instrument_id]
        if wants_quote:
            runner.call(runner.strategy.on_quote, TopOfBook(book.instrument, book.replica, now_ns))
        if runner.is_active and runner.overrides("on_book"):
            runner.call(runner.strategy.on_book, book)

    def _listening(self, instrument_id: int, hook: str) -> Iterator[Runner]:
        """Active strategies that subscribed to an instrument and wrote this hook."""
        for runner in self._writers.get(hook, ()):
            if runner.is_active and instrument_id in runner.instrument_ids:
                yield runner


def _introduction(runner: Runner) -> list[Command]:
    """Commands that make a strategy known to the engine, with its parameters, and start it."""
    deployment = runner.deployment
    parameters = canonical_json(type(runner.strategy), present_values(runner.strategy))
    commands: list[Command] = [
        CreateStrategy(strategy_id=runner.strategy_id, account_id=deployment.account_id, name=runner.name),
        SetStrategyParameters(strategy_id=runner.strategy_id, parameters=parameters),
    ]
    if deployment.starts:
        commands.append(
            SetStrategyState(strategy_id=runner.strategy_id, state=StrategyState.RUNNING, cause="started when deployed")
        )
    return commands


def _check_name(runner: Runner, name: str) -> None:
    if name != runner.name:
        raise StrategyError(
            f"Strategy {runner.strategy_id} of this data directory is {name!r}, not {runner.name!r}.",
            "Deploy it under another id, or use another data directory.",
        )
