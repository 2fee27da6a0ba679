"""A crash while requests and reports are on their way to and from the simulated exchange loses nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec
import pytest
from plane_kit import DESK, SECOND_NS, START_NS, World, journal_of, limit_order, ran, world

from cambist.application.data_plane.plane import PlaneOptions
from cambist.application.ports.source import Tick
from cambist.domain.book_replica import BookReplica
from cambist.domain.commands import CancelOrder, NewOrder, ReplaceOrder, VenueReport
from cambist.domain.events import (
    BookDelta,
    CancelSubmitted,
    OrderCanceled,
    OrderFilled,
    OrderReplaced,
    OrderSubmitted,
    ReplaceSubmitted,
    Trade,
)
from cambist.domain.market_data import BookLevel, BookSnapshot, MarketData
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import Liquidity, OrderType, Side, TimeInForce, VenueKind
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.infrastructure.venues.simulated import RecordedVenue
from cambist.testing.builders import define_instrument

MS_NS = 1_000_000
LATENCY_NS = 5 * MS_NS
"""Longer than the time between two instants of the market: most commits leave something on its way."""
SECONDS = 2


class WanderingFeed:
    """Every 3 ms a level near 1000 changes or a trade prints; the same at every call."""

    slot = 7

    def __init__(self) -> None:
        dice = random.Random(5)
        opening = BookSnapshot(
            instrument_id=1,
            sequence=1,
            bids=tuple(BookLevel(1_000 - step, 20) for step in range(5)),
            asks=tuple(BookLevel(1_001 + step, 20) for step in range(5)),
        )
        self._script: list[MarketData] = [opening, *(self._change(dice) for _ in range(SECONDS * 340))]
        self._position = 0

    def _change(self, dice: random.Random) -> MarketData:
        side = dice.choice(list(Side))
        depth = dice.randrange(3)
        price = 1_000 - depth if side is Side.BUY else 1_001 + depth
        if dice.random() < 0.5:
            return BookDelta(instrument_id=1, side=side, price=price, qty=dice.randrange(5, 40), order_count=0)
        return Trade(
            trade_id=1,
            instrument_id=1,
            aggressor=side.opposite,
            price=price,
            qty=dice.randrange(1, 15),
            maker_order_id=0,
            taker_order_id=0,
        )

    def definitions(self) -> list[Command]:
        return [define_instrument(venue=VenueKind.EXTERNAL, unit_value=10_000, reference_price=1_000)]

    def next_ns(self) -> int | None:
        return START_NS + self._position * 3 * MS_NS if self._position < len(self._script) else None

    def advance(self, now_ns: int) -> Tick:
        self._position += 1
        return Tick(market=(self._script[self._position - 1],))

    def on_events(self, events: Sequence[Event]) -> None:
        pass

    def book(self) -> BookSnapshot:
        book = BookReplica(1)
        for data in self._script[: self._position]:
            if isinstance(data, BookSnapshot):
                book.apply_snapshot(data)
            elif isinstance(data, BookDelta):
                book.apply_delta(data)
        return book.snapshot(0, 0, 0, 0)

    def save(self) -> bytes:
        return msgspec.msgpack.encode(self._position)

    def load(self, state: bytes) -> None:
        self._position = msgspec.msgpack.decode(state)


class Hand:
    """Every 11 ms it sends, amends or withdraws an order: also 3 ms before the second at which states are kept."""

    slot = 8

    def __init__(self) -> None:
        self._steps = 0
        self._last_order_id = 0

    def definitions(self) -> list[Command]:
        return []

    def next_ns(self) -> int | None:
        return START_NS + (7 + (self._steps + 1) * 11) * MS_NS

    def advance(self, now_ns: int) -> Tick:
        self._steps += 1
        return Tick(commands=(self._command(random.Random(self._steps)),))

    def _command(self, dice: random.Random) -> Command:
        side = dice.choice(list(Side))
        price, qty = 1_000 + side.value, dice.randrange(1, 6)
        action = self._steps % 5
        if action == 1:
            market = TimeInForce.IOC
            return limit_order(0, qty, side, order_type=OrderType.MARKET, time_in_force=market)
        if action == 3:
            return ReplaceOrder(account_id=DESK, order_id=self._last_order_id, price=price, qty=qty + 3)
        if action == 4:
            return CancelOrder(account_id=DESK, order_id=self._last_order_id)
        return limit_order(price, qty, side)

    def on_events(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, OrderSubmitted) and event.order_type is OrderType.LIMIT:
                self._last_order_id = event.order_id

    def save(self) -> bytes:
        return msgspec.msgpack.encode((self._steps, self._last_order_id))

    def load(self, state: bytes) -> None:
        self._steps, self._last_order_id = msgspec.msgpack.decode(state)


def sources() -> list[RecordedVenue | Hand]:
    return [RecordedVenue(WanderingFeed(), 1, LATENCY_NS), Hand()]


@pytest.fixture(scope="module")
def whole() -> World:
    return ran(world(sources=sources(), options=PlaneOptions(slice_ns_max=0)), SECONDS)


def on_their_way(made: World, cut: int) -> tuple[int, int]:
    """After that many commits: requests that have not arrived, and reports that will be told of what has happened."""
    now_ns = made.commits[cut - 1].now_ns
    requests = OrderSubmitted | CancelSubmitted | ReplaceSubmitted
    sent = [
        event.now_ns
        for commit in made.commits[:cut]
        for receipt in commit.receipts
        for event in receipt.events
        if isinstance(event, requests)
    ]
    told = [
        receipt.command.now_ns
        for commit in made.commits[cut:]
        for receipt in commit.receipts
        if isinstance(receipt.command, VenueReport)
    ]
    requests_under_way = sum(sent_ns + LATENCY_NS > now_ns for sent_ns in sent)
    reports_under_way = sum(now_ns < told_ns <= now_ns + LATENCY_NS for told_ns in told)
    return requests_under_way, reports_under_way


def test_the_run_does_everything_that_could_be_under_way(whole: World) -> None:
    kinds = {type(receipt.command) for receipt in whole.receipts}
    assert kinds >= {NewOrder, ReplaceOrder, CancelOrder, VenueReport}
    fills = [event for event in whole.events(OrderFilled) if isinstance(event, OrderFilled)]
    assert {fill.liquidity for fill in fills} == {Liquidity.MAKER, Liquidity.TAKER}
    assert whole.events(OrderReplaced)
    assert whole.events(OrderCanceled)


@pytest.mark.parametrize("under_way", ["a request", "a report", "both"])
def test_a_crash_with_messages_on_their_way_recovers_exactly(whole: World, under_way: str) -> None:
    cuts = [cut for cut in range(2, len(whole.commits) - 5) if _fits(on_their_way(whole, cut), under_way)]
    assert len(cuts) > 20
    for cut in [*random.Random(2).sample(cuts, 4), cuts[-1]]:
        tail = [receipt for commit in whole.commits[:cut] for receipt in commit.receipts]
        kernel = ReferenceKernel()
        for receipt in tail:
            kernel.apply(receipt.command)
        resumed = world(sources=sources(), kernel=kernel, tail=tail, journal=journal_of(tail))
        resumed.plane.run(START_NS + SECONDS * SECOND_NS)
        assert resumed.plane.failure is None
        assert resumed.kernel.state_hash() == whole.kernel.state_hash()


def _fits(under_way: tuple[int, int], wanted: str) -> bool:
    requests, reports = under_way
    return {"a request": requests > 0, "a report": reports > 0, "both": requests > 0 and reports > 0}[wanted]
