"""The plane as an engine host where its parts fail; what every host promises is in the contract suite."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import pytest
from plane_kit import DESK, START_NS, World, limit_order, market, world

from cambist.application.data_plane.pacing import WallPacer
from cambist.application.ports.engine_host import Receipt
from cambist.domain.commands import AdvanceTime, CancelOrder
from cambist.domain.errors import InvariantBroken, StorageFailure
from cambist.infrastructure.persistence.journal.memory_journal import MemoryJournal
from cambist.infrastructure.system_clock import SystemClock

WAIT_S = 60


class Started:
    """A world whose plane runs on a thread of its own, at the wall's pace."""

    def __init__(self, made: World) -> None:
        self.made = made
        self.plane = made.plane
        self._thread = threading.Thread(target=made.plane.run)

    def __enter__(self) -> Started:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        self.plane.stop()
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive()


def started(**options: object) -> Started:
    return Started(world(pacer=WallPacer(SystemClock()), **options))  # type: ignore[arg-type]


def test_nothing_is_answered_before_it_is_durable() -> None:
    class Watching(MemoryJournal):
        answers: list[Future[list[Receipt]]]

        def commit(self) -> int:
            assert not any(answer.done() for answer in self.answers)
            return super().commit()

    journal = Watching()
    journal.answers = []
    made = world(journal=journal)
    journal.answers = [made.plane.submit([limit_order(617_000)]) for _ in range(3)]
    made.plane.subscribe(lambda _: journal.answers.clear())
    answers = list(journal.answers)
    made.plane.run(START_NS + 10**9)
    assert made.plane.failure is None
    assert all(answer.done() for answer in answers)


class FailingJournal(MemoryJournal):
    """Fails when told to, and from then on."""

    is_broken = False

    def commit(self) -> int:
        if self.is_broken:
            raise StorageFailure("The disk is full.", "Free some space, then start again.")
        return super().commit()


def test_after_a_storage_failure_nothing_is_acknowledged() -> None:
    journal = FailingJournal()
    running = started(journal=journal)
    with running:
        (receipt,) = running.plane.submit([limit_order(617_000)]).result(WAIT_S)
        journal.is_broken = True
        answers = [
            running.plane.submit([CancelOrder(account_id=DESK, order_id=receipt.command.sequence)]) for _ in range(3)
        ]
        for answer in answers:
            with pytest.raises(StorageFailure):
                answer.result(WAIT_S)
        with pytest.raises(StorageFailure):
            running.plane.snapshot().result(WAIT_S)
    assert isinstance(running.plane.failure, StorageFailure)
    assert running.plane.failure.exit_code == 4
    assert running.plane.state == "FAILED"
    with pytest.raises(StorageFailure):
        running.plane.submit([AdvanceTime()]).result(0)


def test_a_broken_invariant_stops_the_plane() -> None:
    class Broken(FailingJournal):
        def append(self, records: bytes) -> None:
            if self.is_broken:
                raise InvariantBroken("Records do not continue.", "Report it.")
            super().append(records)

    journal = Broken()
    with started(journal=journal) as running:
        journal.is_broken = True
        with pytest.raises(InvariantBroken):
            running.plane.submit([limit_order(617_000)]).result(WAIT_S)
    assert isinstance(running.plane.failure, InvariantBroken)


def test_a_source_that_raises_stops_the_plane_as_a_broken_invariant() -> None:
    source = market()
    source.advance = lambda now_ns: 1 / 0  # type: ignore[assignment,method-assign,return-value]
    made = world(sources=[source])
    made.plane.run(START_NS + 10**9)
    assert isinstance(made.plane.failure, InvariantBroken)
    assert isinstance(made.plane.failure.__cause__, ZeroDivisionError)


class Panic(BaseException):
    """What native code raises where it panics."""


def test_a_panic_fails_whoever_waits_and_is_not_taken_for_an_end() -> None:
    class Panicking(FailingJournal):
        def commit(self) -> int:
            if self.is_broken:
                raise Panic
            return super().commit()

    journal = Panicking()
    made = world(journal=journal)
    journal.is_broken = True
    answer = made.plane.submit([limit_order(617_000)])
    with pytest.raises(Panic):
        made.plane.run(START_NS + 10**9)
    assert made.plane.state == "FAILED"
    with pytest.raises(InvariantBroken):
        answer.result(0)


def test_an_ended_plane_answers_everybody_who_asks_for_its_state_at_once(caplog: pytest.LogCaptureFixture) -> None:
    with started() as running:
        pass
    answers: list[Future[bytes]] = []
    threads = [
        threading.Thread(target=lambda: answers.extend([running.plane.snapshot() for _ in range(50)])) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert len({answer.result(WAIT_S) for answer in answers}) == 1
    assert len(answers) == 400
    assert caplog.text == ""
