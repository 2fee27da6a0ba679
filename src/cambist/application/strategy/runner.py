"""One deployed strategy: its life, its timers, its saved state, and the fence around its code."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cambist.application.ports.engine_monitor import HookTimes
from cambist.application.strategy.author import Strategy
from cambist.application.strategy.deployment import STATE_SLOT_FIRST, Deployment
from cambist.application.strategy.desk import Desk, DeskServices
from cambist.application.strategy.mode import Mode
from cambist.application.strategy.order_handle import OrderHandle
from cambist.application.strategy.parameters import parameters_of, present_values, read_json
from cambist.application.strategy.quoting import QuoteSide
from cambist.application.strategy.timers import parse_interval_ns, timers_of
from cambist.domain.commands import SetStrategyState
from cambist.domain.durations import MILLISECOND_NS
from cambist.domain.errors import StrategyError
from cambist.domain.message import Command
from cambist.domain.vocabulary import Side, StrategyState

_CAUSE_CHARACTERS_MAX = 2_000
STATE_BYTES_MAX = 1 << 20
"""Of one strategy's saved state. Far below the largest record, which the whole journal would stumble over."""
REACTION_NS = MILLISECOND_NS
"""Of one book a strategy is told at most once in so much engine time: a change in between is told when it is over."""


_HOOKS = ("on_book", "on_quote", "on_trade", "on_bar", "on_book_delta", "on_status")
"""Those that are not called where nobody wrote them."""


class CallBudget:
    """How long the hooks of a strategy take, in wall time. It only reports: results never depend on it.

    Written by the plane's thread, read by any.
    """

    __slots__ = ("budget_ns", "calls", "slow_calls", "total_ns", "worst_hook", "worst_ns")

    def __init__(self, budget_ns: int) -> None:
        self.budget_ns = budget_ns
        self.calls = 0
        self.slow_calls = 0
        self.total_ns = 0
        self.worst_ns = 0
        self.worst_hook = ""

    def record(self, hook: str, elapsed_ns: int) -> None:
        """Count one call."""
        self.calls += 1
        self.total_ns += elapsed_ns
        if elapsed_ns > self.budget_ns:
            self.slow_calls += 1
        if elapsed_ns > self.worst_ns:
            self.worst_ns, self.worst_hook = elapsed_ns, hook

    def reading(self) -> HookTimes:
        """What was counted so far."""
        return HookTimes(
            calls=self.calls,
            total_ns=self.total_ns,
            slow_calls=self.slow_calls,
            worst_hook=self.worst_hook,
            worst_ns=self.worst_ns,
        )


@dataclass(frozen=True, slots=True)
class RunningHook:
    """A strategy's code that has not returned yet."""

    strategy: str
    hook: str
    began_ns: int
    """By the stopwatch of `time.perf_counter_ns`."""


class Runner:
    """Calls the hooks of one strategy, and nothing of it gets out but commands."""

    def __init__(self, deployment: Deployment, services: DeskServices, seed: int, budget_ns: int) -> None:
        if deployment.mode is Mode.LIVE:
            raise StrategyError(
                f"{deployment.name} cannot run live: no adapter to a real exchange is installed.",
                "Run it in simulation, or in observation to see what it would send.",
            )
        self.strategy = deployment.strategy
        self.name = deployment.name
        self.strategy_id = deployment.strategy_id
        self.slot = STATE_SLOT_FIRST + deployment.strategy_id
        self.deployment = deployment
        self.desk = Desk(deployment, seed, services)
        self.state = StrategyState.STOPPED
        self.cause = ""
        self.budget = CallBudget(budget_ns)
        self.instrument_ids: frozenset[int] = frozenset()
        self.bar_interval_ns = 0
        self.commands: list[Command] = []
        """About the strategy itself, to be sent next."""
        self._calling: tuple[Callable[..., Any], int] | None = None
        self._services = services
        self._timers = timers_of(self.strategy)
        self._has_failed = False
        self._pending_values: dict[str, Any] = {}
        self._saved = b""
        self._told_ns: dict[int, int] = {}
        self._deferred: dict[int, int] = {}
        self._written = frozenset(hook for hook in _HOOKS if _is_written(type(self.strategy), hook))
        self.strategy._bound = self.desk
        if deployment.symbols is not None:
            self.strategy.symbols = deployment.symbols

    @property
    def is_active(self) -> bool:
        """True while its hooks are called."""
        return self.state is StrategyState.RUNNING and not self._has_failed

    def overrides(self, hook: str) -> bool:
        """Whether its author wrote this hook."""
        return hook in self._written

    # Its code.

    def call(self, hook: Callable[..., Any], *arguments: Any) -> Any:
        """Call its code; whatever that raises stays here and fails the strategy, be it SystemExit or a cancellation.

        Only KeyboardInterrupt passes: a person wants the whole process to end.
        """
        began_ns = time.perf_counter_ns()
        self._calling = hook, began_ns
        try:
            return hook(*arguments)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._fail(error)
            return None
        finally:
            self._calling = None
            self.budget.record(_name_of(hook), time.perf_counter_ns() - began_ns)

    def running_hook(self) -> RunningHook | None:
        """Its code that runs at this moment. Safe from any thread."""
        calling = self._calling
        return RunningHook(self.name, _name_of(calling[0]), calling[1]) if calling else None

    def _fail(self, error: BaseException) -> None:
        """To ERROR, with the place in its code; what it asked for in this call is not sent."""
        self.desk.log.error("".join(traceback.format_exception(error)))
        self._has_failed = True
        self.desk.is_closed = True
        self.desk.drop_pending()
        self.cause = describe(error)[:_CAUSE_CHARACTERS_MAX]
        self.commands.append(
            SetStrategyState(strategy_id=self.strategy_id, state=StrategyState.ERROR, cause=self.cause)
        )

    # Its life.

    def change_state(self, previous: StrategyState, state: StrategyState, cause: str, now_ns: int) -> None:
        """The engine says that it moved."""
        self.state, self.cause = state, cause
        self._deferred.clear()
        if state is StrategyState.RUNNING:
            self._has_failed = False
            self.desk.is_closed = False
            self.arm_timers(now_ns)
            if previous is StrategyState.STOPPED:
                self.start()
            return
        self.desk.is_closed = True
        self.desk.drop_pending()
        if state is StrategyState.STOPPED and previous is not StrategyState.ERROR:
            self.call(self.strategy.on_stop)

    def start(self) -> None:
        """Subscribe, then let it begin."""
        self._apply_values(self._pending_values)
        self._pending_values = {}
        self.call(self._subscribe)
        if self.is_active:
            self.call(self.strategy.on_start)

    def carry_on(self, state: StrategyState, now_ns: int) -> None:
        """It was in this state when the process before this one ended."""
        self.state = state
        if state not in (StrategyState.RUNNING, StrategyState.PAUSED):
            return
        self.desk.is_closed = state is not StrategyState.RUNNING
        self.arm_timers(now_ns)
        self.start()

    def end(self) -> None:
        """The process ends; the strategy stays what it is."""
        if self.state in (StrategyState.RUNNING, StrategyState.PAUSED) and not self._has_failed:
            self.desk.is_closed = True
            self.desk.drop_pending()
            self.call(self.strategy.on_stop)

    def _subscribe(self) -> None:
        symbols = self.strategy.symbols
        if not symbols or isinstance(symbols, str):
            raise StrategyError(
                f"{type(self.strategy).__name__} names no symbols.", 'Write symbols = ["BTCUSDT"] in its class.'
            )
        books = [self.desk.book(symbol) for symbol in symbols]
        self.instrument_ids = frozenset(book.instrument.instrument_id for book in books)
        self.bar_interval_ns = parse_interval_ns(self.strategy.bar_interval)
        if self.overrides("on_bar"):
            for instrument_id in sorted(self.instrument_ids):
                self._services.market.follow_bars(instrument_id, self.bar_interval_ns)

    # Its parameters.

    def set_parameters(self, text: str) -> None:
        """Take journaled parameters: live ones now, the others at the next start."""
        try:
            values = read_json(type(self.strategy), text)
        except StrategyError as error:
            self.desk.log.warning(f"Parameters were not taken. {error}")
            return
        declared = parameters_of(type(self.strategy))
        running = self.state in (StrategyState.RUNNING, StrategyState.PAUSED)
        now = {name: value for name, value in values.items() if declared[name].live or not running}
        self._pending_values = {name: value for name, value in values.items() if name not in now}
        before = self._apply_values(now)
        if before and self.is_active:
            self.call(self.strategy.on_params_changed, before)

    def _apply_values(self, values: dict[str, Any]) -> dict[str, Any]:
        """Set what differs; the old values by name."""
        present = present_values(self.strategy)
        changed = {name: present[name] for name, value in values.items() if present[name] != value}
        for name in changed:
            setattr(self.strategy, name, values[name])
        return changed

    # Its time.

    def arm_timers(self, now_ns: int) -> None:
        """Every timer is due at its next multiple."""
        for timer in self._timers:
            timer.arm(now_ns)

    def next_ns(self) -> int | None:
        """When a timer or a put-off book is due."""
        if not self.is_active:
            return None
        due = [timer.due_ns for timer in self._timers]
        due.extend(self._deferred.values())
        return min(due, default=None)

    def advance(self, now_ns: int) -> None:
        """Call what is due."""
        for timer in self._timers:
            if timer.due_ns <= now_ns and self.is_active:
                timer.arm(now_ns)
                self.call(timer.call)

    def take_deferred(self, now_ns: int) -> list[int]:
        """Instruments whose books it is to be told of now."""
        if not self._deferred:
            return []
        due = sorted(instrument_id for instrument_id, due_ns in self._deferred.items() if due_ns <= now_ns)
        for instrument_id in due:
            del self._deferred[instrument_id]
        return due

    def may_be_told(self, instrument_id: int, now_ns: int) -> bool:
        """True where the last time is long enough ago; else the change is put off until it is."""
        due_ns = self.book_due_ns(instrument_id)
        if now_ns >= due_ns:
            self._told_ns[instrument_id] = now_ns
            self._deferred.pop(instrument_id, None)
            return True
        self._deferred[instrument_id] = due_ns
        return False

    def book_due_ns(self, instrument_id: int) -> int:
        """From when on it may be told of a book."""
        told_ns = self._told_ns.get(instrument_id)
        return 0 if told_ns is None else told_ns + REACTION_NS

    # Its memory.

    def save(self) -> bytes:
        """What to journal: the author's own state, the position of the random numbers, which orders are quotes."""
        if not self.is_active:
            return self._saved
        state = self.call(self.strategy.on_save)
        document: dict[str, Any] = {}
        if state:
            document["state"] = state
        if self.desk.used_rng is not None:
            document["rng"] = self.desk.used_rng.getstate()
        quotes = [
            [instrument_id, int(side), quote.order.order_id]
            for (instrument_id, side), quote in self.desk.quotes.items()
            if quote.order is not None and quote.order.is_open and quote.order.order_id
        ]
        if quotes:
            document["quotes"] = quotes
        if document and not self._has_failed:
            self._saved = self.call(_encode_state, document) or self._saved
        elif not document:
            self._saved = b""
        return self._saved

    def load(self, saved: bytes, orders: Iterable[OrderHandle]) -> None:
        """Take up what `save` returned and the orders that are open."""
        self._saved = saved
        self.desk.handles.update((order.order_id, order) for order in orders)
        document = json.loads(saved) if saved else {}
        if "rng" in document:
            version, numbers, gauss = document["rng"]
            self.desk.rng.setstate((version, tuple(numbers), gauss))
        for instrument_id, side, order_id in document.get("quotes", ()):
            order = self.desk.handles.get(order_id)
            if order is not None:
                quote = QuoteSide(self.desk, order.instrument, Side(side))
                quote.adopt(order)
                self.desk.quotes[instrument_id, Side(side)] = quote
        if document.get("state"):
            self.call(self.strategy.on_load, document["state"])


def _is_written(author_class: type[Strategy], hook: str) -> bool:
    return getattr(author_class, hook) is not getattr(Strategy, hook)


def _name_of(hook: Callable[..., Any]) -> str:
    return str(getattr(hook, "__name__", "work"))


def describe(error: BaseException) -> str:
    """What was raised and where in the strategy's file, in one line."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/cambist/application/" not in frame.filename.replace("\\", "/")]
    place = f" at {own[-1].filename}:{own[-1].lineno} in {own[-1].name}" if own else ""
    return _as_utf8(f"{type(error).__name__}: {_words_of(error)}{place}")


def _words_of(error: BaseException) -> str:
    """The author's exception may fail to say what it is, too."""
    try:
        return str(error)
    except Exception:
        return "it cannot be told what"


def _as_utf8(text: str) -> str:
    """Text that can be journaled: a lone surrogate cannot."""
    return text.encode(errors="backslashreplace").decode()


def _encode_state(document: dict[str, Any]) -> bytes:
    try:
        state = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        raise StrategyError(
            f"on_save returned something that JSON cannot hold: {error}.",
            "Return a dict of text, numbers, lists and dicts; write a Decimal as str.",
        ) from error
    if len(state) > STATE_BYTES_MAX:
        raise StrategyError(
            f"on_save returned {len(state)} bytes of JSON; it is journaled whenever it changes.",
            f"Keep it under {STATE_BYTES_MAX} bytes: save what cannot be worked out again.",
        )
    return state
