"""The Rust kernel's module. `cambist.engine` and the journal's front are its only users."""

from collections.abc import Sequence
from os import PathLike
from typing import final

__all__ = ["JournalWriter", "__version__", "scan_journal_segment"]

__version__: str

@final
class JournalWriter:
    """The one writer of a journal's segments. Failures of the disk are OSError."""

    def __new__(
        cls,
        directory: str | PathLike[str],
        position: tuple[int, int, bytes],
        engine_version: int,
        product_version: str,
        segment_bytes: int,
        segment: str | None,
        segment_size: int,
    ) -> JournalWriter: ...
    @property
    def position(self) -> tuple[int, int, bytes]:
        """Next sequence, next event sequence, hash of the last block."""

    @property
    def pending_bytes(self) -> int:
        """Appended and not yet committed."""

    def append(self, records: bytes) -> None:
        """Buffer whole commands with their events. ValueError: they do not continue; OverflowError: too many."""

    def commit(self) -> int:
        """Write and sync one block with everything appended; the last durable sequence."""

    def close(self) -> None:
        """Release the segment's file."""

def scan_journal_segment(
    path: str | PathLike[str], heads_of: Sequence[int]
) -> tuple[int, tuple[int, int, bytes], int, list[tuple[int, int]], list[tuple[int, bytes]]] | None:
    """End offset, position, blocks, engine versions with their last sequence, heads; None: not a segment."""
