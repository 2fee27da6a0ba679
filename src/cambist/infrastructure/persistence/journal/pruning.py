"""Removing segments that nothing needs any more."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path

from cambist.application.ports.disk import Disk
from cambist.infrastructure.persistence.journal.local_disk import LocalDisk
from cambist.infrastructure.persistence.journal.segment_directory import segment_name, segment_sequences
from cambist.infrastructure.persistence.journal.snapshot_store import KEPT_SNAPSHOTS, SnapshotStore
from cambist.protocols.snapshot_file import SnapshotFile


def prune_beside_writer(directory: Path, needed_from: int, keep_bytes: int) -> list[str]:
    """Prune while the market runs: files that the writer has left for good, never the one it writes.

    Takes no lock, so it must not run beside another pruning. Raises OSError, also where a snapshot it looks at is
    replaced meanwhile: try again.
    """
    disk = LocalDisk()
    return prune_segments(disk, directory, SnapshotStore(disk, directory).kept(), needed_from, keep_bytes)


def prune_segments(
    disk: Disk, directory: Path, kept: Sequence[SnapshotFile], needed_from: int | None = None, keep_bytes: int = 0
) -> list[str]:
    """Remove the segments whose every command lies behind the older of two valid snapshots.

    `needed_from` is the first command that a reader (a projector, an auditor's copy) has yet to see; None: no reader.
    The newest segments stay while they fit into `keep_bytes`, the last one always. Fewer than two valid snapshots:
    nothing goes. Oldest first, each removal synced before the next, so that a crash leaves a journal without holes.
    Raises OSError.
    """
    if len(kept) < KEPT_SNAPSHOTS:
        return []
    limit = min(snapshot.sequence for snapshot in kept)
    if needed_from is not None:
        limit = min(limit, needed_from - 1)
    sequences = segment_sequences(disk, directory)
    too_old = len(sequences) - _newest_within(disk, directory, sequences, keep_bytes)
    removed = [segment_name(first) for first, following in pairwise(sequences) if following - 1 <= limit][:too_old]
    for name in removed:
        disk.unlink(directory / name)
        disk.sync_directory(directory)
    return removed


def _newest_within(disk: Disk, directory: Path, sequences: Sequence[int], keep_bytes: int) -> int:
    """How many of the newest segments fit into so many bytes together."""
    sizes = (disk.size(directory / segment_name(first)) for first in reversed(sequences))
    return sum(1 for whole in accumulate(sizes) if whole <= keep_bytes)
