"""The plane as an engine host: submissions from any thread, durable before they are answered, drained at stop."""

from __future__ import annotations

import threading
from concurrent.futures import Future, wait

import pytest
from plane_kit import DESK, START_NS, World, limit_order, market, world

from cambist.application.data_plane.pacing import WallPacer
from cambist.application.ports.engine_host import Receipt
from cambist.domain.commands import AdvanceTime, CancelOrder, NewOrder
from cambist.domain.errors import EngineStopped, InvariantBroken, StorageFailure, ValueOutOfRange
from cambist.domain.events import OrderAccepted, OrderDenied
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


def test_a_submission_is_answered_with_its_receipts() -> None:
    with started() as running:
        (receipt,) = running.plane.submit([limit_order(617_000)]).result(WAIT_S)
        assert isinstance(receipt.command, NewOrder)
        assert receipt.command.sequence > 0
        assert any(isinstance(event, OrderAccepted) for event in receipt.events)


def test_commands_submitted_together_are_applied_together() -> None:
    with started() as running:
        receipts = running.plane.submit([limit_order(617_000 + index) for index in range(5)]).result(WAIT_S)
    sequences = [receipt.command.sequence for receipt in receipts]
    assert sequences == list(range(sequences[0], sequences[0] + 5))
    assert len({receipt.command.now_ns for receipt in receipts}) == 1


def test_many_threads_submit_and_each_gets_its_own_answers() -> None:
    answers: list[Future[list[Receipt]]] = []
    lock = threading.Lock()

    def send(thread: int) -> None:
        for index in range(50):
            order = limit_order(610_000 + index, client_order_id=f"{thread}-{index}")
            answer = running.plane.submit([order])
            with lock:
                answers.append(answer)

    with started() as running:
        threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(WAIT_S)
        wait(answers, WAIT_S)
    commands = [answer.result(0)[0].command for answer in answers]
    assert len({command.sequence for command in commands}) == 200
    assert {command.client_order_id for command in commands if isinstance(command, NewOrder)} == {
        f"{thread}-{index}" for thread in range(4) for index in range(50)
    }


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


def test_a_refused_order_is_an_answer_too() -> None:
    with started() as running:
        (receipt,) = running.plane.submit([limit_order(1)]).result(WAIT_S)
    assert isinstance(receipt.events[-1], OrderDenied)


def test_a_number_beyond_its_width_fails_only_its_own_submission() -> None:
    with started() as running:
        bad = running.plane.submit([limit_order(1 << 80)])
        good = running.plane.submit([limit_order(617_000)])
        with pytest.raises(ValueOutOfRange):
            bad.result(WAIT_S)
        assert good.result(WAIT_S)


def test_an_unreadable_value_fails_only_its_own_submission() -> None:
    with started() as running:
        bad = running.plane.submit([limit_order(617_000, side=77)])  # type: ignore[arg-type]
        good = running.plane.submit([limit_order(617_000)])
        with pytest.raises(ValueOutOfRange):
            bad.result(WAIT_S)
        assert good.result(WAIT_S)


def test_a_canceled_submission_is_never_applied() -> None:
    made = world()
    answer = made.plane.submit([limit_order(617_000, client_order_id="withdrawn")])
    assert answer.cancel()
    made.plane.run(START_NS + 10**9)
    commands = [receipt.command for receipt in made.receipts]
    assert not any(isinstance(command, NewOrder) and command.client_order_id for command in commands)


def test_stop_drains_what_was_submitted_and_refuses_what_comes_after() -> None:
    running = started()
    answers = [running.plane.submit([limit_order(610_000 + index)]) for index in range(300)]
    with running:
        running.plane.stop()
    assert all(answer.result(0) for answer in answers)
    with pytest.raises(EngineStopped):
        running.plane.submit([AdvanceTime()]).result(0)
    assert running.plane.state == "STOPPED"
    assert running.made.kernel.sequence == running.made.receipts[-1].command.sequence


def test_the_snapshot_is_the_kernels_own() -> None:
    with started() as running:
        data = running.plane.snapshot().result(WAIT_S)
        assert data.startswith(b"CMBSNAP1")
    assert running.plane.snapshot().result(0) == running.made.kernel.snapshot()


def test_commits_arrive_in_order_without_gaps() -> None:
    with started() as running:
        for index in range(20):
            running.plane.submit([limit_order(610_000 + index)]).result(WAIT_S)
    sequences = [receipt.command.sequence for receipt in running.made.receipts]
    assert sequences == list(range(1, len(sequences) + 1))
    times = [commit.now_ns for commit in running.made.commits]
    assert times == sorted(times)


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


def test_what_the_plane_counts_adds_up() -> None:
    with started() as running:
        running.plane.submit([limit_order(617_000)]).result(WAIT_S)
    statistics = running.plane.statistics
    assert statistics.commands == len(running.made.receipts)
    assert statistics.events == sum(len(receipt.events) for receipt in running.made.receipts)
    assert statistics.latencies["submit"].count == 1
    assert statistics.latencies["engine"].count == statistics.commands
    assert running.plane.queue_depth == 0


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
