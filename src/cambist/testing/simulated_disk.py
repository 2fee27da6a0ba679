"""A disk that fails as disks do, from a seed: it implements the port `Disk` in memory.

What is written is visible at once and durable only after its sync; names are durable only after their directory's
sync. `crash` is a power failure: unsynced bytes are lost, in part or whole, sector by sector; of the unsynced changes
to names a first part survives. `kill` ends the process only: everything stays visible, nothing becomes durable. A
failed sync forgets what it had to write, as Linux does: still visible, never durable unless written again.
"""

from __future__ import annotations

import errno
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cambist.application.ports.disk import AppendFile, DiskLock, DiskLocked

SECTOR_BYTES = 512


@dataclass(slots=True)
class _Content:
    """A file's bytes: as programs see them, as the disk has them, and which ranges are still to be written."""

    visible: bytearray = field(default_factory=bytearray)
    durable: bytearray = field(default_factory=bytearray)
    dirty: list[tuple[int, int]] = field(default_factory=list)

    def write(self, offset: int, data: bytes) -> None:
        """Change what is visible."""
        _put(self.visible, offset, data)
        self.dirty.append((offset, offset + len(data)))

    def sync(self) -> None:
        """Make it durable."""
        for start, end in self.dirty:
            _put(self.durable, start, self.visible[start:end])
        self.dirty.clear()

    def lose_power(self, random_source: random.Random) -> Counter[str]:
        """Of each unsynced write some sectors reach the disk, perhaps none, perhaps only a first part. What became of
        the writes that were not whole.
        """
        damages: Counter[str] = Counter()
        for start, end in self.dirty:
            before, written = bytes(self.durable[start:end]), bytes(self.visible[start:end])
            _put_torn(self.durable, start, written, random_source)
            after = bytes(self.durable[start:end])
            if after != written:
                damages["lost write" if after == before else "torn write"] += 1
        self.dirty.clear()
        self.visible = bytearray(self.durable)
        return damages


def _at_once() -> None:
    """A sync takes no time."""


@dataclass(slots=True)
class SimulatedDisk:
    """One file system. Set the public fields to plan its failures."""

    seed: int = 0
    capacity: int = 1 << 30
    """Bytes that fit; a write beyond them is cut short and fails."""
    syncs_until_failure: int | None = None
    """After so many syncs one fails."""
    on_sync: Callable[[], None] = _at_once
    """Called as a sync begins: where a disk is slow, this lets a simulated clock run on."""
    crash_after_writes: int | None = None
    """After so many writes the power goes: that write and every later call fail until `crash`."""
    damages: Counter[str] = field(default_factory=Counter)
    """What losses of power did: torn and lost writes, lost names."""
    _files: dict[Path, _Content] = field(default_factory=dict)
    _durable_files: dict[Path, _Content] = field(default_factory=dict)
    _name_changes: list[tuple[Path, _Content | None]] = field(default_factory=list)
    _locks: dict[Path, str] = field(default_factory=dict)
    _is_dead: bool = False
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def crash(self) -> None:
        """The power fails and comes back."""
        survivors = self._random.randrange(len(self._name_changes) + 1)
        for path, content in self._name_changes[:survivors]:
            _rename_in(self._durable_files, path, content)
        self.damages["lost name"] += len(self._name_changes) - survivors
        self._name_changes.clear()
        for content in {id(content): content for content in self._durable_files.values()}.values():
            self.damages += content.lose_power(self._random)
        self._files = dict(self._durable_files)
        self.kill()

    def kill(self) -> None:
        """The process dies and its locks with it; the machine runs on."""
        self._locks.clear()
        self._is_dead = False
        self.crash_after_writes = None
        self.syncs_until_failure = None
        self.on_sync = _at_once

    def flip_bit(self, path: Path, bit: int) -> None:
        """One bit of what lies on the disk turns over."""
        for data in (self._files[path].visible, self._files[path].durable):
            if bit // 8 < len(data):
                data[bit // 8] ^= 1 << bit % 8

    def make_directory(self, directory: Path) -> None:
        """There is one tree of names; directories need no making."""

    def names(self, directory: Path) -> list[str]:
        """Of its files, in an order of no meaning."""
        self._check_alive()
        names = [path.name for path in self._files if path.parent == directory]
        self._random.shuffle(names)
        return names

    def size(self, path: Path) -> int:
        """In bytes."""
        return len(self._content(path).visible)

    def read(self, path: Path, offset: int = 0, size: int = -1) -> bytes:
        """What is visible."""
        visible = self._content(path).visible
        return bytes(visible[offset:] if size < 0 else visible[offset : offset + size])

    def open_append(self, path: Path) -> AppendFile:
        """Open for growing."""
        return _SimulatedFile(self, self._create(path))

    def write_at(self, path: Path, offset: int, data: bytes) -> None:
        """Overwrite in place."""
        self.write(self._create(path), offset, data)

    def truncate(self, path: Path, size: int) -> None:
        """Shorten, durably."""
        content = self._content(path)
        del content.visible[size:]
        content.dirty = [(start, min(end, size)) for start, end in content.dirty if start < size]
        content.sync()
        del content.durable[size:]

    def rename(self, old: Path, new: Path) -> None:
        """Replace `new` by `old`."""
        content = self._content(old)
        self._change_name(new, content)
        self._change_name(old, None)

    def unlink(self, path: Path) -> None:
        """Remove."""
        self._content(path)
        self._change_name(path, None)

    def sync_directory(self, directory: Path) -> None:
        """Make every change of its names durable."""
        self._sync_or_fail()
        for path, content in self._name_changes:
            if path.parent == directory:
                _rename_in(self._durable_files, path, content)
        self._name_changes = [change for change in self._name_changes if change[0].parent != directory]

    def free_bytes(self, directory: Path) -> int:  # noqa: ARG002
        """What still fits."""
        return self.capacity - sum(len(content.visible) for content in self._files.values())

    def lock(self, path: Path, holder: str) -> DiskLock:
        """Held until released, or until the process dies."""
        self._check_alive()
        if path in self._locks:
            raise DiskLocked(self._locks[path].strip())
        self._locks[path] = holder
        return _SimulatedLock(self._locks, path)

    def write(self, content: _Content, offset: int, data: bytes) -> None:
        """Change a file, as far as space and power last."""
        self._check_alive()
        room = self.free_bytes(Path()) - max(0, offset - len(content.visible))
        if self.crash_after_writes == 0:
            content.write(offset, data[: self._random.randrange(len(data) + 1)])
            self._is_dead = True
            self._check_alive()
        if self.crash_after_writes is not None:
            self.crash_after_writes -= 1
        if offset + len(data) - len(content.visible) > room:
            content.write(offset, data[: max(0, room)])
            raise OSError(errno.ENOSPC, "No space left on device")
        content.write(offset, data)

    def sync(self, content: _Content) -> None:
        """Make a file durable, or forget what was to be written and fail."""
        try:
            self._sync_or_fail()
        except OSError:
            content.dirty.clear()
            raise
        content.sync()

    def _sync_or_fail(self) -> None:
        self._check_alive()
        self.on_sync()
        if self.syncs_until_failure is None:
            return
        self.syncs_until_failure -= 1
        if self.syncs_until_failure < 0:
            self.syncs_until_failure = None
            raise OSError(errno.EIO, "Input/output error")

    def _check_alive(self) -> None:
        if self._is_dead:
            raise OSError(errno.EIO, "The power is gone")

    def _content(self, path: Path) -> _Content:
        self._check_alive()
        if path not in self._files:
            raise FileNotFoundError(errno.ENOENT, "No such file", str(path))
        return self._files[path]

    def _create(self, path: Path) -> _Content:
        self._check_alive()
        if path not in self._files:
            self._change_name(path, _Content())
        return self._files[path]

    def _change_name(self, path: Path, content: _Content | None) -> None:
        self._check_alive()
        _rename_in(self._files, path, content)
        self._name_changes.append((path, content))


class _SimulatedFile:
    def __init__(self, disk: SimulatedDisk, content: _Content) -> None:
        self._disk = disk
        self._content = content

    def append(self, data: bytes) -> None:
        self._disk.write(self._content, len(self._content.visible), data)

    def datasync(self) -> None:
        self._disk.sync(self._content)

    def close(self) -> None:
        pass


class _SimulatedLock:
    def __init__(self, locks: dict[Path, str], path: Path) -> None:
        self._locks = locks
        self._path = path

    def release(self) -> None:
        self._locks.pop(self._path, None)


def _put(data: bytearray, offset: int, part: bytes | bytearray) -> None:
    """Write into `data`, with zeros in a hole before `offset`."""
    if len(data) < offset:
        data.extend(bytes(offset - len(data)))
    data[offset : offset + len(part)] = part


def _put_torn(data: bytearray, offset: int, part: bytes, random_source: random.Random) -> None:
    """Write a first part of `part`, and of that not every sector; a sector that is missing keeps what it held."""
    fate = random_source.random()
    if fate < 0.3:
        return
    end = offset + (len(part) if fate < 0.6 else random_source.randrange(len(part) + 1))
    place = offset
    lost = 0.0 if random_source.random() < 0.5 else 0.4
    while place < end:
        stop = min(end, (place // SECTOR_BYTES + 1) * SECTOR_BYTES)
        if random_source.random() >= lost:
            _put(data, place, part[place - offset : stop - offset])
        place = stop


def _rename_in(files: dict[Path, _Content], path: Path, content: _Content | None) -> None:
    if content is None:
        files.pop(path, None)
    else:
        files[path] = content
