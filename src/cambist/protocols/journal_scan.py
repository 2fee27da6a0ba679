"""Reading a segment's bytes: valid blocks up to the first fault, and what kind of fault it is. No I/O.

A write that the machine did not finish leaves a shorter file or sectors of zeros, at the very end; that is a torn
tail and may be cut. Anything else that is not a valid block is damage: it was durable once and is not right any more.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import Enum

from cambist.protocols.journal import (
    BLOCK_HEADER_BYTES,
    BLOCK_MAGIC,
    FORMAT_VERSION,
    SEGMENT_HEADER_BYTES,
    BlockHeader,
    DamagedHeader,
    PackedBlock,
    Position,
    SegmentHeader,
    block_hash,
    parse_block_header,
    parse_segment_header,
)

SECTOR_BYTES = 512
"""The unit in which a disk writes all or nothing."""


class FaultKind(Enum):
    """What the first unreadable place of a segment is."""

    TORN = "torn"
    """An unfinished write at the very end: nothing valid follows, and bytes are missing or zero."""
    DAMAGED = "damaged"
    """Bytes that a finished write cannot have left."""
    BROKEN_CHAIN = "broken chain"
    """A valid block that does not continue the one before."""
    VERSION = "version"
    """A valid header of a format this program does not know."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place of a segment that cannot be read on from."""

    kind: FaultKind
    offset: int
    description: str


@dataclass(slots=True)
class SegmentScan:
    """What a segment holds. `end` is the offset behind its last valid block, `position` where the next belongs."""

    header: SegmentHeader | None = None
    end: int = 0
    position: Position = field(default_factory=Position)
    blocks: int = 0
    last_block_engine_version: dict[int, int] = field(default_factory=dict)
    """Engine version to the last command sequence that it wrote here."""
    heads: dict[int, bytes] = field(default_factory=dict)
    """Command sequence to the chain's hash after it, for the sequences that were asked for."""
    fault: Fault | None = None


def scan_segment(data: bytes, heads_of: Collection[int] = ()) -> SegmentScan:
    """Check every block of a segment, from its header to the end or the first fault."""
    scan = SegmentScan()
    try:
        scan.header = parse_segment_header(data)
    except DamagedHeader as error:
        scan.fault = _classify_segment_header(data, str(error))
        return scan
    scan.position, scan.end = scan.header.position, SEGMENT_HEADER_BYTES
    if scan.header.format_version != FORMAT_VERSION:
        scan.fault = Fault(FaultKind.VERSION, 0, f"format version {scan.header.format_version}")
        return scan
    while scan.end < len(data) and scan.fault is None:
        found = read_block(data, scan.end, scan.position)
        if isinstance(found, Fault):
            scan.fault = found
        else:
            _count(scan, found, heads_of)
    return scan


def iterate_blocks(data: bytes) -> Iterator[tuple[int, PackedBlock]]:
    """The valid blocks of a segment with their offsets, still packed, up to its end or first fault."""
    try:
        position = parse_segment_header(data).position
    except DamagedHeader:
        return
    offset = SEGMENT_HEADER_BYTES
    while offset < len(data):
        found = read_block(data, offset, position)
        if isinstance(found, Fault):
            return
        yield offset, found
        offset += found.header.block_bytes
        position = found.next_position


def read_block(data: bytes | memoryview, offset: int, position: Position) -> PackedBlock | Fault:
    """The block at `offset`, still packed, which must belong at `position`, or why it cannot be read."""
    try:
        header = parse_block_header(data, offset)
    except DamagedHeader as error:
        return _classify(data, offset, offset + BLOCK_HEADER_BYTES, str(error))
    start, end = offset + BLOCK_HEADER_BYTES, offset + header.block_bytes
    if header.format_version != FORMAT_VERSION:
        return Fault(FaultKind.VERSION, offset, f"format version {header.format_version}")
    if end > len(data):
        return _classify(data, offset, end, "it ends within a payload")
    packed = bytes(data[start:end])
    if zlib.crc32(packed) != header.packed_crc:
        return _classify(data, offset, end, "the checksum of its payload does not match")
    if (broken := _broken_link(header, position)) is not None:
        return Fault(FaultKind.BROKEN_CHAIN, offset, broken)
    return PackedBlock(header, packed, block_hash(data[offset:start], packed))


def _broken_link(header: BlockHeader, position: Position) -> str | None:
    """Why a valid block does not continue at `position`, or None where it does."""
    if header.first_sequence != position.next_sequence:
        return f"it starts with command {header.first_sequence} where {position.next_sequence} belongs"
    if header.first_event_sequence != position.next_event_sequence:
        return f"it starts with event {header.first_event_sequence} where {position.next_event_sequence} belongs"
    if header.previous_hash != position.head:
        return "it names another block as the one before it"
    return None


def _count(scan: SegmentScan, block: PackedBlock, heads_of: Collection[int]) -> None:
    """Move the scan behind a valid block."""
    scan.end += block.header.block_bytes
    scan.position = block.next_position
    scan.blocks += 1
    scan.last_block_engine_version[block.header.engine_version] = block.header.last_sequence
    if block.header.last_sequence in heads_of:
        scan.heads[block.header.last_sequence] = block.hash


def _classify_segment_header(data: bytes, description: str) -> Fault:
    """A segment header and its first block go out in one write, so a torn one is short or its sector is zero."""
    return _classify(data, 0, SEGMENT_HEADER_BYTES, description)


def _classify(data: bytes | memoryview, offset: int, end: int, description: str) -> Fault:
    """Tell a torn tail from damage: `offset` to `end` is where the unreadable header or block would lie."""
    follower = _next_valid_block(bytes(data[offset:]))
    if follower is not None:
        return Fault(FaultKind.DAMAGED, offset, f"{description}, and a valid block follows at byte {offset + follower}")
    if end > len(data) or _has_zero_sector(data, offset, end):
        return Fault(FaultKind.TORN, offset, description)
    return Fault(FaultKind.DAMAGED, offset, f"{description}, and no unfinished write leaves that")


def _next_valid_block(rest: bytes) -> int | None:
    """Where in `rest`, behind its first byte, a block lies whose checksums hold."""
    place = rest.find(BLOCK_MAGIC, 1)
    while place >= 0:
        try:
            header = parse_block_header(rest, place)
            packed = rest[place + BLOCK_HEADER_BYTES : place + header.block_bytes]
            if len(packed) == header.packed_bytes and zlib.crc32(packed) == header.packed_crc:
                return place
        except DamagedHeader:
            pass
        place = rest.find(BLOCK_MAGIC, place + 1)
    return None


def _has_zero_sector(data: bytes | memoryview, start: int, end: int) -> bool:
    """True where what lies of some sector between `start` and `end` is nothing but zeros."""
    while start < end:
        stop = min(end, (start // SECTOR_BYTES + 1) * SECTOR_BYTES)
        if not any(data[start:stop]):
            return True
        start = stop
    return False
