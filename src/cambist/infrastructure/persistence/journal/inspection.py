"""What `cambist journal verify`, `dump` and `head` show. They change nothing and need no lock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from cambist.application.ports.disk import Disk
from cambist.domain.errors import CambistError, StorageFailure
from cambist.domain.message import Command, Message
from cambist.domain.reasons import Reason
from cambist.infrastructure.persistence.journal.failures import storage_failure
from cambist.infrastructure.persistence.journal.history import read_blocks
from cambist.infrastructure.persistence.journal.implementation import Implementation, choose_implementation
from cambist.infrastructure.persistence.journal.local_disk import LocalDisk
from cambist.infrastructure.persistence.journal.segment_directory import segment_name, segment_sequences
from cambist.infrastructure.persistence.journal.survey import (
    Problem,
    Scanner,
    Survey,
    TornTail,
    survey,
)
from cambist.protocols.journal import Block, count_records
from cambist.protocols.journal_scan import SegmentScan
from cambist.protocols.layout import layout_of
from cambist.protocols.records import decode_all

Progress = Callable[[int, int], None]
"""Called now and then with the bytes that are checked and those there are to check."""

TOLD_BYTES = 1 << 20
_WIDE = frozenset({"u64", "i64", "i128"})


@dataclass(frozen=True, slots=True)
class SnapshotSummary:
    """One kept snapshot. `problem` is empty where it can be used."""

    sequence: int
    state_hash: str
    size: int
    """Of the state, in bytes."""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a journal directory holds, and what is wrong with it."""

    directory: str
    segments: int
    blocks: int
    commands: int
    events: int
    first_sequence: int
    """Of the first command still there; 0 where there is none."""
    last_sequence: int
    head: str
    """The chain's hash after the last valid block: compare it with one kept elsewhere."""
    engine_versions: tuple[int, ...]
    snapshots: tuple[SnapshotSummary, ...]
    problems: tuple[Problem, ...]
    torn_tail: TornTail | None
    """An unfinished write: normal while a writer runs and after a crash; cut at the next start."""

    @property
    def is_sound(self) -> bool:
        """True where everything is as it was written."""
        return not self.problems and not any(snapshot.problem for snapshot in self.snapshots)


def verify(directory: Path, disk: Disk | None = None, progress: Progress | None = None) -> VerifyReport:
    """Check every block, record, link and snapshot. Raises StorageFailure where the directory cannot be read.

    Segments are read twice, and `progress` counts both: first the chain of blocks, then the records in them.
    """
    used: Disk = disk or LocalDisk()
    try:
        _require_journal(used, directory)
        read_with = _implementation(disk, used)
        meter = _Meter(2 * _segments_size(used, directory), progress)
        found = survey(used, directory, _metered(read_with.scanner, used, meter), read_with.threads)
        problems = list(found.problems)
        if not problems:
            blocks = read_blocks(used, directory, found.first_sequence - 1, read_with.unpack)
            problems.extend(_broken_records(blocks, meter))
    except OSError as error:
        raise storage_failure(error, directory) from error
    meter.finish()
    first = found.first_sequence
    first_events = [scan.header.first_event_sequence for scan in found.segments.values() if scan.header]
    return VerifyReport(
        directory=str(directory),
        segments=len(found.segments),
        blocks=sum(scan.blocks for scan in found.segments.values()),
        commands=found.position.next_sequence - first,
        events=found.position.next_event_sequence - (first_events[0] if first_events else 1),
        first_sequence=first if found.position.next_sequence > first else 0,
        last_sequence=found.position.last_sequence,
        head=found.position.head.hex(),
        engine_versions=tuple(sorted(found.engine_versions)),
        snapshots=_snapshot_summaries(found),
        problems=tuple(problems),
        torn_tail=found.torn_tail,
    )


def head(directory: Path, disk: Disk | None = None) -> tuple[int, str]:
    """The last valid command's sequence and the chain's hash after it, to be kept elsewhere. Raises StorageFailure."""
    used: Disk = disk or LocalDisk()
    try:
        _require_journal(used, directory)
        position = survey(used, directory, _implementation(disk, used).scanner).position
    except OSError as error:
        raise storage_failure(error, directory) from error
    return position.last_sequence, position.head.hex()


def dump(
    directory: Path, from_sequence: int = 1, limit: int | None = None, disk: Disk | None = None
) -> Iterator[dict[str, Any]]:
    """Commands from `from_sequence` on, each followed by its events, as rows ready for JSON; `limit` counts commands.

    64-bit numbers are strings, enumerations their names, blobs hex. Raises JournalCorrupt, StorageFailure.
    """
    used: Disk = disk or LocalDisk()
    _require_journal(used, directory)
    last = None if limit is None else from_sequence + limit - 1
    is_wanted = False
    try:
        for block in read_blocks(used, directory, from_sequence - 1, _implementation(disk, used).unpack):
            for message in decode_all(block.payload):
                if isinstance(message, Command):
                    if last is not None and message.sequence > last:
                        return
                    is_wanted = message.sequence >= from_sequence
                if is_wanted:
                    yield message_row(message)
    except OSError as error:
        raise storage_failure(error, directory) from error


def message_row(message: Message) -> dict[str, Any]:
    """A command or event as a row ready for JSON."""
    row: dict[str, Any] = {
        "record": "command" if isinstance(message, Command) else "event",
        "type": type(message).__name__,
        "sequence": str(message.sequence),
        "now_ns": str(message.now_ns),
    }
    layout = layout_of(type(message))
    for field in (*layout.fields, *((layout.tail,) if layout.tail else ())):
        row[field.name] = _shown(field.name, field.width, getattr(message, field.name))
    return row


def _shown(name: str, width: str, value: Any) -> Any:
    if name == "reason":
        return Reason(value).name if value in Reason._value2member_map_ else str(value)
    if isinstance(value, Enum):
        return value.name if value.name is not None else str(value.value)
    if width == "blob":
        return value.hex()
    return str(value) if width in _WIDE else value


def _require_journal(disk: Disk, directory: Path) -> None:
    try:
        if segment_sequences(disk, directory):
            return
    except FileNotFoundError:
        pass
    except OSError as error:
        raise storage_failure(error, directory) from error
    raise StorageFailure(f"There is no journal at {directory}.", "Name a data directory that `cambist up` has used.")


def _segments_size(disk: Disk, directory: Path) -> int:
    return sum(disk.size(directory / segment_name(first)) for first in segment_sequences(disk, directory))


class _Meter:
    """Counts bytes done and tells of every megabyte."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._progress = progress
        self._done = 0
        self._told = 0

    def add(self, size: int) -> None:
        self._done = min(self._done + size, self._total)
        if self._progress is not None and self._done - self._told >= TOLD_BYTES:
            self._told = self._done
            self._progress(self._done, self._total)

    def finish(self) -> None:
        if self._progress is not None:
            self._progress(self._total, self._total)


def _metered(scanner: Scanner, disk: Disk, meter: _Meter) -> Scanner:
    def scan(path: Path, heads_of: Collection[int]) -> SegmentScan:
        found = scanner(path, heads_of)
        meter.add(disk.size(path))
        return found

    return scan


def _implementation(disk: Disk | None, used: Disk) -> Implementation:
    """Rust where it is installed and the files are real ones."""
    return choose_implementation("auto" if disk is None else "python", used)


def _broken_records(blocks: Iterator[Block], meter: _Meter) -> list[Problem]:
    """The first block that cannot be unpacked or decoded, or holds other records than its header counts."""
    sequence = 0
    try:
        for block in blocks:
            header = block.header
            sequence = header.first_sequence
            meter.add(header.block_bytes)
            count = count_records(block.payload, header.first_sequence, header.first_event_sequence)
            if (count.commands, count.events) != (header.commands, header.events):
                return [_bad_block(sequence, "its header counts other records than it holds")]
            for _ in decode_all(block.payload):
                pass
            sequence = header.last_sequence + 1
    except CambistError as error:
        return [_bad_block(sequence, error.message.rstrip("."))]
    return []


def _bad_block(sequence: int, description: str) -> Problem:
    return Problem(f"block of command {sequence}", None, description)


def _snapshot_summaries(found: Survey) -> tuple[SnapshotSummary, ...]:
    valid = [SnapshotSummary(kept.sequence, kept.state_hash, len(kept.data)) for kept in found.snapshots]
    damaged = [SnapshotSummary(kept.sequence, "", 0, kept.description) for kept in found.damaged_snapshots]
    return tuple(sorted((*valid, *damaged), key=lambda summary: summary.sequence))
