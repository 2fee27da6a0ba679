"""The port of the disk: the few file operations that durability rests on, so that a test can make them fail."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class AppendFile(Protocol):
    """A file open for growing. Every method raises OSError."""

    def append(self, data: bytes) -> None:
        """Write all of `data` behind the end."""

    def datasync(self) -> None:
        """Return once the content is durable. Never called again after it raised."""

    def close(self) -> None:
        """Release the file without a sync."""


class DiskLock(Protocol):
    """A held lock."""

    def release(self) -> None:
        """Let others take it."""


class DiskLocked(OSError):
    """Another process holds the lock; `holder` is what it wrote about itself."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"locked by {holder}")
        self.holder = holder


class Disk(Protocol):
    """Files by path. Every method raises OSError; names and contents are durable only after their sync."""

    def make_directory(self, directory: Path) -> None:
        """Create it with its parents, durably; nothing where it exists."""

    def names(self, directory: Path) -> list[str]:
        """Of its files, in any order."""

    def size(self, path: Path) -> int:
        """In bytes."""

    def read(self, path: Path, offset: int = 0, size: int = -1) -> bytes:
        """Bytes from `offset` on: at most `size`, all of them where it is negative."""

    def open_append(self, path: Path) -> AppendFile:
        """Open for growing; create where it is missing."""

    def write_at(self, path: Path, offset: int, data: bytes) -> None:
        """Overwrite in place, without a sync; create where it is missing."""

    def truncate(self, path: Path, size: int) -> None:
        """Shorten, durably."""

    def rename(self, old: Path, new: Path) -> None:
        """Replace `new` by `old` in one step; durable after `sync_directory`."""

    def unlink(self, path: Path) -> None:
        """Remove; durable after `sync_directory`."""

    def sync_directory(self, directory: Path) -> None:
        """Make creations, renames and removals in it durable."""

    def free_bytes(self, directory: Path) -> int:
        """What may still be written on its file system."""

    def lock(self, path: Path, holder: str) -> DiskLock:
        """Take an exclusive lock that ends with the process, writing `holder` inside. Raises DiskLocked."""
