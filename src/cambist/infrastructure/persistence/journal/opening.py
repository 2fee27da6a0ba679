"""Opening a journal for writing: lock, verify, cut what was never acknowledged, make durable what is there."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

from cambist.application.ports.disk import Disk, DiskLock, DiskLocked
from cambist.domain.errors import CambistError, JournalCorrupt, JournalVersion, StorageFailure
from cambist.engine.kernel import ENGINE_VERSION
from cambist.infrastructure.persistence.journal.block_writer import DEFAULT_SEGMENT_BYTES, WriterStart
from cambist.infrastructure.persistence.journal.disk_journal import DEFAULT_MINIMUM_FREE_BYTES, DiskJournal, Place
from cambist.infrastructure.persistence.journal.durable_mark import DurableMark
from cambist.infrastructure.persistence.journal.failures import storage_failure
from cambist.infrastructure.persistence.journal.implementation import choose_implementation
from cambist.infrastructure.persistence.journal.local_disk import LocalDisk
from cambist.infrastructure.persistence.journal.segment_directory import LOCK_NAME, TEMPORARY_SUFFIX
from cambist.infrastructure.persistence.journal.survey import Problem, Survey, survey
from cambist.protocols.journal_scan import iterate_blocks


def open_journal(
    directory: Path,
    *,
    kernel: str = "auto",
    segment_bytes: int = DEFAULT_SEGMENT_BYTES,
    minimum_free_bytes: int = DEFAULT_MINIMUM_FREE_BYTES,
    engine_version: int = ENGINE_VERSION,
    product_version: str | None = None,
    disk: Disk | None = None,
) -> DiskJournal:
    """Open the journal in `directory`, creating both where they are missing; `kernel` is auto, native or python.

    Raises StorageFailure (locked, unwritable, failing disk), JournalCorrupt (damage that is not a torn tail),
    JournalVersion (another engine's or format's blocks that no snapshot covers), KernelUnusable.
    """
    used: Disk = disk or LocalDisk()
    implementation = choose_implementation("python" if disk is not None else kernel, used)
    place = Place(used, directory.absolute(), engine_version, implementation, minimum_free_bytes)
    lock: DiskLock | None = None
    try:
        place.disk.make_directory(place.directory)
        lock = _take_lock(place)
        _remove_temporary_files(place)
        found = survey(place.disk, place.directory, implementation.scanner, implementation.threads)
        _refuse_problems(place, found)
        _make_durable(place, found)
        start = _writer_start(place, found, segment_bytes, product_version or version("cambist"))
        return DiskJournal(place, implementation.begin(start), lock, found.torn_tail)
    except OSError as error:
        _release(lock)
        raise storage_failure(error, place.directory) from error
    except CambistError:
        _release(lock)
        raise


def _release(lock: DiskLock | None) -> None:
    if lock is not None:
        lock.release()


def _take_lock(place: Place) -> DiskLock:
    try:
        return place.disk.lock(place.directory / LOCK_NAME, f"{os.getpid()}\n")
    except DiskLocked as error:
        raise StorageFailure(
            f"The data directory {place.directory} is in use by process {error.holder}.",
            "Stop that process, or choose another data directory.",
        ) from error


def _remove_temporary_files(place: Place) -> None:
    """A snapshot that was being written when a process died."""
    for name in place.disk.names(place.directory):
        if name.endswith(TEMPORARY_SUFFIX):
            place.disk.unlink(place.directory / name)


def _refuse_problems(place: Place, found: Survey) -> None:
    if found.problems:
        raise _refusal(place, found.problems[0])
    covered = max((snapshot.sequence for snapshot in found.snapshots), default=0)
    for engine_version, last in sorted(found.engine_versions.items()):
        if engine_version != place.engine_version and last > covered:
            raise JournalVersion(
                f"The journal at {place.directory} holds commands up to {last} of engine version {engine_version}; "
                f"this is engine version {place.engine_version} and no snapshot covers them.",
                "Start the Cambist that wrote it, stop it in order so that it saves a snapshot, then start this one.",
            )


def _refusal(place: Place, problem: Problem) -> CambistError:
    where = problem.file if problem.offset is None else f"{problem.file} at byte {problem.offset}"
    kind = JournalVersion if problem.is_version else JournalCorrupt
    return kind(f"The journal at {place.directory} is refused: {where}: {problem.description}.", problem.action)


def _make_durable(place: Place, found: Survey) -> None:
    """Cut the torn tail, then see to it that every valid block really is on the disk.

    A process that died may have left blocks that the system shows and the disk does not have; after a failed sync the
    system even takes them for written. So whatever lies beyond the durable mark is written again before it is synced.
    """
    disk, directory = place.disk, place.directory
    _cut(place, found)
    name = next(reversed(found.segments), None)
    if name is not None and found.durable_sequence < found.position.last_sequence:
        _write_again(place, name, found)
    disk.sync_directory(directory)
    DurableMark(disk, directory).write(found.position.last_sequence)


def _cut(place: Place, found: Survey) -> None:
    """Shorten the last segment to its last valid block, or remove it where it has none."""
    name = next(reversed(found.segments), None)
    if name is not None and not found.segments[name].blocks:
        place.disk.unlink(place.directory / name)
        del found.segments[name]
    elif found.torn_tail is not None:
        place.disk.truncate(place.directory / found.torn_tail.file, found.torn_tail.offset)


def _write_again(place: Place, name: str, found: Survey) -> None:
    path = place.directory / name
    content = place.disk.read(path)
    offset = 0
    for place_in_file, block in iterate_blocks(content):
        if block.header.last_sequence > found.durable_sequence:
            break
        offset = place_in_file + block.header.block_bytes
    place.disk.write_at(path, offset, content[offset:])
    file = place.disk.open_append(path)
    try:
        file.datasync()
    finally:
        file.close()


def _writer_start(place: Place, found: Survey, segment_bytes: int, product_version: str) -> WriterStart:
    """Go on in the last segment where it was begun by the same engine version."""
    name = next(reversed(found.segments), None)
    scan = found.segments[name] if name is not None else None
    continues = scan is not None and scan.header is not None and scan.header.engine_version == place.engine_version
    return WriterStart(
        directory=place.directory,
        position=found.position,
        engine_version=place.engine_version,
        product_version=product_version,
        segment_bytes=segment_bytes,
        segment=name if continues else None,
        segment_size=scan.end if continues and scan is not None else 0,
    )
