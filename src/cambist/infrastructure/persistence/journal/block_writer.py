"""What writes blocks into segments: the part of the journal that exists in Python and in Rust."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cambist.protocols.journal import Position

DEFAULT_SEGMENT_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class WriterStart:
    """Where a writer begins: behind a verified journal, in its last segment or in a new one."""

    directory: Path
    position: Position
    engine_version: int
    product_version: str
    segment_bytes: int = DEFAULT_SEGMENT_BYTES
    """A segment that has blocks grows no further than this."""
    segment: str | None = None
    """The segment to go on with; None begins a new one."""
    segment_size: int = 0


class BlockWriter(Protocol):
    """Buffers records and writes them as blocks. Failures are OSError; after one it must not be used again."""

    @property
    def position(self) -> Position:
        """Behind the last durable block."""

    @property
    def pending_bytes(self) -> int:
        """Appended and not yet committed."""

    def append(self, records: bytes) -> None:
        """Buffer whole commands with their events. Raises InvariantBroken."""

    def commit(self) -> int:
        """Write and sync one block with everything appended; the last durable sequence."""

    def close(self) -> None:
        """Release the file; what is pending is dropped."""
