"""The journal's front to Rust: the same bytes as `segment_writer`, the same scan. Imported only where installed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from cambist.application.ports.journal import Difference
from cambist.domain.errors import InvariantBroken, JournalCorrupt, KernelUnusable, ValueOutOfRange
from cambist.engine.native import NativeKernel
from cambist.infrastructure.persistence.journal.block_writer import WriterStart
from cambist.infrastructure.persistence.journal.failures import storage_failure
from cambist.protocols.journal import SEGMENT_HEADER_BYTES, Position, parse_segment_header
from cambist.protocols.journal_packing import DamagedPayload
from cambist.protocols.journal_scan import SegmentScan, scan_segment

try:
    from cambist_kernel import (
        JournalWriter,
        pack_journal_payload,
        replay_journal,
        scan_journal_segment,
        unpack_journal_payload,
    )
except ImportError as error:
    raise KernelUnusable(
        f"The installed cambist_kernel cannot be used: {error}.",
        "Install the cambist-kernel of the same version as cambist, or remove it to run without.",
    ) from error


class NativeSegmentWriter:
    """`SegmentWriter` in Rust: it checks, hashes, writes and syncs without holding the interpreter."""

    def __init__(self, start: WriterStart) -> None:
        self.writer = JournalWriter(
            start.directory,
            (start.position.next_sequence, start.position.next_event_sequence, start.position.head),
            start.engine_version,
            start.product_version,
            start.segment_bytes,
            start.segment,
            start.segment_size,
        )
        """May be handed over to a runtime."""
        self._position = start.position

    @property
    def position(self) -> Position:
        """Behind the last durable block."""
        return self._position

    @property
    def pending_bytes(self) -> int:
        """Appended and not yet committed."""
        return self.writer.pending_bytes

    def append(self, records: bytes) -> None:
        """Buffer whole commands with their events."""
        try:
            self.writer.append(records)
        except ValueError as error:
            raise InvariantBroken(
                str(error), "Report this with the journal: the engine and its journal have lost step."
            ) from error
        except OverflowError as error:
            raise ValueOutOfRange(str(error), "Commit more often.") from error

    def commit(self) -> int:
        """Write and sync what was appended."""
        sequence = self.writer.commit()
        self._position = Position(*self.writer.position)
        return sequence

    def close(self) -> None:
        """Release the segment's file."""
        self.writer.close()


def native_pack(payload: bytes, next_sequence: int, next_event_sequence: int) -> bytes:
    """`pack_payload` in Rust."""
    return pack_journal_payload(payload, next_sequence, next_event_sequence)


def native_unpack(packed: bytes, payload_bytes: int, next_sequence: int, next_event_sequence: int) -> bytes:
    """`unpack_payload` in Rust."""
    try:
        return unpack_journal_payload(packed, payload_bytes, next_sequence, next_event_sequence)
    except ValueError as error:
        raise DamagedPayload(str(error)) from error


def native_replay(kernel: NativeKernel, segments: Sequence[Path], after_sequence: int) -> Difference | None:
    """Apply what lies behind a command again: one thread reads and unpacks, this one applies and compares.

    Raises JournalCorrupt, StorageFailure, InvariantBroken.
    """
    try:
        found = replay_journal(kernel.engine, segments, after_sequence)
    except IndexError as error:
        raise JournalCorrupt(
            f"The journal at {segments[0].parent} cannot be applied again: {error}.",
            "Run `cambist journal verify`, then restore the directory from a backup.",
        ) from error
    except OSError as error:
        raise storage_failure(error, segments[0].parent) from error
    except (ValueError, RuntimeError) as error:
        raise InvariantBroken(
            f"The native kernel refuses a command of the journal: {error}.",
            "Run `cambist journal verify`, and report this with the journal.",
        ) from error
    return None if found is None else Difference(*found)


def native_scanner(path: Path, heads_of: Collection[int]) -> SegmentScan:
    """Check a segment in Rust; where something is wrong, Python looks again and says what."""
    found = scan_journal_segment(path, list(heads_of))
    if found is None or found[0] != path.stat().st_size:
        return scan_segment(path.read_bytes(), heads_of)
    end, position, blocks, engine_versions, heads = found
    with path.open("rb") as file:
        header = parse_segment_header(file.read(SEGMENT_HEADER_BYTES))
    return SegmentScan(
        header=header,
        end=end,
        position=Position(*position),
        blocks=blocks,
        last_block_engine_version=dict(engine_versions),
        heads=dict(heads),
    )
