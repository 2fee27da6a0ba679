"""The collector is tuned while a market runs, its pauses are counted, and afterwards it is as it was."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from cambist.domain.commands import AdvanceTime
from cambist.domain.events import OrderAccepted
from cambist.infrastructure.observability.collector import THRESHOLDS, CollectorWatch


@pytest.fixture
def watch() -> Iterator[CollectorWatch]:
    made = CollectorWatch()
    made.start()
    yield made
    made.stop()


class Knot:
    """Refers to itself: only a collection finds that nobody needs it."""

    def __init__(self) -> None:
        self.itself = self


def test_a_collection_on_request_finds_garbage_and_is_counted_with_its_pause(watch: CollectorWatch) -> None:
    gc.collect()
    before = watch.pauses().count
    for _ in range(100):
        Knot()
    collected = watch.collect()
    assert collected.objects >= 100
    assert collected.pause_ms > 0
    assert watch.pauses().count == before + 1
    assert watch.pauses().max_ns > 0
    assert watch.collections()[2] >= 1


def test_what_was_there_at_the_start_is_frozen_until_the_end() -> None:
    thresholds, made = gc.get_threshold(), CollectorWatch()
    made.start()
    assert made.frozen_objects() > 10_000
    assert gc.get_threshold() == THRESHOLDS
    made.stop()
    assert gc.get_threshold() == thresholds
    assert made.frozen_objects() == 0
    count = made.pauses().count
    gc.collect()
    assert made.pauses().count == count


def test_commands_and_events_are_not_the_collectors_business() -> None:
    accepted = OrderAccepted(order_id=1, instrument_id=1, account_id=1)
    assert not gc.is_tracked(accepted)
    assert not gc.is_tracked(AdvanceTime())


def test_the_process_has_memory(watch: CollectorWatch) -> None:
    assert watch.resident_bytes() > 1 << 20
