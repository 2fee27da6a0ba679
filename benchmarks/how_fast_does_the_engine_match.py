"""How fast does the engine match? The canonical workload through the bare book of each kernel, hashes checked."""

from __future__ import annotations

import statistics
import time

from cambist.engine import native
from cambist.engine.reference.workload import replay_workload
from cambist.engine.workload import WorkloadResult
from cambist.testing.workload import matching_workload
from harness import Figure, Options, options_of, report

QUESTION = "How fast does the engine match?"
OPS, QUICK_OPS = 1_000_000, 20_000
RUNS = 7
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
        runs = sorted(_native(ops, count) for _ in range(RUNS))
        median = statistics.median(runs)
        figures += [
            Figure("native kernel, median run", median, "ops/s"),
            Figure("native kernel, best run", runs[-1], "ops/s"),
            Figure("native kernel, median time per operation", 1e9 / median, "ns"),
            Figure("native to reference", median / reference_ops_per_s, "times"),
        ]
    return figures


def _reference(ops: bytes, count: int) -> float:
    began = time.perf_counter()
    result = replay_workload(ops)
    elapsed = time.perf_counter() - began
    _check(result, count)
    return count / elapsed


def _native(ops: bytes, count: int) -> float:
    _check(native.replay_workload(ops), count)
    *_, seconds = native.load_module().replay_workload(ops)
    return count / float(seconds)


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
            f"A fresh book each run; trades are hashed inside the timed part. Native: {RUNS} runs; reference: one.",
        ],
        chosen,
    )
