"""The journal on disk: the front that the data plane holds, made by `open_journal`."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cambist.application.ports.disk import Disk, DiskLock
from cambist.application.ports.journal import DamagedSnapshot, Difference
from cambist.domain.errors import InvariantBroken, StorageFailure
from cambist.engine.kernel import Kernel
from cambist.engine.native import NativeKernel
from cambist.infrastructure.persistence.journal.block_writer import BlockWriter
from cambist.infrastructure.persistence.journal.durable_mark import DurableMark
from cambist.infrastructure.persistence.journal.failures import storage_failure
from cambist.infrastructure.persistence.journal.history import read_blocks, segments_from
from cambist.infrastructure.persistence.journal.implementation import Implementation
from cambist.infrastructure.persistence.journal.pruning import prune_segments
from cambist.infrastructure.persistence.journal.snapshot_store import SnapshotStore
from cambist.infrastructure.persistence.journal.survey import TornTail
from cambist.protocols.journal import Block
from cambist.protocols.snapshot_file import SnapshotFile

DEFAULT_MINIMUM_FREE_BYTES = 64 << 20
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a journal lies, how it is read, and how full its disk may get."""

    disk: Disk
    directory: Path
    engine_version: int
    implementation: Implementation
    minimum_free_bytes: int = DEFAULT_MINIMUM_FREE_BYTES


class DiskJournal:
    """Implements the ports `Journal` and `JournalHistory`."""

    def __init__(self, place: Place, writer: BlockWriter, lock: DiskLock, torn_tail: TornTail | None) -> None:
        self.torn_tail = torn_tail
        """The unfinished write that was cut when the journal was opened, if there was one."""
        self._place = place
        self._writer = writer
        self._lock = lock
        self._mark = DurableMark(place.disk, place.directory)
        self._snapshots = SnapshotStore(place.disk, place.directory)
        self._failure: StorageFailure | None = None
        self._is_open = True
        self._busy = threading.Lock()

    @property
    def directory(self) -> Path:
        """Where it lies."""
        return self._place.directory

    @property
    def last_sequence(self) -> int:
        """Of the last durable command; 0 at first."""
        return self._writer.position.last_sequence

    @property
    def last_event_sequence(self) -> int:
        """Of the last durable event; 0 at first."""
        return self._writer.position.next_event_sequence - 1

    def append(self, records: bytes) -> None:
        """Buffer whole commands, each followed by its events."""
        self._check_usable()
        self._writer.append(records)

    def commit(self) -> int:
        """Make everything appended durable; the last durable sequence."""
        if not self._writer.pending_bytes:
            self._check_usable()
            return self.last_sequence
        return self._attempt(self._commit)

    def head(self) -> str:
        """The chain's hash after the last durable block."""
        return self._writer.position.head.hex()

    def save_snapshot(self, sequence: int, data: bytes) -> None:
        """Keep a snapshot of the state after a durable command."""
        if not 0 < sequence <= self.last_sequence:
            raise InvariantBroken(
                f"A snapshot after command {sequence} was to be kept; durable are 1 to {self.last_sequence}.",
                "Report this: snapshots are taken of durable states only.",
            )
        position = self._writer.position
        snapshot = SnapshotFile(self._place.engine_version, sequence, position.last_sequence, position.head, data)
        self._attempt(lambda: self._snapshots.save(snapshot))

    def snapshots(self) -> Iterator[SnapshotFile | DamagedSnapshot]:
        """The kept snapshots, newest first."""
        yield from self._snapshots.newest_first()

    def blocks(self, after_sequence: int) -> Iterator[Block]:
        """The durable blocks that hold a command later than `after_sequence`."""
        return read_blocks(self._place.disk, self._place.directory, after_sequence, self._place.implementation.unpack)

    def can_replay(self, kernel: Kernel) -> bool:
        """Where both the kernel and what reads this journal are native."""
        return isinstance(kernel, NativeKernel) and self._place.implementation.replay is not None

    def replay(self, kernel: Kernel, after_sequence: int) -> Difference | None:
        """Apply every command later than `after_sequence` outside the interpreter."""
        assert isinstance(kernel, NativeKernel)
        assert self._place.implementation.replay is not None
        directory = self._place.directory
        segments = [directory / name for name in segments_from(self._place.disk, directory, after_sequence + 1)]
        return self._place.implementation.replay(kernel, segments, after_sequence)

    def prune(self, needed_from: int | None = None) -> list[str]:
        """Remove the segments that neither recovery nor a reader still at `needed_from` needs; their names."""
        return self._attempt(
            lambda: prune_segments(self._place.disk, self._place.directory, self._snapshots.kept(), needed_from)
        )

    def close(self) -> None:
        """Commit what is buffered, then release files and lock."""
        if not self._is_open:
            return
        try:
            if self._failure is None:
                self.commit()
        finally:
            self.abandon()

    def hand_over(self, take_over: Callable[[Place, BlockWriter], BlockWriter]) -> None:
        """Let somebody else write the blocks from now on; what `take_over` gives says how far they got."""
        self._writer = take_over(self._place, self._writer)

    def failure_of(self, error: OSError) -> StorageFailure:
        """What a failed operation of whoever writes means: from now on this journal's last word."""
        self._failure = self._failure or storage_failure(error, self._place.directory)
        return self._failure

    def abandon(self) -> None:
        """Release files and lock, dropping what is buffered: for a process that must end after a failure.

        From any thread. Files that another thread is writing at this moment are left to the end of the process.
        """
        if not self._is_open:
            return
        self._is_open = False
        if self._busy.acquire(blocking=False):
            with contextlib.suppress(OSError):
                self._writer.close()
            self._lock.release()

    def _commit(self) -> int:
        self._check_space()
        sequence = self._writer.commit()
        self._mark.write(sequence)
        return sequence

    def _check_space(self) -> None:
        """Stop while the disk still has room for everybody to end in order."""
        free = self._place.disk.free_bytes(self._place.directory) - self._writer.pending_bytes
        if free < self._place.minimum_free_bytes:
            raise StorageFailure(
                f"The disk under {self._place.directory} is nearly full: "
                f"this commit would leave {max(free, 0)} bytes, the reserve is {self._place.minimum_free_bytes}.",
                "Free space or prune the journal, then start again: nothing acknowledged is lost.",
            )

    def _check_usable(self) -> None:
        if self._failure is not None:
            raise self._failure
        if not self._is_open:
            raise StorageFailure("The journal is closed.", "Open it again.")

    def _attempt(self, operation: Callable[[], Result]) -> Result:
        """Run a file operation once; its first failure is the journal's last word."""
        with self._busy:
            self._check_usable()
            return self._try(operation)

    def _try(self, operation: Callable[[], Result]) -> Result:
        try:
            return operation()
        except OSError as error:
            self._failure = storage_failure(error, self._place.directory)
            raise self._failure from error
        except StorageFailure as failure:
            self._failure = failure
            raise
