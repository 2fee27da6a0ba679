"""Stamps and applies commands on the plane's own thread, with any kernel and any journal."""

from __future__ import annotations

import struct
import time
from collections.abc import Mapping, Sequence

from cambist.application.data_plane.latency import LatencyHistogram
from cambist.application.data_plane.sequencer import Advance, Reach
from cambist.application.data_plane.submissions import PLACES, PythonQueue, Submission, SubmissionQueue
from cambist.application.ports.engine_host import Receipt
from cambist.application.ports.journal import Journal
from cambist.application.ports.latency_reading import LatencyReading
from cambist.application.ports.source import Source
from cambist.domain.errors import InvariantBroken
from cambist.engine.kernel import Kernel
from cambist.protocols.records import split_stream

_STAMP = struct.Struct("<Qq")
_STAMP_OFFSET = 8
"""Where sequence and time lie in a record's header."""


class PythonSequencer:
    """Implements Sequencer: everything happens before a call returns."""

    name = "python"
    has_journal_thread = False

    def __init__(self, kernel: Kernel, journal: Journal, places: int = PLACES) -> None:
        self.kernel = kernel
        self._journal = journal
        self._queue = PythonQueue(places)
        self._engine = LatencyHistogram()
        self._commit = LatencyHistogram()
        self._has_appended = False

    @property
    def queue(self) -> SubmissionQueue:
        """Where other threads put submissions."""
        return self._queue

    @property
    def next_sequence(self) -> int:
        """Of the next command."""
        return self.kernel.sequence + 1

    def apply(self, records: Sequence[bytes], now_ns: int) -> list[Receipt]:
        """Apply unstamped packed commands together at `now_ns`."""
        if not records:
            return []
        sequence = self.next_sequence
        began_ns = time.perf_counter_ns()
        stream = self.kernel.apply_batch(
            b"".join(_stamped(record, sequence + index, now_ns) for index, record in enumerate(records))
        )
        self._engine.record((time.perf_counter_ns() - began_ns) // len(records), len(records))
        self._journal.append(stream)
        self._has_appended = True
        return [Receipt(command, tuple(events)) for command, events in split_stream(stream)]

    def apply_submission(self, submission: Submission, now_ns: int) -> list[Receipt]:
        """The same with commands from outside."""
        return self.apply(submission.records, now_ns)

    def host(self, source: Source) -> bool:
        """Sources stay with the plane."""
        del source
        return False

    def advance_hosted(self, reach: Reach) -> Advance:
        """There is none."""
        raise InvariantBroken(f"Nothing is hosted here that could reach {reach.horizon_ns}.", "Report it.")

    def commit(self) -> None:
        """Make everything applied durable."""
        began_ns = time.perf_counter_ns()
        self._journal.commit()
        if self._has_appended:
            self._commit.record(time.perf_counter_ns() - began_ns)
            self._has_appended = False

    def durable_sequence(self, at_least: int = 0, wait_s: float = 0.0) -> int:
        """The last durable command."""
        del at_least, wait_s
        return self._journal.last_sequence

    def latencies(self) -> Mapping[str, LatencyReading]:
        """engine: per command. commit: one journal commit."""
        return {"engine": self._engine, "commit": self._commit}

    def close(self) -> None:
        """Nothing to leave."""


def _stamped(record: bytes, sequence: int, now_ns: int) -> bytes:
    return b"".join((record[:_STAMP_OFFSET], _STAMP.pack(sequence, now_ns), record[_STAMP_OFFSET + _STAMP.size :]))
