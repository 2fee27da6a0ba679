"""How fast does the engine match? The canonical workload through the bare book of each kernel, hashes checked."""

from __future__ import annotations

import statistics
import time

from cambist.bootstrap.matching_workload import matching_workload
from cambist.bootstrap.single_calls import measure_single_calls
from cambist.engine import native
from cambist.engine.reference.workload import replay_workload
from cambist.engine.workload import OPERATION, WorkloadResult
from harness import Figure, Options, options_of, report

QUESTION = "How fast does the engine match?"
OPS, QUICK_OPS = 1_000_000, 20_000
RUNS = 7
SPREAD = 0x9E3779B97F4A7C15
EXPECTED_HASHES = {
    OPS: ("b28876b0493966ad", "0a22c781fbc4593d"),
    QUICK_OPS: ("b0586361ad679432", "09b5907e804256c9"),
}
"""Of the trades and of the book, from an independent replay."""


def measure(options: Options) -> list[Figure]:
    """Operations per second of each kernel, and the ratio."""
    count = QUICK_OPS if options.is_quick else OPS
    ops = matching_workload(count)
    reference_ops_per_s = _reference(ops, count)
    figures = [Figure("reference kernel", reference_ops_per_s, "ops/s")]
    if native.is_installed():
        figures += _native(ops, count, "")
        figures += _native(sparse_ids(ops), None, ", sparse ids")
        figures += _single_calls(ops)
        figures.append(Figure("native to reference", figures[1].value / reference_ops_per_s, "times"))
    return figures


def sparse_ids(ops: bytes) -> bytes:
    """The same operations under ids from all of 64 bits: each times an odd number."""
    fields = (operation for operation in OPERATION.iter_unpack(ops))
    return b"".join(OPERATION.pack(*first, order_id * SPREAD % 2**64) for *first, order_id in fields)


def _reference(ops: bytes, count: int) -> float:
    began = time.perf_counter()
    result = replay_workload(ops)
    elapsed = time.perf_counter() - began
    _check(result, count)
    return count / elapsed


def _native(ops: bytes, count: int | None, label: str) -> list[Figure]:
    """`count` where the hashes are known; those of the conventional engine are compared in any case."""
    result, times = native.measure_workload(ops, RUNS)
    if count is not None:
        _check(result, count)
    median = result.ops / (statistics.median(times.run_ns) / 1e9)
    conventional = result.ops / (statistics.median(times.conventional_run_ns) / 1e9)
    return [
        Figure(f"native kernel, median run{label}", median, "ops/s"),
        Figure(f"native kernel, best run{label}", result.ops / (min(times.run_ns) / 1e9), "ops/s"),
        Figure(f"conventional engine, median run{label}", conventional, "ops/s"),
        Figure(f"native to conventional{label}", median / conventional, "times"),
        Figure(f"native kernel, one operation, p50{label}", times.p50_ps / 1000, "ns"),
        Figure(f"native kernel, one operation, p99{label}", times.p99_ps / 1000, "ns"),
        Figure(f"the timer, contained in both{label}", times.timer_ps / 1000, "ns"),
    ]


def _single_calls(ops: bytes) -> list[Figure]:
    calls = measure_single_calls(ops, RUNS)
    return [
        Figure("single calls from Python, median run", calls.single_call_ops_per_s, "ops/s"),
        Figure("calls that do nothing, median run", calls.noop_ops_per_s, "ops/s"),
        Figure("single calls to calls that do nothing", calls.single_to_noop, "times"),
    ]


def _check(result: WorkloadResult, count: int) -> None:
    if (result.trades_fnv, result.book_fnv) != EXPECTED_HASHES[count]:
        raise SystemExit(f"the hashes are wrong: {result}")


if __name__ == "__main__":
    chosen = options_of(QUESTION)
    report(
        QUESTION,
        __file__,
        measure(chosen),
        [
            "The canonical workload: 56 % passive orders, 39 % cancels, 5 % aggressive; up to 126,041 live orders.",
            f"A fresh book each run; reports are written and trades hashed inside the timed part. Native: {RUNS} runs,",
            "by turns with a conventional engine: ordered map of levels, linked lists, fast-hashed ids, same flags.",
            "Single calls: a loop in Python, a call for each operation; then the same with calls that do nothing.",
            "The limit: reading the operations, writing the reports and touching the cache lines of index, orders and",
            "levels that they need, with no logic at all, took 15 ns an operation on two such cores, 75 where each",
            "line waits for the one before, as in single calls. Six times the conventional rate would need 14.",
        ],
        chosen,
    )
