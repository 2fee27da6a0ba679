"""A feed and the simulated exchange as one source."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from exchange_bench import BUY, SELL, level, printed, snapshot, submitted

from cambist.application.ports.source import Tick
from cambist.domain.book_replica import BookReplica
from cambist.domain.commands import DefineInstrument, VenueReport
from cambist.domain.errors import InputError
from cambist.domain.events import BookDelta
from cambist.domain.market_data import BookSnapshot, MarketData
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import ReportKind
from cambist.infrastructure.venues.simulated import RecordedVenue
from cambist.testing.builders import define_instrument


class ScriptedFeed:
    """Plays (time, data) pairs."""

    slot = 7

    def __init__(self, script: Sequence[tuple[int, MarketData]]) -> None:
        self._script = script
        self._position = 0

    def definitions(self) -> list[Command]:
        return [define_instrument()]

    def next_ns(self) -> int | None:
        return self._script[self._position][0] if self._position < len(self._script) else None

    def advance(self, now_ns: int) -> Tick:
        self._position += 1
        return Tick(market=(self._script[self._position - 1][1],))

    def on_events(self, events: Sequence[Event]) -> None:
        pass

    def book(self) -> BookSnapshot:
        book = BookReplica(1)
        for _, data in self._script[: self._position]:
            if isinstance(data, BookSnapshot):
                book.apply_snapshot(data)
            elif isinstance(data, BookDelta):
                book.apply_delta(data)
        return book.snapshot(0, 0, 0, 0)

    def save(self) -> bytes:
        return bytes([self._position])

    def load(self, state: bytes) -> None:
        self._position = state[0]


SCRIPT: list[tuple[int, MarketData]] = [
    (100, snapshot([(100, 5)], [(102, 4)])),
    (200, level(SELL, 101, 2)),
    (300, printed(SELL, 100, 9)),
]


def venue() -> RecordedVenue:
    return RecordedVenue(ScriptedFeed(SCRIPT), 1, latency_ns=10)


def play(source: RecordedVenue) -> list[tuple[int, str]]:
    seen: list[tuple[int, str]] = []
    while (now_ns := source.next_ns()) is not None:
        tick = source.advance(now_ns)
        seen += [(now_ns, type(data).__name__) for data in tick.market]
        seen += [(now_ns, ReportKind(r.report).name) for r in tick.commands if isinstance(r, VenueReport)]
    return seen


def test_it_defines_and_is_kept_as_its_feed_is() -> None:
    source = venue()
    assert source.slot == 7
    assert isinstance(source.definitions()[0], DefineInstrument)


def test_market_data_and_reports_come_in_the_order_of_time() -> None:
    source = venue()
    source.advance(100)
    source.on_events([submitted(1, BUY, 1, 100, now_ns=185), submitted(2, BUY, 3, now_ns=185)])
    # Both arrive at 195, before the new offer at 101: the second takes at 102, and all know it at 205.
    assert play(source) == [
        (200, "BookDelta"),
        (205, "ACCEPTED"),
        (205, "ACCEPTED"),
        (205, "FILLED"),
        (300, "Trade"),
        (310, "FILLED"),
    ]


def test_the_exchange_sees_a_tick_before_a_request_of_the_same_instant() -> None:
    source = venue()
    source.advance(100)
    source.on_events([submitted(1, BUY, 1, now_ns=190)])
    source.advance(200)
    (accepted, filled) = source.advance(210).commands
    assert isinstance(accepted, VenueReport)
    assert isinstance(filled, VenueReport)
    assert (accepted.report, filled.price) == (ReportKind.ACCEPTED, 101)


def test_it_ends_with_its_feed_even_where_orders_still_wait() -> None:
    source = venue()
    source.advance(100)
    source.on_events([submitted(1, BUY, 1, 90, now_ns=290)])
    assert play(source)[-1] == (310, "ACCEPTED")
    assert source.next_ns() is None
    assert source.advance(400) == Tick()


def test_saved_at_any_moment_it_goes_on_the_same() -> None:
    def begin() -> RecordedVenue:
        source = venue()
        source.advance(100)
        source.on_events([submitted(1, BUY, 7, 100, now_ns=185), submitted(2, SELL, 2, now_ns=185)])
        return source

    whole = begin()
    while (now_ns := whole.next_ns()) is not None:
        state = whole.save()
        copy = venue()
        copy.load(state)
        assert copy.save() == state
        tick = whole.advance(now_ns)
        assert copy.next_ns() == now_ns
        assert copy.advance(now_ns) == tick
    with pytest.raises(InputError):
        whole.load(b"\xc1")
