"""The Rust kernel's module. `cambist.engine` and the journal's front are its only users."""

from collections.abc import Sequence
from os import PathLike
from typing import final

__all__ = [
    "Engine",
    "JournalWriter",
    "__version__",
    "engine_version",
    "measure_workload",
    "reasons",
    "record_layouts",
    "replay_workload",
    "scan_journal_segment",
    "snapshot_layouts",
    "version",
]

__version__: str

@final
class Engine:
    """The deterministic engine: packed commands in, packed events out. One thread at a time may use it.

    ValueError: bytes that are not what they should be, nothing is applied. RuntimeError: a sequence or time that does
    not continue, or an engine that failed before.
    """

    def __new__(cls) -> Engine: ...
    @staticmethod
    def restore(snapshot: bytes) -> Engine:
        """The engine that gave this snapshot."""

    @property
    def sequence(self) -> int:
        """Of the last applied command; 0 at first."""

    @property
    def event_sequence(self) -> int:
        """Of the last event; 0 at first."""

    @property
    def now_ns(self) -> int:
        """The engine's time, in nanoseconds since the epoch."""

    def apply(self, command: bytes) -> bytes:
        """Apply one packed command; gives the packed events."""

    def apply_batch(self, commands: bytes) -> bytes:
        """Apply packed commands; gives each followed by its events. A large batch lets other threads run meanwhile."""

    def snapshot(self) -> bytes:
        """The whole state as canonical bytes."""

    def state_hash(self) -> str:
        """The first 8 bytes of BLAKE2b over the snapshot, as 16 hex digits."""

def engine_version() -> int:
    """The version of the rules: grows with every change of one."""

def version() -> str:
    """The version of this distribution."""

def record_layouts() -> list[tuple[int, str, list[tuple[str, str, int]]]]:
    """Of all commands and events: kind, name, and the name, width and offset of each field."""

def snapshot_layouts() -> list[tuple[int, str, list[tuple[str, str, int]]]]:
    """Of the rows of a snapshot, by section: 0, name, and the name, width and offset of each field."""

def reasons() -> list[tuple[str, int]]:
    """The names and numbers of the reasons that the engine gives."""

def replay_workload(operations: bytes) -> tuple[int, int, int, int, int, int, int, float]:
    """Trades, volume, notional, missed cancels, resting orders, hash of trades, hash of the book, seconds."""

def measure_workload(
    operations: bytes, runs: int
) -> tuple[
    tuple[int, int, int, int, int, int, int, float], list[float], list[float], tuple[float, float, float]
]:
    """The outcome, seconds of each run and of the conventional engine's, then p50, p99 and the timer in nanoseconds.

    ValueError: bytes that are not operations, or the two engines disagree.
    """

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
