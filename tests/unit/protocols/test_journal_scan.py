"""What a scan says of a segment that is not as it was written."""

from __future__ import annotations

import pytest

from cambist.protocols.journal import (
    FORMAT_VERSION,
    PackedBlock,
    Position,
    SegmentHeader,
    count_records,
    encode_block,
    pack_block_header,
    pack_segment_header,
    unpack_block,
)
from cambist.protocols.journal_scan import Fault, FaultKind, SegmentScan, iterate_blocks, scan_segment
from cambist.testing.record_streams import RecordStream

HEADER = pack_segment_header(SegmentHeader(1, 1, 1, bytes(32), "0.1.0"))


def blocks(commands: tuple[int, ...] = (3, 2, 4)) -> list[PackedBlock]:
    stream, position, made = RecordStream(2), Position(), []
    for size in commands:
        payload = stream.take(size)
        count = count_records(payload, position.next_sequence, position.next_event_sequence)
        made.append(encode_block(position, payload, count, engine_version=1))
        position = made[-1].next_position
    return made


def packed(*made: PackedBlock) -> bytes:
    return b"".join(pack_block_header(block.header) + block.packed for block in made)


def fault_of(data: bytes) -> Fault:
    fault = scan_segment(data).fault
    assert fault is not None
    return fault


def test_a_whole_segment_is_counted_and_chained() -> None:
    made = blocks()
    scan = scan_segment(HEADER + packed(*made), heads_of={5})
    assert scan.fault is None
    assert (scan.blocks, scan.position) == (3, made[-1].next_position)
    assert scan.last_block_engine_version == {1: 9}
    assert scan.heads == {5: made[1].hash}
    assert [block for _, block in iterate_blocks(HEADER + packed(*made))] == made


def test_a_shorter_file_is_a_torn_tail() -> None:
    data = HEADER + packed(*blocks())
    assert fault_of(data[:-8]).kind is FaultKind.TORN
    assert fault_of(data[: len(HEADER) + 40]).kind is FaultKind.TORN
    assert fault_of(data[:50]) == Fault(FaultKind.TORN, 0, "it ends within a header")


def test_sectors_of_zeros_at_the_end_are_a_torn_tail() -> None:
    data = HEADER + packed(*blocks((3, 40)))
    assert fault_of(data[:-700] + bytes(700)).kind is FaultKind.TORN
    start = scan_segment(HEADER + packed(*blocks((3,)))).end
    assert fault_of(data[:start] + bytes(len(data) - start)).offset == start


def test_wrong_bytes_in_a_finished_write_are_damage() -> None:
    data = bytearray(HEADER + packed(*blocks()))
    data[-9] ^= 4
    fault = fault_of(bytes(data))
    assert fault.kind is FaultKind.DAMAGED
    assert "the checksum of its payload does not match" in fault.description


@pytest.mark.parametrize("removed", [8, 60, 120])
def test_a_valid_block_behind_a_bad_one_is_damage(removed: int) -> None:
    first, second, third = blocks()
    gap = packed(second)[:-removed]
    fault = fault_of(HEADER + packed(first) + gap + packed(third))
    assert fault.kind is FaultKind.DAMAGED
    assert fault.offset == len(HEADER + packed(first))
    assert f"a valid block follows at byte {len(HEADER + packed(first) + gap)}" in fault.description


def test_a_block_that_is_missing_breaks_the_chain() -> None:
    first, _, third = blocks()
    fault = fault_of(HEADER + packed(first, third))
    assert (fault.kind, fault.offset) == (FaultKind.BROKEN_CHAIN, len(HEADER + packed(first)))
    assert "command 6 where 4 belongs" in fault.description


def test_a_block_that_was_replaced_breaks_the_chain() -> None:
    first, second, _ = blocks()
    stream = RecordStream(2)
    stream.take(2)
    payload = unpack_block(first).payload
    forged = encode_block(Position(), payload, count_records(payload, 1, 1), engine_version=2)
    fault = fault_of(HEADER + packed(forged, second))
    assert fault.description == "it names another block as the one before it"


@pytest.mark.parametrize("version", [FORMAT_VERSION - 1, FORMAT_VERSION + 1])
def test_another_format_is_not_taken_for_damage(version: int) -> None:
    other = pack_segment_header(SegmentHeader(1, 1, 1, bytes(32), "9", format_version=version))
    assert fault_of(other + packed(*blocks())).kind is FaultKind.VERSION


def test_an_empty_file_is_torn_at_its_start() -> None:
    scan = scan_segment(b"")
    assert isinstance(scan, SegmentScan)
    assert scan.header is None
    assert scan.fault == Fault(FaultKind.TORN, 0, "it ends within a header")
