"""A look at everything in a journal directory, changing nothing: what opening and `cambist journal verify` rest on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from cambist.application.ports.disk import Disk
from cambist.application.ports.journal import DamagedSnapshot
from cambist.infrastructure.persistence.journal.durable_mark import DurableMark
from cambist.infrastructure.persistence.journal.segment_directory import segment_name, segment_sequences
from cambist.infrastructure.persistence.journal.snapshot_store import SnapshotStore
from cambist.protocols.journal import FORMAT_VERSION, Position
from cambist.protocols.journal_scan import Fault, FaultKind, SegmentScan, scan_segment
from cambist.protocols.snapshot_file import SnapshotFile

Scanner = Callable[[Path, Collection[int]], SegmentScan]
"""Reads a segment file and checks it: in Python over any disk, or in Rust."""

RESTORE = "Restore the directory from a backup, or start in an empty one."


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that must not be there. `offset` is None where it is not a place in a file."""

    file: str
    offset: int | None
    description: str
    action: str = RESTORE
    is_version: bool = False


@dataclass(frozen=True, slots=True)
class TornTail:
    """An unfinished write at the end of the last segment, never acknowledged."""

    file: str
    offset: int
    size: int
    """Of what is unfinished, in bytes."""
    description: str


@dataclass(slots=True)
class Survey:
    """What a journal directory holds."""

    segments: dict[str, SegmentScan] = field(default_factory=dict)
    snapshots: list[SnapshotFile] = field(default_factory=list)
    damaged_snapshots: list[DamagedSnapshot] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    torn_tail: TornTail | None = None
    position: Position = field(default_factory=Position)
    """Behind the last valid block."""
    durable_sequence: int = 0
    """What the mark says."""

    @property
    def first_sequence(self) -> int:
        """Of the first command that is still there."""
        headers = [scan.header for scan in self.segments.values() if scan.header]
        return headers[0].first_sequence if headers else 1

    @property
    def engine_versions(self) -> dict[int, int]:
        """Each engine version that wrote blocks, with the last command it wrote."""
        found: dict[int, int] = {}
        for scan in self.segments.values():
            found.update(scan.last_block_engine_version)
        return found


def python_scanner(disk: Disk) -> Scanner:
    """Scan in Python, over any disk."""
    return lambda path, heads_of: scan_segment(disk.read(path), heads_of)


def survey(disk: Disk, directory: Path, scanner: Scanner | None = None, threads: int = 1) -> Survey:
    """Read and check every segment and snapshot, so many segments at once. Raises OSError where one cannot be read."""
    result = Survey(durable_sequence=DurableMark(disk, directory).read())
    for snapshot in SnapshotStore(disk, directory).newest_first():
        if isinstance(snapshot, SnapshotFile):
            result.snapshots.append(snapshot)
        else:
            result.damaged_snapshots.append(snapshot)
    heads = _scan_segments(result, disk, directory, scanner or python_scanner(disk), threads)
    if not result.problems:
        _check_beginning(result)
        _check_witnesses(result, heads)
    return result


def _scan_segments(result: Survey, disk: Disk, directory: Path, scanner: Scanner, threads: int) -> dict[int, bytes]:
    """Fill in the segments; the chain's hash at every sequence that a snapshot names."""
    wanted = {snapshot.journal_sequence for snapshot in result.snapshots}
    sequences = segment_sequences(disk, directory)
    heads: dict[int, bytes] = {}
    linked = False
    paths = [directory / segment_name(sequence) for sequence in sequences]
    for sequence, scan in zip(sequences, _scans(scanner, paths, wanted, threads), strict=True):
        name = segment_name(sequence)
        result.segments[name] = scan
        heads.update(scan.heads)
        if scan.header is not None:
            _check_place(result, name, scan, sequence, linked)
            result.position = scan.position
        if scan.fault is not None:
            is_last = sequence == sequences[-1]
            _note_fault(result, name, scan.fault, disk.size(directory / name) - scan.end, is_last)
        linked = scan.header is not None and scan.fault is None
    return heads


def _scans(scanner: Scanner, paths: Sequence[Path], wanted: set[int], threads: int) -> Iterator[SegmentScan]:
    """In the segments' order; each says itself where it begins, so they can be read beside each other."""
    if threads == 1 or len(paths) == 1:
        yield from (scanner(path, wanted) for path in paths)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(lambda path: scanner(path, wanted), paths)


def _check_place(result: Survey, name: str, scan: SegmentScan, sequence: int, linked: bool) -> None:
    """Its name must say its first sequence, and it must continue the segment before."""
    assert scan.header is not None
    if scan.header.first_sequence != sequence:
        result.problems.append(Problem(name, 0, f"its header says it starts with command {scan.header.first_sequence}"))
    elif linked and scan.header.position != result.position:
        before = result.position
        gap = scan.header.first_sequence != before.next_sequence
        what = (
            f"commands {before.next_sequence} to {sequence - 1} are missing before it"
            if gap
            else "it names another block as the one before it"
        )
        result.problems.append(Problem(name, 0, what))


def _note_fault(result: Survey, name: str, fault: Fault, size: int, is_last: bool) -> None:
    if fault.kind is FaultKind.TORN and is_last:
        result.torn_tail = TornTail(name, fault.offset, size, fault.description)
        return
    if fault.kind is FaultKind.VERSION:
        action = "Start the version of Cambist that wrote it, or choose another data directory."
        what = f"it has {fault.description}; this is format version {FORMAT_VERSION}"
        result.problems.append(Problem(name, fault.offset, what, action, is_version=True))
        return
    result.problems.append(Problem(name, fault.offset, fault.description, _way_out(result, name, fault.offset)))


def _way_out(result: Survey, name: str, offset: int) -> str:
    """A backup, or the deliberate loss of what cannot be read."""
    last = result.position.last_sequence
    return (
        f"Restore the directory from a backup. To give up every command after {last} instead, shorten {name} to "
        f"{offset} bytes and remove DURABLE, every later segment and every later snapshot."
    )


def _check_beginning(result: Survey) -> None:
    """A journal starts at genesis, or behind a snapshot that can replace what was pruned."""
    if not any(scan.header for scan in result.segments.values()):
        return
    first = next(scan.header for scan in result.segments.values() if scan.header)
    if first.first_sequence == 1:
        if first.position != Position():
            result.problems.append(Problem(segment_name(1), 0, "it is the first segment and names a block before it"))
    elif not any(snapshot.sequence >= first.first_sequence - 1 for snapshot in result.snapshots):
        what = f"commands 1 to {first.first_sequence - 1} are missing and no usable snapshot covers them"
        result.problems.append(Problem(segment_name(first.first_sequence), None, what))


def _check_witnesses(result: Survey, heads: dict[int, bytes]) -> None:
    """Snapshots and the mark were written after the blocks they name were durable."""
    last = result.position.last_sequence
    for snapshot in result.snapshots:
        if snapshot.journal_sequence > last:
            _note_loss(result, snapshot.journal_sequence, "the newest snapshot")
        elif heads.get(snapshot.journal_sequence, snapshot.head) != snapshot.head:
            what = f"its chain at command {snapshot.journal_sequence} differs from what a snapshot witnessed"
            result.problems.append(Problem("journal", None, what))
    if result.durable_sequence > last:
        _note_loss(result, result.durable_sequence, "the mark DURABLE")


def _note_loss(result: Survey, through: int, witness: str) -> None:
    last = result.position.last_sequence
    torn = result.torn_tail
    file, offset = (torn.file, torn.offset) if torn else ("journal", None)
    what = f"it ends after command {last}, but {witness} says that it was durable through {through}"
    result.problems.append(Problem(file, offset, what))
