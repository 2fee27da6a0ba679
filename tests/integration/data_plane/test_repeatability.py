"""The same sources and seed give the same journal, at any pace and in any slices; a restart carries on."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from plane_kit import SECOND_NS, START_NS, journal_of, limit_order, market, ran, world

from cambist import Strategy, every, param
from cambist.application.data_plane.pacing import Unpaced, WallPacer
from cambist.application.data_plane.plane import PlaneOptions
from cambist.application.ports.engine_host import Receipt
from cambist.application.ports.source import Tick
from cambist.domain.events import OrderExpired
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import TimeInForce
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.infrastructure.persistence.journal.memory_journal import MemoryJournal
from cambist.protocols.snapshot import SavedStateRow, decode_snapshot
from cambist.strategies.market_maker import MarketMaker
from cambist.strategies.momentum import Momentum


class Gambler(Strategy):
    """Uses everything whose order could depend on how the work is cut: random numbers, timers, books, trades."""

    symbols = ("BTCUSDT", "SOLUSDT")
    size: Decimal = param("0.01")

    def on_start(self) -> None:
        self.seen = 0

    def on_trade(self, trade: Any) -> None:
        self.seen += 1
        if self.rng.random() < 0.2:
            self.buy("BTCUSDT", self.size) if self.seen % 2 else self.sell("BTCUSDT", self.size)

    @every("300ms")
    def pull(self) -> None:
        self.cancel_all()
        if self.book("SOLUSDT").is_two_sided:
            self.buy("SOLUSDT", 1, self.book("SOLUSDT").best_bid)

    def on_save(self) -> dict[str, Any]:
        return {"seen": self.seen}

    def on_load(self, state: dict[str, Any]) -> None:
        self.seen = state["seen"]


class JumpyClock:
    """A stopwatch that goes on by a random amount whenever it is read."""

    def __init__(self, seed: int, step_ns_max: int) -> None:
        self._random = random.Random(seed)
        self._step_ns_max = step_ns_max
        self._now_ns = 0

    def now_ns(self) -> int:
        return self._now_ns

    def monotonic_ns(self) -> int:
        self._now_ns += self._random.randrange(self._step_ns_max)
        return self._now_ns


def straight(seconds: int = 8) -> str:
    return ran(world(MarketMaker(), Gambler(), Momentum()), seconds).kernel.state_hash()


def test_the_same_seed_gives_the_same_state_hash() -> None:
    assert straight() == straight()


@pytest.mark.parametrize(
    "options",
    [PlaneOptions(slice_ns_max=0), PlaneOptions(slice_commands_max=3), PlaneOptions(snapshot_commands=50)],
    ids=["an instant per slice", "few commands per slice", "many snapshots"],
)
def test_how_the_work_is_cut_changes_nothing(options: PlaneOptions) -> None:
    assert ran(world(MarketMaker(), Gambler(), Momentum(), options=options), 8).kernel.state_hash() == straight()


@pytest.mark.parametrize("step_ns_max", [4_000_000, 900_000_000])
def test_the_pace_changes_nothing(step_ns_max: int) -> None:
    pacer = WallPacer(JumpyClock(1, step_ns_max), speed=10.0)
    assert ran(world(MarketMaker(), Gambler(), Momentum(), pacer=pacer), 8).kernel.state_hash() == straight()


def test_listeners_and_idle_wakes_change_nothing() -> None:
    made = world(MarketMaker(), Gambler(), Momentum(), pacer=Unpaced())
    made.plane.subscribe(lambda _: made.plane.submit([]))
    assert ran(made, 8).kernel.state_hash() == straight()


def test_a_run_that_was_cut_off_carries_on_exactly() -> None:
    """Killed after any commit: the kernel is replayed, the market lives again through what it had not saved."""
    whole = ran(world(options=PlaneOptions(slice_ns_max=0)), 6)
    cuts = random.Random(3).sample(range(2, len(whole.commits) - 5), 6)
    for cut in cuts:
        tail: list[Receipt] = [receipt for commit in whole.commits[:cut] for receipt in commit.receipts]
        kernel = ReferenceKernel()
        for receipt in tail:
            kernel.apply(receipt.command)
        resumed = world(kernel=kernel, tail=tail, journal=journal_of(tail))
        resumed.plane.run(START_NS + 6 * SECOND_NS)
        assert resumed.plane.failure is None
        assert resumed.kernel.state_hash() == whole.kernel.state_hash()


class Expectant:
    """A source whose one order expires at the very second at which states are kept, and which counts that."""

    slot = 0

    def __init__(self) -> None:
        self.acted = self.heard = 0

    def definitions(self) -> list[Command]:
        return market().definitions()

    def next_ns(self) -> int | None:
        return START_NS + self.acted * SECOND_NS + SECOND_NS // 2

    def advance(self, now_ns: int) -> Tick:
        self.acted += 1
        expire_ns = START_NS + 2 * SECOND_NS
        order = limit_order(617_000, account_id=1001, time_in_force=TimeInForce.GTD, expire_ns=expire_ns)
        return Tick(commands=(order,) if self.acted == 1 else ())

    def on_events(self, events: Sequence[Event]) -> None:
        self.heard += sum(isinstance(event, OrderExpired) for event in events)

    def save(self) -> bytes:
        return bytes((self.acted, self.heard))

    def load(self, state: bytes) -> None:
        self.acted, self.heard = state


def test_what_falls_due_as_states_are_kept_is_in_them() -> None:
    whole = ran(world(sources=[Expectant()], options=PlaneOptions(slice_ns_max=0)), 4)
    for cut in range(2, len(whole.commits)):
        tail = [receipt for commit in whole.commits[:cut] for receipt in commit.receipts]
        kernel = ReferenceKernel()
        for receipt in tail:
            kernel.apply(receipt.command)
        source = Expectant()
        resumed = world(sources=[source], kernel=kernel, tail=tail, journal=journal_of(tail))
        resumed.plane.run(START_NS + 4 * SECOND_NS)
        assert resumed.plane.failure is None
        assert source.heard == 1
        assert resumed.kernel.state_hash() == whole.kernel.state_hash()


def test_a_stopped_run_keeps_orders_positions_and_states() -> None:
    first = ran(world(MarketMaker(), Gambler()), 5)
    kernel = ReferenceKernel.restore(first.kernel.snapshot())
    maker, gambler = MarketMaker(), Gambler()
    second = world(maker, gambler, kernel=kernel, journal=journal_of(first.receipts))
    before = {order.order_id for order in first.runner(1).desk.orders(None)}
    seen = first.runner(2).strategy.seen  # type: ignore[attr-defined]
    loaded: list[int] = []
    gambler.on_start = lambda: loaded.append(gambler.seen)  # type: ignore[method-assign]
    second.plane.run(START_NS + 5 * SECOND_NS)
    assert second.plane.failure is None
    assert loaded == [seen]
    assert before
    assert {order.order_id for order in second.runner(1).desk.orders(None)} == before
    for symbol in ("BTCUSDT", "ETHUSDT"):
        assert maker.position(symbol).lots == first.runner(1).strategy.position(symbol).lots
        assert maker.book(symbol).bids(50) == first.runner(1).strategy.book(symbol).bids(50)


def test_states_are_saved_only_where_they_changed() -> None:
    class Idle(Strategy):
        symbols = ("BTCUSDT",)

        def on_save(self) -> dict[str, Any]:
            return {"constant": 1}

    made = ran(world(Idle()), 5)
    saves = [receipt.command for receipt in made.receipts if type(receipt.command).__name__ == "SaveState"]
    assert sum(save.slot == 1001 for save in saves) == 1  # type: ignore[attr-defined]
    assert sum(save.slot == 0 for save in saves) >= 5  # type: ignore[attr-defined]
    _, sections = decode_snapshot(made.kernel.snapshot())
    assert {row.slot for row in sections[SavedStateRow]} == {0, 1001}


def test_time_goes_on_without_sources() -> None:
    clock = JumpyClock(1, 50_000_000)
    made = world(sources=[], pacer=WallPacer(clock))
    runner = threading.Thread(target=made.plane.run, args=(START_NS + 3 * SECOND_NS,))
    runner.start()
    runner.join(60)
    assert not runner.is_alive()
    assert made.kernel.now_ns == START_NS + 3 * SECOND_NS


def test_a_whole_run_with_another_seed_is_another_run() -> None:
    assert ran(world(sources=[market(8)]), 2).kernel.state_hash() != ran(world(), 2).kernel.state_hash()


def test_whoever_waits_for_snapshots_is_told_of_each_that_was_kept_on_the_way() -> None:
    kept: list[int] = []

    class Keeping(MemoryJournal):
        def save_snapshot(self, sequence: int, data: bytes) -> None:
            super().save_snapshot(sequence, data)
            kept.append(sequence)

    told: list[int] = []
    options = PlaneOptions(snapshot_commands=50, snapshot_at_stop=False)
    ran(world(journal=Keeping(), options=options, after_snapshot=lambda: told.append(kept[-1])), 3)
    assert told
    assert told == kept
