"""The matching workload order by order: what one call of the native book costs, and one that does nothing."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cambist.engine.native import open_matching_book
from cambist.engine.workload import OPERATION

_Row = tuple[int, int, int, int, int, int]
_Limit = Callable[[int, int, int, int], object]
_Cancel = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class SingleCalls:
    """Median runs. Both contain the loop of the interpreter around the calls."""

    single_call_ops_per_s: float
    """Orders and cancels, each giving its fills or what it canceled."""
    noop_ops_per_s: float
    """Calls that take the same and do nothing."""

    @property
    def single_to_noop(self) -> float:
        """1 would be a book that costs nothing."""
        return self.single_call_ops_per_s / self.noop_ops_per_s


def measure_single_calls(ops: bytes, runs: int) -> SingleCalls:
    """Send every operation by a call of its own, `runs` times on a new book, by turns with calls that do nothing."""
    rows = list(OPERATION.iter_unpack(ops))
    single_ns, noop_ns = [], []
    for _ in range(runs):
        book = open_matching_book()
        single_ns.append(_timed_ns(rows, book.limit, book.cancel))
        noop_ns.append(_timed_ns(rows, book.limit_nothing, book.cancel_nothing))
    return SingleCalls(*(len(rows) / (statistics.median(run_ns) / 1e9) for run_ns in (single_ns, noop_ns)))


def _timed_ns(rows: Iterable[_Row], limit: _Limit, cancel: _Cancel) -> int:
    began_ns = time.perf_counter_ns()
    for op, side, _, qty, price, order_id in rows:
        if op:
            cancel(order_id)
        else:
            limit(order_id, side, price, qty)
    return max(time.perf_counter_ns() - began_ns, 1)
