"""Stamps commands, applies them, and buffers the outcome in the journal until the slice ends."""

from __future__ import annotations

import struct
import time
from collections.abc import Sequence

from cambist.application.data_plane.statistics import PlaneStatistics
from cambist.application.ports.engine_host import Receipt
from cambist.application.ports.journal import Journal
from cambist.engine.kernel import Kernel
from cambist.protocols.records import split_stream

_STAMP = struct.Struct("<Qq")
_STAMP_OFFSET = 8
"""Where sequence and time lie in a record's header."""


class Sequencer:
    """The only one that calls the kernel: one sequence, one clock."""

    def __init__(self, kernel: Kernel, journal: Journal, statistics: PlaneStatistics) -> None:
        self.kernel = kernel
        self._journal = journal
        self._statistics = statistics

    @property
    def next_sequence(self) -> int:
        """Of the next command."""
        return self.kernel.sequence + 1

    def apply(self, records: Sequence[bytes], now_ns: int) -> list[Receipt]:
        """Apply unstamped packed commands together at `now_ns`.

        Raises InputError where the kernel cannot read them (nothing is applied), InvariantBroken, StorageFailure.
        """
        if not records:
            return []
        sequence = self.next_sequence
        began_ns = time.perf_counter_ns()
        stream = self.kernel.apply_batch(
            b"".join(_stamped(record, sequence + index, now_ns) for index, record in enumerate(records))
        )
        self._statistics.latencies["engine"].record((time.perf_counter_ns() - began_ns) // len(records), len(records))
        self._journal.append(stream)
        receipts = [Receipt(command, tuple(events)) for command, events in split_stream(stream)]
        self._statistics.commands += len(receipts)
        self._statistics.events += sum(len(receipt.events) for receipt in receipts)
        return receipts


def _stamped(record: bytes, sequence: int, now_ns: int) -> bytes:
    return b"".join((record[:_STAMP_OFFSET], _STAMP.pack(sequence, now_ns), record[_STAMP_OFFSET + _STAMP.size :]))
