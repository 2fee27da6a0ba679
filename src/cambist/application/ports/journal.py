"""The port of the journal: what the data plane appends to, and what recovery reads back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from cambist.engine.kernel import Kernel
from cambist.protocols.journal import Block
from cambist.protocols.snapshot_file import SnapshotFile


class Journal(Protocol):
    """The one writer of the truth. After the first StorageFailure every later call raises it again."""

    @property
    def last_sequence(self) -> int:
        """Of the last durable command; 0 at first."""

    def append(self, records: bytes) -> None:
        """Buffer whole commands, each followed by its events, as `apply_batch` returned them.

        Raises InvariantBroken where they do not continue what was appended before.
        """

    def commit(self) -> int:
        """Make everything appended durable in one block and return `last_sequence`; nothing appended: no write.

        Raises StorageFailure. Nothing of the batch may then leave the process, and the process must end.
        """

    def head(self) -> str:
        """The chain's hash after the last durable block, as 64 hex digits."""

    def save_snapshot(self, sequence: int, data: bytes) -> None:
        """Keep the kernel's snapshot taken after command `sequence`, which must be durable; the two newest stay."""

    def close(self) -> None:
        """Commit what is buffered, then release files and lock. Closing twice is nothing."""


@dataclass(frozen=True, slots=True)
class DamagedSnapshot:
    """A kept snapshot that cannot be used, and why."""

    sequence: int
    description: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a kernel gives for some commands, applied again, is not what the journal holds."""

    first_sequence: int
    produced: bytes
    """Commands, each followed by its events."""
    expected: bytes


class JournalHistory(Protocol):
    """What recovery needs of a journal."""

    @property
    def last_sequence(self) -> int:
        """Of the last durable command; 0 at first."""

    def snapshots(self) -> Iterator[SnapshotFile | DamagedSnapshot]:
        """The kept snapshots, newest first, read as they are asked for."""

    def blocks(self, after_sequence: int) -> Iterator[Block]:
        """The blocks that hold a command later than `after_sequence`, in order; the first may begin before it.

        Raises JournalCorrupt where they are no longer there.
        """

    def can_replay(self, kernel: Kernel) -> bool:
        """Whether `replay` knows a way to this kernel that is shorter than `blocks`."""

    def replay(self, kernel: Kernel, after_sequence: int) -> Difference | None:
        """Apply every command later than `after_sequence`; what differs first, if anything.

        Raises JournalCorrupt where they are no longer there, StorageFailure, InvariantBroken.
        """
