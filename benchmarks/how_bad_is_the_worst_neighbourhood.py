"""How bad is the worst neighbourhood? Streams of operations made to hurt a book, through the native one."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator

from cambist.engine import native
from cambist.engine.workload import OPERATION
from cambist.testing.adversaries import (
    anywhere,
    canceled_from_the_middle,
    colliding_ids,
    far_away_ping_pong,
    one_crowded_level,
    swept_levels,
)
from harness import Figure, Options, options_of, report

QUESTION = "How bad is the worst neighbourhood?"
OPS, QUICK_OPS = 1_000_000, 20_000
RUNS = 3
STREAMS: dict[str, Callable[[int], Iterator[tuple[int, ...]]]] = {
    "prices anywhere in 2^40 ticks": anywhere,
    "one level of up to a million orders": one_crowded_level,
    "a best price that jumps far away and back": far_away_ping_pong,
    "cancels from the middle of long levels": canceled_from_the_middle,
    "sweeps through thousands of levels": swept_levels,
    "ids chosen to collide": colliding_ids,
}


def measure(options: Options) -> list[Figure]:
    """The rate and the percentiles of each stream."""
    if not native.is_installed():
        raise SystemExit("the native kernel is not installed")
    count = QUICK_OPS if options.is_quick else OPS
    figures: list[Figure] = []
    for name, stream in STREAMS.items():
        ops = b"".join(OPERATION.pack(*operation) for operation in stream(count))
        result, times = native.measure_workload(ops, RUNS)
        figures += [
            Figure(f"{name}", result.ops / (statistics.median(times.run_ns) / 1e9), "ops/s"),
            Figure(f"{name}, one operation, p50", times.p50_ps / 1000, "ns"),
            Figure(f"{name}, one operation, p99.99", times.p99_99_ps / 1000, "ns"),
        ]
    return figures


if __name__ == "__main__":
    chosen = options_of(QUESTION)
    report(
        QUESTION,
        __file__,
        measure(chosen),
        [
            "The native book with its index and its reports, fresh for each run; percentiles contain the timer. Every",
            "stream is also run by the conventional engine, and the hashes of trades and books compared.",
            "docs/engine.md, section 42, says what an operation costs at most, in counted steps.",
        ],
        chosen,
    )
