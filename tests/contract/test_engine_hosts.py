"""What a host of the engine promises, on both runtimes: the data plane's own thread, and threads outside Python."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from importlib.util import find_spec
from pathlib import Path

import pytest
from host_kit import DESK, WAIT_S, RunningHost, limit_order, native_host, python_host

from cambist.application.data_plane.recovery import recover
from cambist.application.ports.engine_host import Receipt
from cambist.domain.commands import AdvanceTime, CancelOrder, Kill, NewOrder
from cambist.domain.errors import EngineStopped, QueueFull, StorageFailure, ValueOutOfRange
from cambist.domain.events import OrderAccepted, OrderDenied, TradingStateChanged
from cambist.engine.kernels import open_kernel
from cambist.infrastructure.persistence.journal import JournalReader, open_journal, verify
from cambist.protocols.records import split_stream

HOSTS = [python_host, native_host] if find_spec("cambist_kernel") else [python_host]
Open = Callable[..., RunningHost]


@pytest.fixture(params=HOSTS, ids=lambda assemble: assemble.__name__)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    return lambda **options: RunningHost(request.param, tmp_path, **options)


def test_a_submission_is_answered_with_its_receipts(opened: Open) -> None:
    with opened() as host:
        (receipt,) = host.plane.submit([limit_order()]).result(WAIT_S)
    assert isinstance(receipt.command, NewOrder)
    assert receipt.command.sequence > 0
    assert any(isinstance(event, OrderAccepted) for event in receipt.events)


def test_commands_submitted_together_are_applied_together(opened: Open) -> None:
    with opened() as host:
        receipts = host.plane.submit([limit_order(617_000 + index) for index in range(5)]).result(WAIT_S)
    sequences = [receipt.command.sequence for receipt in receipts]
    assert sequences == list(range(sequences[0], sequences[0] + 5))
    assert len({receipt.command.now_ns for receipt in receipts}) == 1


def test_many_threads_submit_and_each_gets_its_own_answers(opened: Open) -> None:
    answers: dict[str, Future[list[Receipt]]] = {}

    def send(thread: int) -> None:
        for index in range(50):
            name = f"{thread}-{index}"
            answers[name] = host.plane.submit([limit_order(610_000 + index, client_order_id=name)])

    with opened() as host:
        threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(WAIT_S)
        wait(answers.values(), WAIT_S)
    commands = {name: answer.result(0)[0].command for name, answer in answers.items()}
    assert len({command.sequence for command in commands.values()}) == 200
    assert all(isinstance(order, NewOrder) and order.client_order_id == name for name, order in commands.items())


def test_nothing_is_told_or_answered_before_it_is_durable(opened: Open) -> None:
    too_early: list[int] = []

    def check(sequence: int) -> None:
        if sequence > host.journal.last_sequence:
            too_early.append(sequence)

    host = opened()
    host.plane.subscribe(lambda commit: [check(receipt.command.sequence) for receipt in commit.receipts])
    with host:
        for index in range(30):
            answer = host.plane.submit([limit_order(610_000 + index)])
            answer.add_done_callback(lambda done: check(done.result()[0].command.sequence))
        answer.result(WAIT_S)
    assert too_early == []


def test_a_refused_order_is_an_answer_too(opened: Open) -> None:
    with opened() as host:
        (receipt,) = host.plane.submit([limit_order(1)]).result(WAIT_S)
    assert isinstance(receipt.events[-1], OrderDenied)


@pytest.mark.parametrize(
    "bad",
    [limit_order(1 << 80), limit_order(side=77)],  # type: ignore[arg-type]
    ids=["width", "value"],
)
def test_what_cannot_be_read_fails_only_its_own_submission(opened: Open, bad: NewOrder) -> None:
    with opened() as host:
        first, second = host.plane.submit([bad]), host.plane.submit([limit_order()])
        with pytest.raises(ValueOutOfRange):
            first.result(WAIT_S)
        assert second.result(WAIT_S)


def test_a_canceled_submission_is_never_applied(opened: Open) -> None:
    host = opened()
    withdrawn = host.plane.submit([limit_order(client_order_id="withdrawn")])
    kept = host.plane.submit([limit_order(client_order_id="kept")])
    assert withdrawn.cancel()
    with host:
        kept.result(WAIT_S)
    names = [receipt.command.client_order_id for receipt in host.receipts if isinstance(receipt.command, NewOrder)]
    assert [name for name in names if name] == ["kept"]


def test_a_full_queue_refuses_and_keeps_what_it_has(opened: Open) -> None:
    host = opened(places=4)
    answers = [host.plane.submit([limit_order(610_000 + index)]) for index in range(6)]
    assert host.plane.queue_depth == 4
    for answer in answers[4:]:
        refused = answer.exception(0)
        assert isinstance(refused, QueueFull)
        assert refused.code == "SYSTEM_BUSY"
    with host:
        assert all(answer.result(WAIT_S) for answer in answers[:4])
        assert host.plane.submit([limit_order()]).result(WAIT_S)


def test_a_kill_finds_a_place_where_all_others_are_taken(opened: Open) -> None:
    host = opened(places=2)
    orders = [host.plane.submit([limit_order(610_000 + index)]) for index in range(3)]
    kill = host.plane.submit([Kill(account_id=0, cause="enough")])
    with_an_order = host.plane.submit([Kill(account_id=0, cause="enough"), limit_order()])
    assert isinstance(orders[2].exception(0), QueueFull)
    assert isinstance(with_an_order.exception(0), QueueFull)
    with host:
        sequences = [answer.result(WAIT_S)[0].command.sequence for answer in (*orders[:2], kill)]
    assert sequences == sorted(sequences)
    assert any(isinstance(event, TradingStateChanged) for event in kill.result(0)[0].events)


def test_stop_drains_what_was_submitted_and_refuses_what_comes_after(opened: Open) -> None:
    host = opened()
    answers = [host.plane.submit([limit_order(610_000 + index)]) for index in range(300)]
    with host:
        host.plane.stop()
    assert all(answer.result(0) for answer in answers)
    with pytest.raises(EngineStopped):
        host.plane.submit([AdvanceTime()]).result(0)
    assert host.plane.state == "STOPPED"
    assert host.kernel.sequence == host.receipts[-1].command.sequence


def test_the_snapshot_is_the_kernels_own(opened: Open) -> None:
    with opened() as host:
        assert host.plane.snapshot().result(WAIT_S).startswith(b"CMBSNAP1")
    assert host.plane.snapshot().result(0) == host.kernel.snapshot()


def test_commits_arrive_in_order_without_gaps(opened: Open) -> None:
    with opened() as host:
        for index in range(20):
            host.plane.submit([limit_order(610_000 + index)]).result(WAIT_S)
    sequences = [receipt.command.sequence for receipt in host.receipts]
    assert sequences == list(range(1, len(sequences) + 1))
    times = [commit.now_ns for commit in host.commits]
    assert times == sorted(times)


def test_the_journal_holds_what_was_told(opened: Open) -> None:
    with opened() as host:
        host.plane.submit([limit_order()]).result(WAIT_S)
    blocks = JournalReader(host.folder).poll(1 << 30)
    journaled = [(command, tuple(events)) for block in blocks for command, events in split_stream(block.payload)]
    assert journaled == [(receipt.command, receipt.events) for receipt in host.receipts]
    assert verify(host.folder).is_sound


def test_snapshots_are_kept_while_it_runs_and_lead_back_to_the_same_state(opened: Open) -> None:
    with opened(snapshot_commands=20) as host:
        while len(snapshots := sorted(host.folder.glob("snapshot-*.snap"))) < 2:
            host.plane.submit([limit_order()]).result(WAIT_S)
    newest = max(host.folder.glob("snapshot-*.snap"))
    assert newest not in snapshots
    journal = open_journal(host.folder)
    recovered = recover(lambda snapshot: open_kernel("auto", snapshot), journal)
    journal.abandon()
    assert (recovered.replayed, recovered.kernel.snapshot()) == (0, host.kernel.snapshot())


def test_after_a_storage_failure_nothing_is_acknowledged(opened: Open) -> None:
    with opened() as host:
        (receipt,) = host.plane.submit([limit_order()]).result(WAIT_S)
        host.break_disk()
        cancel = CancelOrder(account_id=DESK, order_id=receipt.command.sequence)
        for answer in [host.plane.submit([cancel]) for _ in range(3)]:
            with pytest.raises(StorageFailure):
                answer.result(WAIT_S)
        with pytest.raises(StorageFailure):
            host.plane.snapshot().result(WAIT_S)
    assert isinstance(host.plane.failure, StorageFailure)
    assert host.plane.failure.exit_code == 4
    assert host.plane.state == "FAILED"
    with pytest.raises(StorageFailure):
        host.plane.submit([AdvanceTime()]).result(0)


def test_what_it_counts_adds_up(opened: Open) -> None:
    with opened() as host:
        host.plane.submit([limit_order()]).result(WAIT_S)
    statistics, latencies = host.plane.statistics, host.plane.latencies()
    assert statistics.commands == len(host.receipts)
    assert statistics.events == sum(len(receipt.events) for receipt in host.receipts)
    assert latencies["submit"].count == 1
    assert latencies["engine"].count == statistics.commands
    assert latencies["commit"].count > 0
    for reading in latencies.values():
        assert 0 < reading.percentile_ns(50) <= reading.percentile_ns(99) <= reading.max_ns <= reading.total_ns
        assert reading.cumulative([0, 1 << 60]) == [0, reading.count]
    assert host.plane.queue_depth == 0
