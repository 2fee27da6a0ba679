"""Snapshots beside the journal: written whole or not at all, the two newest valid ones kept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from cambist.application.ports.disk import Disk
from cambist.application.ports.journal import DamagedSnapshot
from cambist.domain.errors import StorageFailure
from cambist.infrastructure.persistence.journal.segment_directory import (
    TEMPORARY_SUFFIX,
    snapshot_name,
    snapshot_sequences,
)
from cambist.protocols.snapshot_file import (
    DamagedSnapshotFile,
    SnapshotFile,
    encode_snapshot_file,
    parse_snapshot_file,
)

KEPT_SNAPSHOTS = 2


class SnapshotStore:
    """The snapshots of one journal directory. Failures of the disk are OSError."""

    def __init__(self, disk: Disk, directory: Path) -> None:
        self._disk = disk
        self._directory = directory

    def newest_first(self) -> Iterator[SnapshotFile | DamagedSnapshot]:
        """Every snapshot that is there, read as it is asked for."""
        for sequence in reversed(snapshot_sequences(self._disk, self._directory)):
            yield self._load(sequence)

    def save(self, snapshot: SnapshotFile) -> None:
        """Write, sync, rename, sync the directory, read back; then drop those beyond the two newest valid ones.

        Raises StorageFailure where the file does not read back as it was written.
        """
        final = self._directory / snapshot_name(snapshot.sequence)
        temporary = final.with_name(final.name + TEMPORARY_SUFFIX)
        with contextlib.suppress(FileNotFoundError):
            self._disk.unlink(temporary)
        self._write(temporary, encode_snapshot_file(snapshot))
        self._disk.rename(temporary, final)
        self._disk.sync_directory(self._directory)
        if self._load(snapshot.sequence) != snapshot:
            raise StorageFailure(
                f"The snapshot {final} does not read back as it was written.",
                "Check the disk, then start again: the journal itself is complete.",
            )
        self._drop_old()

    def kept(self) -> list[SnapshotFile]:
        """The two newest valid ones, newest first."""
        valid: list[SnapshotFile] = []
        for snapshot in self.newest_first():
            if isinstance(snapshot, SnapshotFile):
                valid.append(snapshot)
            if len(valid) == KEPT_SNAPSHOTS:
                break
        return valid

    def _write(self, path: Path, content: bytes) -> None:
        file = self._disk.open_append(path)
        try:
            file.append(content)
            file.datasync()
        finally:
            file.close()

    def _load(self, sequence: int) -> SnapshotFile | DamagedSnapshot:
        name = snapshot_name(sequence)
        try:
            snapshot = parse_snapshot_file(self._disk.read(self._directory / name))
        except DamagedSnapshotFile as error:
            return DamagedSnapshot(sequence, f"{name} cannot be used: {error}")
        if snapshot.sequence != sequence:
            return DamagedSnapshot(sequence, f"{name} cannot be used: it holds the state after {snapshot.sequence}")
        return snapshot

    def _drop_old(self) -> None:
        kept = self.kept()
        if len(kept) < KEPT_SNAPSHOTS:
            return
        for sequence in snapshot_sequences(self._disk, self._directory):
            if sequence < kept[-1].sequence:
                self._disk.unlink(self._directory / snapshot_name(sequence))
        self._disk.sync_directory(self._directory)
