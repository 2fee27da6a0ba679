"""The operating system's files behind the `Disk` port (POSIX)."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from cambist.application.ports.disk import AppendFile, DiskLock, DiskLocked


class LocalAppendFile:
    """A file opened with O_APPEND."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)

    def append(self, data: bytes) -> None:
        """Write all of `data`; a short write goes on with the rest."""
        _write_all(self._descriptor, data)

    def datasync(self) -> None:
        """fdatasync: content and size."""
        os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Release the descriptor."""
        os.close(self._descriptor)


class LocalLock:
    """An flock on an open descriptor: the system releases it when the process ends, however it ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Close the descriptor, and the lock with it."""
        os.close(self._descriptor)


class LocalDisk:
    """Files of this machine."""

    def make_directory(self, directory: Path) -> None:
        """Create from the first missing parent down, syncing each parent.

        One that exists may have been made by a process that died before its sync, so its parent is synced too,
        unless the parent is not ours to open: then it was not made by us.
        """
        if directory.is_dir():
            with contextlib.suppress(PermissionError):
                self.sync_directory(directory.parent)
            return
        if directory.parent != directory:
            self.make_directory(directory.parent)
        directory.mkdir(mode=0o750, exist_ok=True)
        self.sync_directory(directory.parent)

    def names(self, directory: Path) -> list[str]:
        """Of what is in it."""
        return [path.name for path in directory.iterdir()]

    def size(self, path: Path) -> int:
        """In bytes."""
        return path.stat().st_size

    def read(self, path: Path, offset: int = 0, size: int = -1) -> bytes:
        """Bytes from `offset` on."""
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(size)

    def open_append(self, path: Path) -> AppendFile:
        """Open for growing."""
        return LocalAppendFile(path)

    def write_at(self, path: Path, offset: int, data: bytes) -> None:
        """Overwrite in place."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            os.lseek(descriptor, offset, os.SEEK_SET)
            _write_all(descriptor, data)
        finally:
            os.close(descriptor)

    def truncate(self, path: Path, size: int) -> None:
        """ftruncate, then fsync."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.ftruncate(descriptor, size)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Replace `new`."""
        old.replace(new)

    def unlink(self, path: Path) -> None:
        """Remove."""
        path.unlink()

    def sync_directory(self, directory: Path) -> None:
        """Fsync on the directory itself."""
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def free_bytes(self, directory: Path) -> int:
        """Blocks available to an ordinary user."""
        status = os.statvfs(directory)
        return status.f_bavail * status.f_frsize

    def lock(self, path: Path, holder: str) -> DiskLock:
        """Flock without waiting."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, holder.encode(), 0)
        except BlockingIOError as error:
            other = os.pread(descriptor, 256, 0).decode(errors="replace").strip()
            os.close(descriptor)
            raise DiskLocked(other or "an unnamed process") from error
        except OSError:
            os.close(descriptor)
            raise
        return LocalLock(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    written = os.write(descriptor, data)
    view = memoryview(data)
    while written < len(data):
        written += os.write(descriptor, view[written:])
