"""Removing segments that nothing needs any more."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from cambist.application.ports.disk import Disk
from cambist.infrastructure.persistence.journal.segment_directory import segment_name, segment_sequences
from cambist.infrastructure.persistence.journal.snapshot_store import KEPT_SNAPSHOTS
from cambist.protocols.snapshot_file import SnapshotFile


def prune_segments(
    disk: Disk, directory: Path, kept: Sequence[SnapshotFile], needed_from: int | None = None
) -> list[str]:
    """Remove the segments whose every command lies behind the older of two valid snapshots.

    `needed_from` is the first command that a reader (a projector, an auditor's copy) has yet to see; None: no reader.
    Fewer than two valid snapshots: nothing goes. The last segment always stays. Oldest first, each removal synced
    before the next, so that a crash leaves a journal without holes. Raises OSError.
    """
    if len(kept) < KEPT_SNAPSHOTS:
        return []
    limit = min(snapshot.sequence for snapshot in kept)
    if needed_from is not None:
        limit = min(limit, needed_from - 1)
    sequences = segment_sequences(disk, directory)
    removed = [segment_name(first) for first, following in pairwise(sequences) if following - 1 <= limit]
    for name in removed:
        disk.unlink(directory / name)
        disk.sync_directory(directory)
    return removed
