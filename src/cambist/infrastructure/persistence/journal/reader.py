"""Following the journal from another process: the projector, an exporter, a warm standby. Needs no lock."""

from __future__ import annotations

from pathlib import Path

from cambist.application.ports.disk import Disk
from cambist.domain.errors import JournalCorrupt, JournalVersion, StorageFailure
from cambist.infrastructure.persistence.journal.durable_mark import DurableMark
from cambist.infrastructure.persistence.journal.failures import storage_failure
from cambist.infrastructure.persistence.journal.history import segment_holding
from cambist.infrastructure.persistence.journal.implementation import choose_implementation
from cambist.infrastructure.persistence.journal.local_disk import LocalDisk
from cambist.infrastructure.persistence.journal.segment_directory import segment_name
from cambist.protocols.journal import (
    BLOCK_HEADER_BYTES,
    FORMAT_VERSION,
    SEGMENT_HEADER_BYTES,
    Block,
    DamagedHeader,
    PackedBlock,
    Position,
    parse_block_header,
    parse_segment_header,
    unpack_block,
)
from cambist.protocols.journal_packing import DamagedPayload
from cambist.protocols.journal_scan import read_block

READ_BYTES = 1 << 20


class JournalReader:
    """Hands out durable blocks in order, from the one that holds command `after_sequence + 1` on.

    It goes no further than the writer's durable mark, so an unfinished write is never seen, let alone taken for
    damage; whatever cannot be read before the mark is damage.
    """

    def __init__(self, directory: Path, after_sequence: int = 0, disk: Disk | None = None) -> None:
        """On a disk of this machine blocks are unpacked by the native kernel where it is installed."""
        self._disk: Disk = disk or LocalDisk()
        self._unpack = choose_implementation("auto" if disk is None else "python", self._disk).unpack
        self._directory = directory
        self._mark = DurableMark(self._disk, directory)
        self._after = after_sequence
        self._segment: int | None = None
        self._offset = 0
        self._position = Position()

    @property
    def last_sequence(self) -> int:
        """Of the last command handed out, or where the reader was told to start."""
        return self._after

    def durable_sequence(self) -> int:
        """Through which command the writer says the journal is durable. Raises StorageFailure."""
        try:
            return self._mark.read()
        except OSError as error:
            raise storage_failure(error, self._directory) from error

    def poll(self, limit_bytes: int = READ_BYTES) -> list[Block]:
        """The durable blocks behind the last one handed out; about `limit_bytes` at most, none where none are new.

        Raises JournalCorrupt where a durable block cannot be read or was pruned, and StorageFailure.
        """
        durable = self.durable_sequence()
        blocks: list[Block] = []
        size = 0
        try:
            while self._after < durable and size < limit_bytes:
                for block in self._read_some(durable):
                    blocks.append(block)
                    size += block.header.block_bytes
                    self._after = block.header.last_sequence
        except FileNotFoundError as error:
            raise self._pruned() from error
        except OSError as error:
            raise storage_failure(error, self._directory) from error
        return blocks

    def _read_some(self, durable: int) -> list[Block]:
        """Blocks from one read of the present segment, or of the next where this one is at its end."""
        if self._segment is None:
            self._open_segment(segment_holding(self._disk, self._directory, self._after + 1))
        data = self._read_blocks()
        if not data:
            self._open_segment(self._position.next_sequence)
            data = self._read_blocks()
        offset = 0
        blocks: list[Block] = []
        while offset < len(data) and self._position.last_sequence < durable:
            block = self._next_block(data, offset)
            if block is None:
                break
            offset += block.header.block_bytes
            self._offset += block.header.block_bytes
            self._position = block.next_position
            if block.header.last_sequence > self._after:
                blocks.append(block)
        return blocks

    def _open_segment(self, first_sequence: int | None) -> None:
        """Start at a segment's first block, which must continue the last segment's where there was one."""
        if first_sequence is None:
            raise self._corrupt("DURABLE", 0, "it promises blocks and there is no segment")
        name = segment_name(first_sequence)
        try:
            header = parse_segment_header(self._disk.read(self._directory / name, 0, SEGMENT_HEADER_BYTES))
        except DamagedHeader as error:
            raise self._corrupt(name, 0, str(error)) from error
        if header.format_version != FORMAT_VERSION:
            raise JournalVersion(
                f"{self._directory / name} has format version {header.format_version}; this is {FORMAT_VERSION}.",
                "Start the version of Cambist that wrote it.",
            )
        if self._segment is not None and header.position != self._position:
            raise self._corrupt(name, 0, "it does not continue the segment before it")
        self._segment, self._offset, self._position = first_sequence, SEGMENT_HEADER_BYTES, header.position

    def _read_blocks(self) -> bytes:
        """At least the whole next block, where there is one; nothing where the segment, read to its end, was pruned."""
        path = self._directory / self._name
        try:
            data = self._disk.read(path, self._offset, READ_BYTES)
        except FileNotFoundError:
            return b""
        if len(data) < BLOCK_HEADER_BYTES:
            return data
        try:
            size = parse_block_header(data).block_bytes
        except DamagedHeader:
            return data
        return data if size <= len(data) else self._disk.read(path, self._offset, size)

    def _next_block(self, data: bytes, offset: int) -> Block | None:
        """The block at `offset`, or None where this read ends within it. Raises JournalCorrupt."""
        found = read_block(data, offset, self._position)
        if isinstance(found, PackedBlock):
            return self._unpacked(found)
        if offset and len(data) >= READ_BYTES:
            return None
        raise self._corrupt(self._name, self._offset, found.description)

    def _unpacked(self, block: PackedBlock) -> Block:
        try:
            return unpack_block(block, self._unpack)
        except DamagedPayload as error:
            raise self._corrupt(self._name, self._offset, str(error)) from error

    @property
    def _name(self) -> str:
        return segment_name(self._segment or 0)

    def _corrupt(self, name: str, offset: int, description: str) -> JournalCorrupt:
        return JournalCorrupt(
            f"The journal at {self._directory} cannot be read on: {name} at byte {offset}: {description}.",
            "Run `cambist journal verify`, then restore the directory from a backup.",
        )

    def _pruned(self) -> StorageFailure:
        return StorageFailure(
            f"The journal at {self._directory} no longer holds command {self._after + 1}.",
            "Rebuild what follows it from a snapshot: its segment was pruned.",
        )
