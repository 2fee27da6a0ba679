"""A snapshot as it lies on disk: a 144-byte header and the kernel's canonical bytes. No I/O.

The digest is BLAKE2b-512 over the data, whose first 8 bytes are the engine's `state_hash`; the header also names
the journal's chain head at the time, so that a snapshot witnesses the journal it belongs to.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass

FORMAT_VERSION = 1
MAGIC = b"CMBSTATE"
_HEADER = struct.Struct("<8sHH4xQQQ32s64s4x")
_CRC = struct.Struct("<I")
SNAPSHOT_HEADER_BYTES = _HEADER.size + _CRC.size


class DamagedSnapshotFile(ValueError):
    """The bytes are not a whole snapshot file. The text says what is wrong with them."""


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """The state after command `sequence`; the journal was durable through `journal_sequence`, its chain at `head`."""

    engine_version: int
    sequence: int
    journal_sequence: int
    head: bytes
    data: bytes

    @property
    def state_hash(self) -> str:
        """16 hex digits, as the kernel gives it."""
        return hashlib.blake2b(self.data).hexdigest()[:16]


def encode_snapshot_file(snapshot: SnapshotFile) -> bytes:
    """Header and data."""
    fixed = _HEADER.pack(
        MAGIC,
        FORMAT_VERSION,
        snapshot.engine_version,
        snapshot.sequence,
        snapshot.journal_sequence,
        len(snapshot.data),
        snapshot.head,
        hashlib.blake2b(snapshot.data).digest(),
    )
    return fixed + _CRC.pack(zlib.crc32(fixed)) + snapshot.data


def parse_snapshot_file(content: bytes) -> SnapshotFile:
    """The snapshot in a file's content. Raises DamagedSnapshotFile."""
    if len(content) < SNAPSHOT_HEADER_BYTES:
        raise DamagedSnapshotFile("it ends within its header")
    magic, version, engine, sequence, journal_sequence, size, head, digest = _HEADER.unpack_from(content)
    (crc,) = _CRC.unpack_from(content, _HEADER.size)
    if magic != MAGIC or zlib.crc32(content[: _HEADER.size]) != crc:
        raise DamagedSnapshotFile("the checksum of its header does not match")
    if version != FORMAT_VERSION:
        raise DamagedSnapshotFile(f"its format version {version} is unknown")
    data = content[SNAPSHOT_HEADER_BYTES:]
    if len(data) != size or hashlib.blake2b(data).digest() != digest:
        raise DamagedSnapshotFile("its state does not match its digest")
    return SnapshotFile(engine, sequence, journal_sequence, head, data)
