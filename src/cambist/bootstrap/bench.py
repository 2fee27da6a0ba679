"""`cambist bench matching`: the workload through the bare books, hashed, on either kernel."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cambist.bootstrap.matching_workload import matching_workload
from cambist.bootstrap.settings import load_settings
from cambist.bootstrap.single_calls import measure_single_calls
from cambist.domain.errors import InputError
from cambist.engine import native
from cambist.engine.kernels import open_kernel, workload_of
from cambist.engine.workload import WorkloadResult

_RUNS = 7


def bench_matching(ops_file: Path | None, count: int, kernel: str | None) -> dict[str, Any]:
    """Trades, volume, the two hashes and operations per second, of a file's operations or of as many canonical ones.

    On the native kernel also those of a conventional engine in the same process, percentiles of one operation, and
    the rates of single calls from Python, beside calls that do nothing. Rates are those of the median run; the timer's
    own time is part of the percentiles. Raises InputError, KernelUnusable.
    """
    name = open_kernel(load_settings(kernel=kernel).kernel).name
    ops = _made(count) if ops_file is None else _read(ops_file)
    result, times = _measured(ops) if name == "native" else _timed(ops, name)
    return {"kernel": name, **asdict(result), **times}


def _made(count: int) -> bytes:
    if count < 1:
        raise InputError("There is nothing to measure.", "Ask for one operation or more.")
    return matching_workload(count)


def _read(ops_file: Path) -> bytes:
    try:
        ops = ops_file.read_bytes()
    except OSError as error:
        raise InputError(
            f"The workload {ops_file} cannot be read: {error.strerror}.", "Name an existing file."
        ) from error
    if not ops:
        raise InputError(f"The workload {ops_file} is empty.", "Name a file with operations.")
    return ops


def _timed(ops: bytes, kernel: str) -> tuple[WorkloadResult, dict[str, float]]:
    replay = workload_of(kernel)
    began_ns = time.perf_counter_ns()
    result = replay(ops)
    return result, _rate("", result.ops, [time.perf_counter_ns() - began_ns])


def _measured(ops: bytes) -> tuple[WorkloadResult, dict[str, float]]:
    result, times = native.measure_workload(ops, _RUNS)
    calls = measure_single_calls(ops, _RUNS)
    return result, {
        **_rate("", result.ops, times.run_ns),
        **_rate("conventional_", result.ops, times.conventional_run_ns),
        "p50_ns": round(times.p50_ps / 1000, 1),
        "p99_ns": round(times.p99_ps / 1000, 1),
        "p99_99_ns": round(times.p99_99_ps / 1000, 1),
        "timer_ns": round(times.timer_ps / 1000, 1),
        "single_call_ops_per_s": int(calls.single_call_ops_per_s),
        "noop_ops_per_s": int(calls.noop_ops_per_s),
        "single_to_noop": round(calls.single_to_noop, 3),
    }


def _rate(prefix: str, ops: int, run_ns: Sequence[int]) -> dict[str, float]:
    seconds = max(statistics.median(run_ns), 1) / 1e9
    return {f"{prefix}seconds": round(seconds, 6), f"{prefix}ops_per_s": int(ops / seconds)}
