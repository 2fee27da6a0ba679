"""The block writer in Python, over any `Disk`."""

from __future__ import annotations

from pathlib import Path

from cambist.application.ports.disk import AppendFile, Disk
from cambist.domain.errors import ValueOutOfRange
from cambist.infrastructure.persistence.journal.block_writer import WriterStart
from cambist.infrastructure.persistence.journal.segment_directory import segment_name
from cambist.protocols.journal import (
    MAX_PAYLOAD_BYTES,
    SEGMENT_HEADER_BYTES,
    Position,
    RecordCount,
    SegmentHeader,
    count_records,
    encode_block,
    pack_block_header,
    pack_segment_header,
)


class SegmentWriter:
    """One block per commit: one write, one fdatasync; a new segment's name is synced before the commit returns."""

    def __init__(self, disk: Disk, start: WriterStart) -> None:
        self._disk = disk
        self._start = start
        self._position = start.position
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._commands = 0
        self._events = 0
        self._size = start.segment_size
        self._file: AppendFile | None = None
        if start.segment is not None:
            self._file = disk.open_append(start.directory / start.segment)

    @property
    def position(self) -> Position:
        """Behind the last durable block."""
        return self._position

    @property
    def pending_bytes(self) -> int:
        """Appended and not yet committed."""
        return self._pending_bytes

    def append(self, records: bytes) -> None:
        """Buffer whole commands with their events."""
        if self._pending_bytes + len(records) > MAX_PAYLOAD_BYTES:
            raise ValueOutOfRange("More than a gibibyte waits for one commit.", "Commit more often.")
        count = count_records(
            records, self._position.next_sequence + self._commands, self._position.next_event_sequence + self._events
        )
        self._pending.append(records)
        self._pending_bytes += len(records)
        self._commands += count.commands
        self._events += count.events

    def commit(self) -> int:
        """Write and sync what was appended."""
        if self._pending:
            self._write_block(b"".join(self._pending))
            self._pending.clear()
            self._pending_bytes = self._commands = self._events = 0
        return self._position.last_sequence

    def close(self) -> None:
        """Release the segment's file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write_block(self, payload: bytes) -> None:
        count = RecordCount(self._commands, self._events)
        block = encode_block(self._position, payload, count, self._start.engine_version)
        written = pack_block_header(block.header) + block.packed
        if self._must_roll(len(written)):
            self._begin_segment(written)
        else:
            assert self._file is not None
            self._file.append(written)
            self._file.datasync()
            self._size += len(written)
        self._position = block.next_position

    def _must_roll(self, block_bytes: int) -> bool:
        """A segment takes at least one block, and then no block that would take it beyond its size."""
        if self._file is None:
            return True
        return self._size > SEGMENT_HEADER_BYTES and self._size + block_bytes > self._start.segment_bytes

    def _begin_segment(self, first_block: bytes) -> None:
        """Header and first block go out in one write: a segment without a block is never acknowledged."""
        self.close()
        self._file = self._disk.open_append(self._next_path())
        written = self._segment_header() + first_block
        self._file.append(written)
        self._file.datasync()
        self._disk.sync_directory(self._start.directory)
        self._size = len(written)

    def _next_path(self) -> Path:
        return self._start.directory / segment_name(self._position.next_sequence)

    def _segment_header(self) -> bytes:
        return pack_segment_header(
            SegmentHeader(
                engine_version=self._start.engine_version,
                first_sequence=self._position.next_sequence,
                first_event_sequence=self._position.next_event_sequence,
                previous_hash=self._position.head,
                product_version=self._start.product_version,
            )
        )
