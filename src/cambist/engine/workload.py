"""The canonical matching workload: new limit orders and cancels on one bare book, with no accounts.

An operation is 24 bytes, little-endian: op u8 (0 new limit order, 1 cancel), side u8, flags u16, qty u32, price u64,
id u64. Hashes are 64-bit FNV-1a over words, as 16 hex digits.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

OPERATION = struct.Struct("<BBHIQQ")
"""op, side, flags, qty, price, id."""
NEW, CANCEL = 0, 1


@dataclass(frozen=True, slots=True)
class WorkloadTimes:
    """How long the native kernel took, and a conventional engine in the same process by turns with it."""

    run_ns: tuple[int, ...]
    """Of each run on an empty book."""
    conventional_run_ns: tuple[int, ...]
    p50_ps: int
    """Of one operation, in picoseconds, the timer's own time included."""
    p99_ps: int
    p99_99_ps: int
    timer_ps: int
    """The timer's own time: the median of no operation."""


@dataclass(frozen=True, slots=True)
class WorkloadResult:
    """What every kernel must agree on. Quantities in lots, notional in tick-lots."""

    ops: int
    trades: int
    volume: int
    notional: int
    missed_cancels: int
    resting_orders: int
    trades_fnv: str
    """Over (maker, taker, price, qty) of each trade."""
    book_fnv: str
    """Over (side, price, id, leaves) of each resting order, bids best to worst, then asks."""
