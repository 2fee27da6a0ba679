"""Strategies on a synthetic market: what they are told, what they may do, and what their mistakes cost others."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from plane_kit import DESK, SECOND_NS, START_NS, World, deployed, journal_of, market, ran, world

from cambist import Strategy, every, param
from cambist.application.data_plane.pacing import WallPacer
from cambist.application.ports.source import Tick
from cambist.application.strategy import Mode
from cambist.application.strategy.executor import Executor
from cambist.domain.commands import (
    CreateStrategy,
    NewOrder,
    ReplaceOrder,
    SetPhase,
    SetStrategyParameters,
    SetStrategyState,
)
from cambist.domain.errors import StrategyError
from cambist.domain.events import StrategyStateChanged
from cambist.domain.message import Command, Event
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import OrderStatus, Phase, StrategyState
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.infrastructure.system_clock import SystemClock
from cambist.strategies.market_maker import MarketMaker


class Scripted:
    """A source that sends given commands at given seconds after the start."""

    slot = 7

    def __init__(self, *script: tuple[float, Command]) -> None:
        self._script = [(START_NS + int(second * SECOND_NS), command) for second, command in script]

    def definitions(self) -> list[Command]:
        return []

    def next_ns(self) -> int | None:
        return self._script[0][0] if self._script else None

    def advance(self, now_ns: int) -> Tick:
        return Tick(commands=(self._script.pop(0)[1],))

    def on_events(self, events: object) -> None:
        pass

    def save(self) -> bytes:
        return b""

    def load(self, state: bytes) -> None:
        pass


def scripted(*script: tuple[float, Command]) -> list[Any]:
    return [market(), Scripted(*script)]


def set_state(state: StrategyState, number: int = 1) -> SetStrategyState:
    return SetStrategyState(strategy_id=number, state=state, cause="asked by a test")


class Quoting(Strategy):
    symbols = ("BTCUSDT",)
    size: Decimal = param("0.01", min="0.001", live=True)
    edge_bps: float = param(2.0, min=0.1)

    def on_start(self) -> None:
        self.calls: list[str] = ["start"]

    def on_book(self, book: Any) -> None:
        self.quote(book.symbol, bid=book.mid_minus_bps(2.0), ask=book.mid_plus_bps(2.0), size=self.size)

    def on_stop(self) -> None:
        self.calls.append("stop")


class Failing(Quoting):
    """Raises once it has seen a few books, with orders open and one just asked for."""

    seen = 0

    def on_book(self, book: Any) -> None:
        super().on_book(book)
        self.seen += 1
        if self.seen == 20:
            self.buy(book.symbol, 1)
            raise RuntimeError("the author made a mistake")


def commands_of(made: World, number: int) -> list[Command]:
    return [
        receipt.command
        for receipt in made.receipts
        if isinstance(receipt.command, NewOrder) and receipt.command.strategy_id == number
    ]


def states_of(made: World, number: int) -> list[StrategyState]:
    return [
        event.state
        for receipt in made.receipts
        for event in receipt.events
        if isinstance(event, StrategyStateChanged) and event.strategy_id == number
    ]


def test_a_quote_stands_on_both_sides_with_one_order_each() -> None:
    made = ran(world(Quoting()), 5)
    orders = made.runner().desk.orders("BTCUSDT")
    assert sorted(order.side.name for order in orders) == ["BUY", "SELL"]
    assert {order.qty for order in orders} == {Decimal("0.010")}
    placed = commands_of(made, 1)
    amended = [receipt for receipt in made.receipts if isinstance(receipt.command, ReplaceOrder)]
    assert len(placed) < 20 < len(amended)


def test_a_strategy_that_raises_is_stopped_and_harms_nobody_else() -> None:
    alone = ran(world(Quoting()), 5)
    made = ran(world(Quoting(), Failing()), 5)
    failed = made.runner(2)
    assert failed.state is StrategyState.ERROR
    assert "RuntimeError: the author made a mistake" in failed.cause
    assert "test_strategies_on_the_plane.py" in failed.cause
    assert any("Traceback" in text for _, _, text in failed.desk.log.lines)
    assert failed.desk.orders(None) == []
    assert states_of(made, 2) == [StrategyState.RUNNING, StrategyState.ERROR]
    assert not any(command.qty == 1000 for command in commands_of(made, 2))  # type: ignore[attr-defined]
    assert made.runner(1).state is StrategyState.RUNNING
    assert len(commands_of(made, 1)) >= len(commands_of(alone, 1)) // 2


@pytest.mark.parametrize("hook", ["on_start", "on_trade", "on_order", "on_save", "on_stop", "heartbeat"])
def test_a_mistake_in_any_hook_is_fenced_in(hook: str) -> None:
    def explode(*_: object) -> None:
        raise ValueError(hook)

    strategy = type("Exploding", (Quoting,), {hook: every("1s")(explode) if hook == "heartbeat" else explode})()
    made = ran(world(strategy, MarketMaker()), 3)
    assert "ValueError" in made.runner(1).cause
    assert made.runner(2).state is StrategyState.RUNNING


def test_a_strategy_that_exits_the_process_only_stops_itself() -> None:
    class Leaving(Quoting):
        def on_book(self, book: Any) -> None:
            raise SystemExit(1)

    assert ran(world(Leaving()), 1).runner().state is StrategyState.ERROR


class Wordless(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    "raised",
    [
        asyncio.CancelledError(),
        GeneratorExit(),
        Wordless(),
        ValueError("half a pair: \ud800"),
        ValueError("x" * 100_000),
    ],
    ids=["canceled", "generator", "wordless", "surrogate", "long"],
)
def test_whatever_a_strategy_raises_stays_with_it(raised: BaseException) -> None:
    class Raising(Strategy):
        symbols = ("BTCUSDT",)

        def on_start(self) -> None:
            raise raised

    made = ran(world(Raising(), MarketMaker()), 2)
    assert made.runner().state is StrategyState.ERROR
    assert made.runner().cause.startswith(type(raised).__name__)
    assert made.runner(2).state is StrategyState.RUNNING


def test_a_state_too_large_to_journal_stops_only_its_strategy() -> None:
    class Hoarding(Strategy):
        symbols = ("BTCUSDT",)

        def on_save(self) -> dict[str, Any]:
            return {"hoard": "x" * 20_000_000}

    made = ran(world(Hoarding(), MarketMaker()), 2)
    assert made.runner().state is StrategyState.ERROR
    assert "save what cannot be worked out again" in made.runner().cause
    assert made.runner(2).state is StrategyState.RUNNING


def test_a_strategy_that_answers_itself_without_end_is_stopped() -> None:
    class Looping(Quoting):
        def on_book(self, book: Any) -> None:
            self.buy("BTCUSDT", 1, 1)

        def on_reject(self, order: Any, reason: Reason) -> None:
            self.buy("BTCUSDT", 1, 1)

    made = ran(world(Looping()), 1)
    assert "more than 1000 things at one instant" in made.runner().cause


def test_an_unknown_symbol_stops_the_strategy_with_a_sentence() -> None:
    class Lost(Quoting):
        symbols = ("DOGEUSDT",)

    made = ran(world(Lost()), 1)
    assert made.runner().state is StrategyState.ERROR
    assert "no symbol 'DOGEUSDT'" in made.runner().cause


def test_observation_sends_nothing_and_writes_down_what_it_would_have_sent() -> None:
    made = ran(world(MarketMaker(), mode=Mode.OBSERVATION), 5)
    assert commands_of(made, 1) == []
    observed = made.runner().desk.observed
    assert observed is not None
    assert observed.count == len(observed.requests) > 4
    assert {request.action for request in observed.requests} >= {"PLACE", "AMEND"}
    assert {request.symbol for request in observed.requests} == {"BTCUSDT", "ETHUSDT"}
    assert not made.runner().strategy.position("BTCUSDT").lots


def test_live_is_refused_until_there_is_an_exchange() -> None:
    with pytest.raises(StrategyError, match=r"no adapter to a real exchange is installed\. Run it in simulation"):
        Executor(deployed(Quoting(), mode=Mode.LIVE))


def test_pause_cancels_and_silences_and_resume_goes_on() -> None:
    strategy = Quoting()
    made = ran(
        world(
            strategy, sources=scripted((1.0, set_state(StrategyState.PAUSED)), (3.0, set_state(StrategyState.RUNNING)))
        ),
        5,
    )
    orders = [receipt.command for receipt in made.receipts if receipt.command in commands_of(made, 1)]
    times = [(command.now_ns - START_NS) / SECOND_NS for command in orders]
    assert not any(1.0 < second < 3.0 for second in times)
    assert any(second >= 3.0 for second in times)
    assert strategy.calls == ["start", "stop"]


def test_stop_and_start_begin_again() -> None:
    strategy = Quoting()
    starts: list[int] = []
    strategy.on_start = lambda: starts.append(strategy.clock.now_ns())  # type: ignore[method-assign]
    strategy.on_stop = lambda: None  # type: ignore[method-assign]
    ran(
        world(
            strategy, sources=scripted((1.0, set_state(StrategyState.STOPPED)), (2.0, set_state(StrategyState.RUNNING)))
        ),
        3,
    )
    assert starts == [START_NS, START_NS + 2 * SECOND_NS]


def test_a_live_parameter_changes_at_once_and_another_at_the_next_start() -> None:
    seen: list[tuple[Mapping[str, Any], float]] = []

    class Tuned(Quoting):
        def on_params_changed(self, changed: Mapping[str, Any]) -> None:
            seen.append((dict(changed), self.edge_bps))

    strategy = Tuned()
    made = world(
        strategy,
        sources=scripted(
            (1.0, SetStrategyParameters(strategy_id=1, parameters='{"edge_bps":5.0,"size":"0.02"}')),
            (2.0, set_state(StrategyState.STOPPED)),
            (3.0, set_state(StrategyState.RUNNING)),
        ),
    )
    ran(made, 4)
    assert seen == [({"size": Decimal("0.01")}, 2.0)]
    assert (strategy.size, strategy.edge_bps) == (Decimal("0.02"), 5.0)
    assert {order.qty for order in made.runner().desk.orders(None)} == {Decimal("0.020")}


def test_parameters_that_do_not_fit_are_left_alone() -> None:
    strategy = Quoting()
    made = ran(
        world(strategy, sources=scripted((1.0, SetStrategyParameters(strategy_id=1, parameters='{"size":"0"}')))), 2
    )
    assert strategy.size == Decimal("0.01")
    assert any("were not taken" in text for _, _, text in made.runner().desk.log.lines)


class Listening(Strategy):
    """Counts every hook and looks at what it is handed."""

    symbols = ("BTCUSDT",)
    bar_interval = "1s"

    def on_start(self) -> None:
        self.told: Counter[str] = Counter()
        self.resting = self.buy("BTCUSDT", "0.01", "57000")

    def on_book(self, book: Any) -> None:
        self.told["book"] += 1
        assert not book.is_two_sided or book.best_bid < book.best_ask

    def on_quote(self, quote: Any) -> None:
        self.told["quote"] += 1
        assert None in (quote.bid_price, quote.ask_price) or quote.bid_price < quote.ask_price

    def on_book_delta(self, delta: Any) -> None:
        self.told["delta"] += 1
        assert delta.symbol == "BTCUSDT" and delta.qty >= 0 and delta.price > 0

    def on_trade(self, trade: Any) -> None:
        self.told["trade"] += 1
        assert trade.qty > 0 and trade.ts_ns == self.clock.now_ns()

    def on_bar(self, bar: Any) -> None:
        self.told["bar"] += 1
        assert bar.low <= bar.open <= bar.high and bar.low <= bar.close <= bar.high
        assert bar.start_ns + SECOND_NS == self.clock.now_ns()

    def on_order(self, order: Any, event: Event) -> None:
        self.told[f"order {order.status.name}"] += 1

    def on_reject(self, order: Any, reason: Reason) -> None:
        self.told[f"reject {reason.name}"] += 1

    def on_fill(self, fill: Any) -> None:
        self.told["fill"] += 1
        assert fill.order.filled_qty >= fill.qty and not fill.is_maker
        assert self.position("BTCUSDT").qty != 0 or fill.order.tag == "flatten"

    def on_position(self, position: Any) -> None:
        self.told["position"] += 1

    def on_status(self, symbol: str, phase: Phase) -> None:
        self.told[f"{symbol} {phase.name}"] += 1

    @every("1s")
    def act(self) -> None:
        second = (self.clock.now_ns() - START_NS) // SECOND_NS
        if second == 1:
            self.buy("BTCUSDT", "0.02")
            self.buy("BTCUSDT", "0.0005", "60000")
            self.resting.amend(price="57001")
        elif second == 2:
            assert self.position("BTCUSDT").qty == Decimal("0.02")
            self.flatten()
            assert self.resting.status is OrderStatus.PENDING_CANCEL
        elif second == 3:
            assert self.position("BTCUSDT").is_flat and not self.resting.is_open


def test_hooks_tell_everything_that_happens() -> None:
    strategy = Listening()
    phases = ((3.2, SetPhase(instrument_id=1, phase=Phase.HALTED)),)
    made = ran(world(strategy, sources=scripted(*phases)), 4)
    assert made.runner().cause == "started when deployed"
    assert {"book", "quote", "delta", "trade", "bar", "fill", "position", "BTCUSDT HALTED"} <= strategy.told.keys()
    assert strategy.told["order NEW"] >= 2, "accepted, then amended"
    assert strategy.told["order CANCELED"] >= 1
    assert strategy.told["reject QTY_PRECISION"] == 1


def test_an_order_may_be_amended_and_canceled_in_the_hook_that_placed_it() -> None:
    class Nervous(Strategy):
        symbols = ("BTCUSDT",)

        def on_start(self) -> None:
            self.order = self.buy("BTCUSDT", "0.01", "60000")
            assert self.order.status is OrderStatus.PENDING_NEW and self.orders() == [self.order]
            self.order.amend(qty="0.02")
            self.order.cancel()
            self.order.cancel()

    strategy = Nervous()
    ran(world(strategy), 1)
    assert strategy.order.status is OrderStatus.CANCELED
    assert strategy.order.qty == Decimal("0.02")


@pytest.mark.parametrize(
    "order",
    [
        lambda s: s.buy("BTCUSDT", 0.5, 60000),
        lambda s: s.buy("BTCUSDT", 1, 60000.0),
        lambda s: s.buy("BTCUSDT", 1, None),
        lambda s: s.buy("BTCUSDT", 1, tif="soon"),
        lambda s: s.buy("NOPE", 1),
        lambda s: s.quote("BTCUSDT", bid=60000, ask=None),
        lambda s: s.buy("BTCUSDT", 1, 60000).amend(),
    ],
)
def test_what_cannot_be_an_order_at_all_is_the_authors_error(order: Any) -> None:
    class Wrong(Strategy):
        symbols = ("BTCUSDT",)

        def on_start(self) -> None:
            with pytest.raises(StrategyError):
                order(self)

    assert ran(world(Wrong()), 1).runner().state is StrategyState.RUNNING


def test_background_work_comes_back_on_the_planes_thread() -> None:
    class Slow(Strategy):
        symbols = ("BTCUSDT",)

        def on_start(self) -> None:
            self.thread = threading.get_ident()
            self.run_in_background(lambda number: (number * 2, threading.get_ident()), 21, then=self.finished)

        def finished(self, result: tuple[int, int]) -> None:
            assert threading.get_ident() == self.thread
            self.result = result
            stop()

    strategy = Slow()
    made = world(strategy, pacer=WallPacer(SystemClock()))
    stop = made.plane.stop
    made.plane.run()
    assert made.plane.failure is None
    assert strategy.result[0] == 42
    assert strategy.result[1] != strategy.thread


def test_background_work_that_raises_fails_the_strategy() -> None:
    class Slow(Strategy):
        symbols = ("BTCUSDT",)

        def on_start(self) -> None:
            self.run_in_background(lambda: 1 / 0)

    made = world(Slow(), pacer=WallPacer(SystemClock()))
    done = made.runner()
    made.plane.subscribe(lambda _: made.plane.stop() if done.state is StrategyState.ERROR else None)
    made.plane.run()
    assert "ZeroDivisionError" in done.cause


def test_in_a_backtest_background_work_is_done_at_once() -> None:
    class Slow(Strategy):
        symbols = ("BTCUSDT",)

        def on_start(self) -> None:
            self.results: list[int] = []
            self.run_in_background(lambda: 5, then=self.results.append)
            assert self.results == [5]

    assert ran(world(Slow(), mode=Mode.BACKTEST), 1).runner().state is StrategyState.RUNNING


def test_a_running_strategy_that_is_no_longer_loaded_is_stopped() -> None:
    first = ran(world(Quoting(), Quoting()), 2)
    kernel = ReferenceKernel.restore(first.kernel.snapshot())
    second = world(Quoting(), kernel=kernel, journal=journal_of(first.receipts))
    ran(second, 1)
    assert (states_of(second, 1), states_of(second, 2)) == ([], [StrategyState.STOPPED])


def test_an_id_that_is_another_strategys_is_refused() -> None:
    first = ran(world(Quoting()), 1)
    kernel = ReferenceKernel.restore(first.kernel.snapshot())
    second = world(MarketMaker(), kernel=kernel, journal=journal_of(first.receipts))
    second.plane.run(START_NS + 2 * SECOND_NS)
    assert isinstance(second.plane.failure, StrategyError)


def test_the_account_is_the_one_it_trades_through() -> None:
    made = ran(world(Quoting()), 3)
    account = made.runner().strategy.account
    assert account.name == "desk"
    assert account.balance > 0 and account.equity > 0
    assert any(isinstance(receipt.command, CreateStrategy) for receipt in made.receipts)
    assert made.runner().deployment.account_id == DESK


def test_calls_are_timed_and_counted_per_strategy() -> None:
    made = ran(world(Quoting()), 2)
    (times,) = made.plane.hook_times().values()
    assert times.calls > 50 >= times.slow_calls
    assert times.worst_ns >= times.total_ns // times.calls > 0
    assert times.worst_hook
