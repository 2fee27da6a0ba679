"""The bytes of blocks and segments, as docs/journal.md lays them down."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import replace

import pytest

from cambist.domain.errors import InvariantBroken, ValueOutOfRange
from cambist.protocols.journal import (
    BLOCK_HEADER_BYTES,
    GENESIS_HASH,
    SEGMENT_HEADER_BYTES,
    DamagedHeader,
    Position,
    RecordCount,
    SegmentHeader,
    commands_after,
    count_records,
    encode_block,
    pack_block_header,
    pack_segment_header,
    parse_block_header,
    parse_segment_header,
    unpack_block,
)
from cambist.protocols.journal_packing import DamagedPayload
from cambist.protocols.records import decode_all
from cambist.testing.record_streams import RecordStream


def test_a_block_header_lies_as_documented() -> None:
    payload = RecordStream(3, sequence=6, event_sequence=8).take(2)
    block = encode_block(Position(7, 9, b"\x11" * 32), payload, RecordCount(2, 3), engine_version=4)
    header = pack_block_header(block.header)
    assert len(header) == BLOCK_HEADER_BYTES == 88
    assert header[:8] == b"CMBBLOCK"
    assert struct.unpack_from("<HHIIIQQ", header, 8) == (2, 4, len(block.packed), 2, 3, 7, 9)
    assert header[40:72] == b"\x11" * 32
    assert struct.unpack_from("<III", header, 72) == (zlib.crc32(block.packed), len(payload), zlib.crc32(payload))
    assert struct.unpack_from("<I", header, 84) == (zlib.crc32(header[:84]),)
    assert block.hash == hashlib.blake2b(header + block.packed, digest_size=32).digest()
    assert parse_block_header(header) == block.header
    assert unpack_block(block).payload == payload


@pytest.mark.parametrize("change", [8, -8, 4, 1 << 29, -(1 << 20)])
def test_a_payload_of_another_size_than_its_header_says_is_damage(change: int) -> None:
    block = encode_block(Position(), RecordStream(3).take(9), RecordCount(9, 9), engine_version=4)
    header = replace(block.header, payload_bytes=max(block.header.payload_bytes + change, 0))
    with pytest.raises((DamagedHeader, DamagedPayload)):
        unpack_block(replace(block, header=parse_block_header(pack_block_header(header))))


def test_a_payload_that_unpacks_to_something_else_is_damage() -> None:
    block = encode_block(Position(), RecordStream(3).take(9), RecordCount(9, 9), engine_version=4)
    forged = replace(block, header=replace(block.header, first_sequence=2))
    with pytest.raises(DamagedPayload, match="checksum of its payload"):
        unpack_block(forged)


def test_a_segment_header_lies_as_documented() -> None:
    header = SegmentHeader(4, 7, 9, b"\x22" * 32, "1.2.3")
    packed = pack_segment_header(header)
    assert len(packed) == SEGMENT_HEADER_BYTES == 96
    assert packed[:8] == b"CMBSEGMT"
    assert struct.unpack_from("<HHIQQ", packed, 8) == (2, 4, 0, 7, 9)
    assert packed[32:64] == b"\x22" * 32
    assert packed[64:92] == b"1.2.3" + bytes(23)
    assert struct.unpack_from("<I", packed, 92) == (zlib.crc32(packed[:92]),)
    assert parse_segment_header(packed) == header


def test_a_version_mark_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueOutOfRange, match="too long"):
        pack_segment_header(SegmentHeader(1, 1, 1, GENESIS_HASH, "x" * 29))


def test_the_position_after_a_block_continues_both_sequences() -> None:
    block = encode_block(Position(), b"", RecordCount(2, 3), engine_version=1)
    assert block.next_position == Position(3, 4, block.hash)
    assert (block.header.last_sequence, block.header.last_event_sequence) == (2, 3)


def test_records_are_counted() -> None:
    stream = RecordStream(3)
    first = stream.take(5)
    events = stream.event_sequence
    assert count_records(first, 1, 1) == RecordCount(5, events)
    assert count_records(stream.take(4), 6, events + 1).commands == 4
    assert count_records(b"", 1, 1) == RecordCount(0, 0)


@pytest.mark.parametrize(
    ("cut", "says"),
    [
        (slice(None, -8), "not a whole record"),
        (slice(8, None), "not a whole record|has sequence"),
    ],
)
def test_a_stream_that_is_not_whole_is_refused(cut: slice, says: str) -> None:
    with pytest.raises(InvariantBroken, match=says):
        count_records(RecordStream(3).take(3)[cut], 1, 1)


def test_a_stream_that_leaves_a_gap_is_refused() -> None:
    with pytest.raises(InvariantBroken, match="has sequence 1 where 2 continues"):
        count_records(RecordStream(3).take(1), 2, 1)


def test_events_without_their_command_are_refused() -> None:
    stream = RecordStream(1)
    records = stream.take(10)
    size = int.from_bytes(records[:4], "little")
    headless = records[size:]
    while headless[4] < 64:
        headless = headless[int.from_bytes(headless[:4], "little") :]
    with pytest.raises(InvariantBroken, match="event without its command"):
        count_records(headless, 99, 1)


def test_commands_after_a_sequence_come_alone_and_with_their_events() -> None:
    stream = RecordStream(5)
    head, rest = stream.take(4), stream.take(3)
    commands, records = commands_after(head + rest, 4)
    assert records == rest
    assert [command.sequence for command in decode_all(commands)] == [5, 6, 7]
    assert commands_after(head, 4) == (b"", b"")
