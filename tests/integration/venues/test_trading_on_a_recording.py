"""Orders of the desk against a real recording: engine, recording and simulated exchange together."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from cambist.domain.book_replica import BookReplica
from cambist.domain.events import BookDelta, OrderFilled
from cambist.domain.market_data import BookSnapshot
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import Liquidity, OrderFlag, Side, TimeInForce
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.infrastructure.venues.recording import RecordedMarket
from cambist.infrastructure.venues.simulated import RecordedVenue
from cambist.testing.builders import KernelDriver, limit_order, market_order, open_desk_account

SECOND_NS = 1_000_000_000


class Trader:
    """Once a second a quote on each side at the best price; every fifth second an order that takes."""

    def __init__(self, path: Path) -> None:
        self.venue = RecordedVenue(RecordedMarket(path))
        first_ns = self.venue.next_ns()
        assert first_ns is not None
        self.start_ns = first_ns
        self.driver = KernelDriver(ReferenceKernel(), first_ns)
        self.book = BookReplica(1)
        self.open: dict[Side, int] = {}
        self.seconds = 0
        self.tell(self.driver.apply_all([*self.venue.definitions(), *open_desk_account()]))

    def tell(self, events: list[Event]) -> None:
        self.venue.on_events(events)

    def until(self, seconds: int) -> Trader:
        while (now_ns := self.venue.next_ns()) is not None and now_ns < self.start_ns + seconds * SECOND_NS:
            self.driver.now_ns = max(self.driver.now_ns, now_ns)
            tick = self.venue.advance(now_ns)
            self.tell(self.driver.apply_all(tick.commands))
            for data in tick.market:
                if isinstance(data, BookDelta):
                    self.book.apply_delta(data)
                elif isinstance(data, BookSnapshot):
                    self.book.apply_snapshot(data)
            while self.start_ns + self.seconds * SECOND_NS <= now_ns:
                self.seconds += 1
                if self.book.is_two_sided:
                    self.trade()
        return self

    def trade(self) -> None:
        for side in Side:
            if side in self.open:
                self.tell(self.driver.cancel(self.open.pop(side)))
            order = limit_order(side, 5, self.book.best_price(side), flags=OrderFlag.POST_ONLY)
            self.open[side] = self.send(order)
        if self.seconds % 5 == 0:
            self.send(market_order(Side(self.seconds // 5 % 2), 20))
            self.send(limit_order(Side.BUY, 3, self.book.best_ask_price, time_in_force=TimeInForce.FOK))

    def send(self, order: Command) -> int:
        self.tell(self.driver.apply(order))
        return self.driver.kernel.sequence


@pytest.fixture(scope="module")
def recording(marketdata: Path) -> Path:
    path = marketdata / "btcusdt_20240808.gz"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return path


def test_orders_fill_on_both_sides_as_maker_and_taker_and_the_engine_refuses_no_report(recording: Path) -> None:
    trader = Trader(recording).until(40)
    kinds = Counter(type(event).__name__ for event in trader.driver.events)
    fills = [event for event in trader.driver.events if isinstance(event, OrderFilled)]
    assert {(fill.side, fill.liquidity) for fill in fills} == {
        (side, kind) for side in Side for kind in (Liquidity.MAKER, Liquidity.TAKER)
    }
    assert kinds["OrderAccepted"] > 60
    # An answer to a cancel that crossed a fill on the way finds the order gone: the only report ever refused.
    assert kinds["CommandRejected"] <= kinds["CancelSubmitted"]
    assert kinds["OrderDenied"] == 0


def test_the_same_recording_and_orders_give_the_same_engine(recording: Path) -> None:
    hashes = {Trader(recording).until(15).driver.kernel.state_hash() for _ in range(2)}
    assert len(hashes) == 1


def test_a_recorded_venue_loaded_in_the_middle_goes_on_the_same(recording: Path) -> None:
    whole = Trader(recording).until(20)
    trader = Trader(recording).until(10)
    state = trader.venue.save()
    trader.venue = RecordedVenue(RecordedMarket(recording))
    trader.venue.load(state)
    trader.until(20)
    assert trader.driver.kernel.state_hash() == whole.driver.kernel.state_hash()
