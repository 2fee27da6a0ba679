"""The journal's bytes: commit blocks in segments, each block chained to the one before. No I/O.

A segment file is a 96-byte header followed by blocks; a block is an 88-byte header followed by its packed payload.
The payload is the record stream of `records` exactly as a kernel's `apply_batch` returned it, `journal_packing` packs
it. Little-endian. `docs/journal.md` is the normative description; the Rust crate `journal` writes the same bytes.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from cambist.domain.errors import InvariantBroken, ValueOutOfRange
from cambist.protocols.journal_packing import DamagedPayload, pack_payload, unpack_payload
from cambist.protocols.records import FIRST_EVENT_KIND, HEADER, MAX_RECORD_BYTES

FORMAT_VERSION = 2
BLOCK_MAGIC = b"CMBBLOCK"
SEGMENT_MAGIC = b"CMBSEGMT"
GENESIS_HASH = bytes(32)
"""What the first block of a journal names as the hash of the block before it."""
MAX_PAYLOAD_BYTES = 1 << 30
MAX_EXPANSION = 64
"""A packed byte stands for so many bytes at most."""

Pack = Callable[[bytes, int, int], bytes]
"""`pack_payload`, or the same in Rust."""
Unpack = Callable[[bytes, int, int, int], bytes]
"""`unpack_payload`, or the same in Rust."""

_BLOCK = struct.Struct("<8sHHIIIQQ32sIII")
_SEGMENT = struct.Struct("<8sHH4xQQ32s28s")
_CRC = struct.Struct("<I")
BLOCK_HEADER_BYTES = _BLOCK.size + _CRC.size
SEGMENT_HEADER_BYTES = _SEGMENT.size + _CRC.size


class DamagedHeader(ValueError):
    """The bytes are not a header: wrong magic, wrong checksum, or too few. Never leaves the journal."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the next block belongs: the sequences it must start with and the hash it must name."""

    next_sequence: int = 1
    next_event_sequence: int = 1
    head: bytes = GENESIS_HASH

    @property
    def last_sequence(self) -> int:
        """Of the last command before this position; 0 at genesis."""
        return self.next_sequence - 1


@dataclass(frozen=True, slots=True)
class BlockHeader:
    """What a block says about itself."""

    engine_version: int
    packed_bytes: int
    commands: int
    events: int
    first_sequence: int
    first_event_sequence: int
    previous_hash: bytes
    packed_crc: int
    payload_bytes: int
    payload_crc: int
    format_version: int = FORMAT_VERSION

    @property
    def last_sequence(self) -> int:
        """Of the block's last command."""
        return self.first_sequence + self.commands - 1

    @property
    def last_event_sequence(self) -> int:
        """Of the block's last event, or of the last event before it where it has none."""
        return self.first_event_sequence + self.events - 1

    @property
    def block_bytes(self) -> int:
        """Size of header and packed payload."""
        return BLOCK_HEADER_BYTES + self.packed_bytes

    def position_after(self, head: bytes) -> Position:
        """Where the block after this one belongs, whose hash is `head`."""
        return Position(self.last_sequence + 1, self.last_event_sequence + 1, head)


@dataclass(frozen=True, slots=True)
class SegmentHeader:
    """What a segment file says about itself: who began it, and where it belongs in the journal."""

    engine_version: int
    first_sequence: int
    first_event_sequence: int
    previous_hash: bytes
    product_version: str
    format_version: int = FORMAT_VERSION

    @property
    def position(self) -> Position:
        """Where the segment's first block belongs."""
        return Position(self.first_sequence, self.first_event_sequence, self.previous_hash)


@dataclass(frozen=True, slots=True)
class PackedBlock:
    """A block as it lies on the disk, and the hash that the next block names."""

    header: BlockHeader
    packed: bytes
    hash: bytes

    @property
    def next_position(self) -> Position:
        """Where the block after this one belongs."""
        return self.header.position_after(self.hash)


@dataclass(frozen=True, slots=True)
class Block:
    """A valid block: header, payload, and the hash that the next block names."""

    header: BlockHeader
    payload: bytes
    hash: bytes

    @property
    def next_position(self) -> Position:
        """Where the block after this one belongs."""
        return self.header.position_after(self.hash)


@dataclass(frozen=True, slots=True)
class RecordCount:
    """How many commands and events a stream of records holds."""

    commands: int
    events: int


def encode_block(
    position: Position, payload: bytes, count: RecordCount, engine_version: int, pack: Pack = pack_payload
) -> PackedBlock:
    """The block that holds `payload` at `position`; `count` must be what `count_records` said of it."""
    packed = pack(payload, position.next_sequence, position.next_event_sequence)
    header = BlockHeader(
        engine_version=engine_version,
        packed_bytes=len(packed),
        commands=count.commands,
        events=count.events,
        first_sequence=position.next_sequence,
        first_event_sequence=position.next_event_sequence,
        previous_hash=position.head,
        packed_crc=zlib.crc32(packed),
        payload_bytes=len(payload),
        payload_crc=zlib.crc32(payload),
    )
    return PackedBlock(header, packed, block_hash(pack_block_header(header), packed))


def unpack_block(block: PackedBlock, unpack: Unpack = unpack_payload) -> Block:
    """The block with its payload. Raises DamagedPayload where what is packed is not what the header says."""
    header = block.header
    payload = unpack(block.packed, header.payload_bytes, header.first_sequence, header.first_event_sequence)
    if zlib.crc32(payload) != header.payload_crc:
        raise DamagedPayload("the checksum of its payload does not match")
    return Block(header, payload, block.hash)


def pack_block_header(header: BlockHeader) -> bytes:
    """The 88 bytes before the packed payload."""
    fixed = _BLOCK.pack(
        BLOCK_MAGIC,
        header.format_version,
        header.engine_version,
        header.packed_bytes,
        header.commands,
        header.events,
        header.first_sequence,
        header.first_event_sequence,
        header.previous_hash,
        header.packed_crc,
        header.payload_bytes,
        header.payload_crc,
    )
    return fixed + _CRC.pack(zlib.crc32(fixed))


def parse_block_header(data: bytes | memoryview, offset: int = 0) -> BlockHeader:
    """The block header at `offset`. Raises DamagedHeader."""
    _check_header(data, offset, BLOCK_MAGIC, _BLOCK.size)
    _, version, engine, packed, commands, events, *rest = _BLOCK.unpack_from(data, offset)
    first, first_event, previous, packed_crc, payload, payload_crc = rest
    header = BlockHeader(
        engine, packed, commands, events, first, first_event, previous, packed_crc, payload, payload_crc, version
    )
    if not (header.commands and _is_possible(header.packed_bytes, header.payload_bytes)):
        raise DamagedHeader("its counts make no sense")
    return header


def pack_segment_header(header: SegmentHeader) -> bytes:
    """The first 96 bytes of a segment file.

    Raises ValueOutOfRange where the product's version takes more than 28 bytes.
    """
    version = header.product_version.encode()
    if len(version) > 28:
        raise ValueOutOfRange(f"The version {header.product_version!r} is too long.", "Use at most 28 bytes.")
    fixed = _SEGMENT.pack(
        SEGMENT_MAGIC,
        header.format_version,
        header.engine_version,
        header.first_sequence,
        header.first_event_sequence,
        header.previous_hash,
        version,
    )
    return fixed + _CRC.pack(zlib.crc32(fixed))


def parse_segment_header(data: bytes | memoryview) -> SegmentHeader:
    """The header at the start of a segment file. Raises DamagedHeader."""
    _check_header(data, 0, SEGMENT_MAGIC, _SEGMENT.size)
    _, version, engine, first, first_event, previous, product = _SEGMENT.unpack_from(data, 0)
    return SegmentHeader(
        engine, first, first_event, previous, product.rstrip(b"\0").decode(errors="replace"), format_version=version
    )


def block_hash(header: bytes | memoryview, packed: bytes | memoryview) -> bytes:
    """BLAKE2b-256 over header and packed payload: what the next block names as its predecessor."""
    digest = hashlib.blake2b(header, digest_size=32)
    digest.update(packed)
    return digest.digest()


def count_records(records: bytes | memoryview, next_sequence: int, next_event_sequence: int) -> RecordCount:
    """Count a stream of whole commands, each followed by its events.

    Raises InvariantBroken where the stream does not start with a command, does not continue the two sequences
    or ends within a record.
    """
    offset, end = 0, len(records)
    sequence, event_sequence = next_sequence, next_event_sequence
    unpack = HEADER.unpack_from
    while offset < end:
        size, kind, _, _, stamped, _ = unpack(records, offset) if end - offset >= HEADER.size else (0,) * 6
        if size < HEADER.size or size % 8 or size > MAX_RECORD_BYTES or offset + size > end:
            raise _broken_stream(offset, "is not a whole record")
        expected = event_sequence if kind >= FIRST_EVENT_KIND else sequence
        if stamped != expected:
            raise _broken_stream(offset, f"has sequence {stamped} where {expected} continues")
        if kind >= FIRST_EVENT_KIND:
            if sequence == next_sequence:
                raise _broken_stream(offset, "is an event without its command")
            event_sequence += 1
        else:
            sequence += 1
        offset += size
    return RecordCount(sequence - next_sequence, event_sequence - next_event_sequence)


def commands_after(payload: bytes | memoryview, sequence: int) -> tuple[bytes, bytes]:
    """Of a payload, what follows command `sequence`: the commands alone, and the stream with their events."""
    offset, start, end = 0, len(payload), len(payload)
    commands: list[bytes | memoryview] = []
    unpack = HEADER.unpack_from
    view = memoryview(payload)
    while offset < end:
        size, kind, _, _, stamped, _ = unpack(view, offset)
        if kind < FIRST_EVENT_KIND and stamped > sequence:
            start = min(start, offset)
            commands.append(view[offset : offset + size])
        offset += size
    return b"".join(commands), bytes(view[start:])


def _check_header(data: bytes | memoryview, offset: int, magic: bytes, size: int) -> None:
    """Raise DamagedHeader unless `size` bytes that start with `magic` are followed by their checksum."""
    if len(data) - offset < size + _CRC.size:
        raise DamagedHeader("it ends within a header")
    if data[offset : offset + len(magic)] != magic:
        raise DamagedHeader("its first bytes are those of something else")
    (crc,) = _CRC.unpack_from(data, offset + size)
    if zlib.crc32(data[offset : offset + size]) != crc:
        raise DamagedHeader("the checksum of its header does not match")


def _is_possible(packed_bytes: int, payload_bytes: int) -> bool:
    """Whether a packer can have made so much of so little, and so little of so much."""
    if not 0 < payload_bytes <= MAX_PAYLOAD_BYTES or payload_bytes % 8:
        return False
    return packed_bytes <= payload_bytes // 4 * 5 and payload_bytes <= packed_bytes * MAX_EXPANSION


def _broken_stream(offset: int, what: str) -> InvariantBroken:
    return InvariantBroken(
        f"The record at byte {offset} of what was to be journaled {what}.",
        "Report this with the journal: the engine and its journal have lost step.",
    )
