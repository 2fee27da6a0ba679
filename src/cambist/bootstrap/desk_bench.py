"""`cambist bench desk`: orders through the native kernel's whole desk: in memory, one by one, durable, replayed."""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cambist.application.data_plane.recovery import recover
from cambist.bootstrap.desk_orders import market, resting, stamped, trading
from cambist.domain.errors import InputError, InvariantBroken, StorageFailure
from cambist.domain.message import Command
from cambist.engine.kernel import ENGINE_VERSION
from cambist.engine.kernels import open_kernel
from cambist.engine.native import NativeKernel, load_module
from cambist.infrastructure.persistence.journal import open_journal
from cambist.protocols.journal import GENESIS_HASH

ORDERS_PER_BATCH = 1_000
SUBMISSIONS_IN_FLIGHT = 16
"""Orders in flight come in so many submissions, or one by one where they are fewer."""
_RING_PLACES = 16_384


@dataclass(frozen=True, slots=True)
class SingleCalls:
    """Of calls with one order each."""

    call_ns: Sequence[int]
    """Each by itself, the clock's own time included."""
    calls_per_s: float
    """Not timed one by one."""
    empty_calls_per_s: float
    """Of native calls with the same signature that do nothing, in the same loop."""


@dataclass(frozen=True, slots=True)
class DurableOrders:
    """Of orders that are acknowledged once the disk has them."""

    orders_per_s: float
    acknowledged_ns: Sequence[int]
    """From the moment a submission is put into the ring until whoever did it knows that the disk has it."""
    journal_bytes_per_order: float


def bench_desk(directory: Path | None, orders: int, orders_in_flight: int) -> dict[str, Any]:
    """Rates and percentiles; the journal lies under `directory` (the system's for temporary files where None).

    Raises InputError, KernelUnusable, StorageFailure.
    """
    if orders < ORDERS_PER_BATCH or orders_in_flight < 1:
        raise InputError("There is too little to measure.", f"Ask for {ORDERS_PER_BATCH:,} orders or more.")
    load_module()
    commands = stamped(trading(orders), len(market()))
    single = single_calls(commands)
    durable = durable_orders(directory, commands, orders_in_flight)
    return {
        "orders": orders,
        "batch_orders_per_s": int(batch_rate(market(), commands, ORDERS_PER_BATCH)),
        "single_p50_ns": _percentile(single.call_ns, 50),
        "single_p99_ns": _percentile(single.call_ns, 99),
        "single_calls_per_s": int(single.calls_per_s),
        "empty_calls_per_s": int(single.empty_calls_per_s),
        "orders_in_flight": orders_in_flight,
        "durable_orders_per_s": int(durable.orders_per_s),
        "acknowledged_p50_us": round(_percentile(durable.acknowledged_ns, 50) / 1000, 1),
        "acknowledged_p99_us": round(_percentile(durable.acknowledged_ns, 99) / 1000, 1),
        "journal_bytes_per_order": round(durable.journal_bytes_per_order, 1),
        "replay_commands_per_s": int(replay_rate(directory, commands)),
        "replay_resting_commands_per_s": int(replay_rate(directory, stamped(resting(orders), len(market())))),
    }


def opened(setup: Sequence[Command]) -> NativeKernel:
    """A kernel after some commands."""
    kernel = NativeKernel()
    kernel.apply_batch(b"".join(stamped(iter(setup), 0)))
    return kernel


def batch_rate(setup: Sequence[Command], commands: Sequence[bytes], per_batch: int) -> float:
    """Commands per second in memory, of the median batch."""
    kernel = opened(setup)
    seconds_per_command = []
    for batch, count in _batches(commands, per_batch):
        began = time.perf_counter()
        kernel.apply_batch(batch)
        seconds_per_command.append((time.perf_counter() - began) / count)
    return 1 / statistics.median(seconds_per_command)


def single_calls(commands: Sequence[bytes]) -> SingleCalls:
    """The first half is timed call by call, the other by chunks in turn with calls that do nothing."""
    kernel = opened(market())
    engine = kernel.engine
    clock = time.perf_counter_ns
    half = len(commands) // 2
    call_ns = []
    for command in commands[:half]:
        began = clock()
        engine.apply(command)
        call_ns.append(clock() - began)
    chunks = [commands[start : start + ORDERS_PER_BATCH] for start in range(half, len(commands), ORDERS_PER_BATCH)]
    applied = [(_calls(engine.apply, chunk), _calls(engine.apply_nothing, chunk)) for chunk in chunks]
    seconds, empty_seconds = (statistics.median(each) for each in zip(*applied, strict=True))
    return SingleCalls(call_ns[len(call_ns) // 10 :], 1 / seconds, 1 / empty_seconds)


def durable_orders(directory: Path | None, commands: Sequence[bytes], in_flight: int) -> DurableOrders:
    """Orders through ring, engine, journal and disk, on the runtime's threads; never more unacknowledged than this."""
    submissions = _batches(commands, max(in_flight // SUBMISSIONS_IN_FLIGHT, 1))
    try:
        with TemporaryDirectory(dir=directory, prefix="cambist-bench-") as folder:
            runtime = _runtime(Path(folder))
            began = time.perf_counter()
            acknowledged = _acknowledged(runtime, submissions, in_flight)
            seconds = time.perf_counter() - began
            runtime.stop()
            size = sum(segment.stat().st_size for segment in Path(folder).iterdir())
    except OSError as error:
        raise _unmeasurable(error) from error
    return DurableOrders(len(commands) / seconds, acknowledged, size / len(commands))


def replay_rate(directory: Path | None, commands: Sequence[bytes]) -> float:
    """Commands per second when a journal is opened and recovered as at every start."""
    try:
        with TemporaryDirectory(dir=directory, prefix="cambist-bench-") as folder:
            state_hash = _journaled(Path(folder), commands)
            began = time.perf_counter()
            journal = open_journal(Path(folder), kernel="native", minimum_free_bytes=0)
            recovered = recover(lambda snapshot: open_kernel("native", snapshot), journal)
            seconds = time.perf_counter() - began
            journal.close()
    except OSError as error:
        raise _unmeasurable(error) from error
    if recovered.kernel.state_hash() != state_hash:
        raise InvariantBroken("The journal gives another state than the one it was written with.", "Report this.")
    return recovered.replayed / seconds


def _journaled(folder: Path, commands: Sequence[bytes]) -> str:
    """Write a journal of the market and these commands; the state's hash at its end."""
    journal, kernel = open_journal(folder, kernel="native", minimum_free_bytes=0), NativeKernel()
    opening = b"".join(stamped(iter(market()), 0))
    for batch in (opening, *(batch for batch, _ in _batches(commands, ORDERS_PER_BATCH))):
        journal.append(kernel.apply_batch(batch))
        journal.commit()
    journal.close()
    return kernel.state_hash()


def _acknowledged(runtime: Any, submissions: Sequence[tuple[bytes, int]], in_flight: int) -> list[int]:
    """Nanoseconds of each submission from the ring to the answer."""
    clock = time.perf_counter_ns
    waiting: deque[tuple[int, int]] = deque()
    acknowledged: list[int] = []
    first = sent = len(market())
    durable = first
    for records, count in submissions:
        while sent + count - durable > in_flight and waiting:
            durable = _answer(runtime, waiting, acknowledged)
        sent += count
        waiting.append((sent, clock()))
        runtime.submit(records)
    while waiting:
        _answer(runtime, waiting, acknowledged)
    return acknowledged


def _answer(runtime: Any, waiting: deque[tuple[int, int]], acknowledged: list[int]) -> int:
    """Wait for the oldest submission; those that became durable with it are answered too."""
    durable: int = runtime.await_durable(waiting[0][0], None)
    now = time.perf_counter_ns()
    while waiting and waiting[0][0] <= durable:
        acknowledged.append(now - waiting.popleft()[1])
    return durable


def _unmeasurable(error: OSError) -> StorageFailure:
    return StorageFailure(
        f"The journal could not be measured: {error.strerror or error}.", "Name a directory with space."
    )


def _runtime(folder: Path) -> Any:
    kernel = opened(market())
    writer = _writer(folder, kernel.sequence + 1, kernel.event_sequence + 1)
    return load_module().Runtime(kernel.engine, writer, folder, 0, _RING_PLACES, "park", None, None, False)


def _writer(folder: Path, next_sequence: int, next_event_sequence: int) -> Any:
    position = (next_sequence, next_event_sequence, GENESIS_HASH)
    return load_module().JournalWriter(folder, position, ENGINE_VERSION, version("cambist"), 2**40, None, 0)


def _batches(commands: Sequence[bytes], per_batch: int) -> list[tuple[bytes, int]]:
    """Joined commands, and how many."""
    slices = (commands[start : start + per_batch] for start in range(0, len(commands), per_batch))
    return [(b"".join(batch), len(batch)) for batch in slices]


def _calls(call: Callable[[bytes], object], commands: Sequence[bytes]) -> float:
    """Seconds per call."""
    began = time.perf_counter()
    for command in commands:
        call(command)
    return (time.perf_counter() - began) / len(commands)


def _percentile(samples: Sequence[int], percent: int) -> int:
    return sorted(samples)[min(len(samples) * percent // 100, len(samples) - 1)]
