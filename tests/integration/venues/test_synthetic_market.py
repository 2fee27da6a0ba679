"""The synthetic market on a real engine: repeatable, recoverable, and alive."""

from __future__ import annotations

from collections import Counter

import pytest

from cambist.domain.book_replica import BookReplica
from cambist.domain.commands import DefineInstrument, SetPhase
from cambist.domain.errors import InputError
from cambist.domain.events import BookDelta, Trade
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import Phase, Side
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.infrastructure.venues.synthetic import PROFILES, SyntheticMarket
from cambist.protocols.snapshot import RestingRow, decode_snapshot
from cambist.testing.builders import START_NS, KernelDriver

SECOND_NS = 1_000_000_000
PROFILE_OF = dict(enumerate(PROFILES, start=1))


class MarketRun:
    """A market and an engine that answer each other."""

    def __init__(self, seed: int = 7, rate: int = 200, driver: KernelDriver | None = None) -> None:
        self.driver = driver or KernelDriver(ReferenceKernel(), START_NS)
        self.market = SyntheticMarket(seed, START_NS, rate)
        self.sent: list[Command] = []
        self.events: list[Event] = []
        if driver is None:
            self.driver.apply_all(self.market.definitions())

    def until(self, seconds: float) -> MarketRun:
        end_ns = START_NS + int(seconds * SECOND_NS)
        while (now_ns := self.market.next_ns()) is not None and now_ns < end_ns:
            self.driver.now_ns = max(self.driver.now_ns, now_ns)
            commands = self.market.advance(now_ns).commands
            events = self.driver.apply_all(commands)
            self.market.on_events(events)
            self.sent += commands
            self.events += events
        return self


def test_the_same_seed_gives_the_same_market_and_another_seed_another_one() -> None:
    first, same, other = (MarketRun(seed).until(5) for seed in (7, 7, 8))
    assert first.sent == same.sent
    assert first.driver.kernel.state_hash() == same.driver.kernel.state_hash()
    assert first.driver.kernel.state_hash() != other.driver.kernel.state_hash()


def test_a_market_loaded_from_its_saved_state_goes_on_as_if_nothing_had_happened() -> None:
    run, uninterrupted = MarketRun().until(4), MarketRun().until(8)
    saved = run.market.save()
    # The state is that of the saved market alone: seed and start of the new one do not matter.
    run.market = SyntheticMarket(99, 0, 200)
    run.market.load(saved)
    assert run.market.save() == saved
    run.until(8)
    assert run.sent == uninterrupted.sent
    assert run.market.save() == uninterrupted.market.save()
    assert run.driver.kernel.state_hash() == uninterrupted.driver.kernel.state_hash()


def test_a_market_saved_between_a_command_and_its_answer_goes_on_too() -> None:
    run = MarketRun().until(1)
    now_ns = run.market.next_ns()
    assert now_ns is not None
    run.driver.now_ns = now_ns
    events = run.driver.apply_all(run.market.advance(now_ns).commands)
    copy = SyntheticMarket(0, 0, 200)
    copy.load(run.market.save())
    for market in (run.market, copy):
        market.on_events(events)
    assert copy.save() == run.market.save()


def test_a_market_that_starts_beside_an_older_engine_clears_what_it_finds() -> None:
    old = MarketRun().until(2)
    new = MarketRun(seed=8, driver=old.driver).until(3)
    _, sections = decode_snapshot(new.driver.kernel.snapshot())
    resting = {row.order_id for row in sections[RestingRow]}
    assert resting == {order.order_id for order in new.market.members.state().orders}


def test_nothing_its_members_send_is_refused() -> None:
    kinds = Counter(type(event).__name__ for event in MarketRun().until(20).events)
    refused = {"OrderRejected", "OrderDenied", "CancelRejected", "ReplaceRejected", "CommandRejected"}
    assert not refused & kinds.keys()
    assert {"Trade", "OrderFilled", "OrderCanceled", "OrderReplaced", "OrderExpired"} <= kinds.keys()


@pytest.mark.parametrize("rate", [50, 200, 1_000])
def test_the_rate_counts_commands_per_second(rate: int) -> None:
    run = MarketRun(rate=rate).until(10)
    opening = len(MarketRun(rate=rate).until(0.000_001).sent)
    assert (len(run.sent) - opening) / 10 == pytest.approx(rate, rel=0.1)


def test_books_are_deep_tight_and_never_crossed_and_prints_go_both_ways() -> None:
    run = MarketRun().until(30)
    books = {instrument_id: BookReplica(instrument_id) for instrument_id in PROFILE_OF}
    aggressors: Counter[tuple[int, Side]] = Counter()
    for event in run.events:
        if isinstance(event, BookDelta):
            books[event.instrument_id].apply_delta(event)
        elif isinstance(event, Trade):
            aggressors[event.instrument_id, event.aggressor] += 1
    for instrument_id, profile in PROFILE_OF.items():
        book = books[instrument_id]
        assert 0 < book.spread <= 8 * profile.half_spread
        assert all(len(book.depth(side, 8)) == 8 for side in Side)
        assert min(aggressors[instrument_id, side] for side in Side) >= 20


def test_prices_move_but_not_wildly() -> None:
    prices = [
        event.price for event in MarketRun().until(60).events if isinstance(event, Trade) and event.instrument_id == 1
    ]
    moved_ppm = (max(prices) - min(prices)) * 1_000_000 // prices[0]
    assert 200 < moved_ppm < 10_000


def test_an_instrument_that_is_halted_is_left_alone_until_it_opens() -> None:
    run = MarketRun().until(2)
    run.market.on_events(run.driver.apply(SetPhase(instrument_id=1, phase=Phase.HALTED)))
    run.sent.clear()
    run.until(4)
    assert not [command for command in run.sent if getattr(command, "instrument_id", 0) == 1]
    assert run.sent
    run.market.on_events(run.driver.apply(SetPhase(instrument_id=1, phase=Phase.CONTINUOUS)))
    run.until(6)
    assert [command for command in run.sent if getattr(command, "instrument_id", 0) == 1]


def test_definitions_are_exact_and_ids_can_be_chosen() -> None:
    for profile in PROFILES:
        assert profile.tick_size * profile.lot_size % 100_000_000 == 0
    market = SyntheticMarket(1, 0, 200, first_account_id=50, first_instrument_id=5)
    assert market.instrument_ids == [5, 6, 7]
    assert {c.instrument_id for c in market.definitions() if isinstance(c, DefineInstrument)} == {5, 6, 7}


@pytest.mark.parametrize("rate", [0, -1, 1_000_001])
def test_an_impossible_rate_is_refused(rate: int) -> None:
    with pytest.raises(InputError):
        SyntheticMarket(1, 0, rate)


@pytest.mark.parametrize("state", [b"", b"\xc1", b"\x90"])
def test_a_saved_state_that_is_none_is_refused(state: bytes) -> None:
    with pytest.raises(InputError):
        SyntheticMarket(1, 0).load(state)
