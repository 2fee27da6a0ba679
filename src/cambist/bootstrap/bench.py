"""`cambist bench matching`: the workload through the bare books, hashed, on either kernel."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from cambist.bootstrap.settings import load_settings
from cambist.domain.errors import InputError
from cambist.engine.kernels import open_kernel, workload_of


def bench_matching(ops_file: Path, kernel: str | None) -> dict[str, Any]:
    """Trades, volume, the two hashes and operations per second. Raises InputError, KernelUnusable."""
    name = open_kernel(load_settings(kernel=kernel).kernel).name
    replay = workload_of(name)
    try:
        ops = ops_file.read_bytes()
    except OSError as error:
        raise InputError(
            f"The workload {ops_file} cannot be read: {error.strerror}.", "Name an existing file."
        ) from error
    began_ns = time.perf_counter_ns()
    result = replay(ops)
    elapsed_ns = max(time.perf_counter_ns() - began_ns, 1)
    return {
        "kernel": name,
        "ops": result.ops,
        "trades": result.trades,
        "volume": result.volume,
        "notional": result.notional,
        "missed_cancels": result.missed_cancels,
        "resting_orders": result.resting_orders,
        "trades_fnv": result.trades_fnv,
        "book_fnv": result.book_fnv,
        "seconds": round(elapsed_ns / 10**9, 6),
        "ops_per_s": result.ops * 10**9 // elapsed_ns,
    }
