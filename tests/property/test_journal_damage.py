"""Whatever single thing happens to a journal's bytes is found; whatever is cut off is handled."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cambist.domain.errors import JournalCorrupt
from cambist.engine.kernel import ENGINE_VERSION
from cambist.infrastructure.persistence.journal import open_journal
from cambist.infrastructure.persistence.journal.segment_directory import DURABLE_NAME, segment_name
from cambist.protocols.journal import Position, SegmentHeader, pack_segment_header, unpack_block
from cambist.protocols.journal_scan import FaultKind, iterate_blocks, scan_segment
from cambist.testing.record_streams import RecordStream
from cambist.testing.simulated_disk import SimulatedDisk

DIRECTORY = Path("/journal")
SEGMENT = DIRECTORY / segment_name(1)


def journal_on_disk(commits: list[int], seed: int = 0) -> SimulatedDisk:
    disk, stream = SimulatedDisk(seed), RecordStream(seed)
    journal = open_journal(DIRECTORY, disk=disk, product_version="0.1.0")
    for commands in commits:
        journal.append(stream.take(commands))
        journal.commit()
    journal.close()
    return disk


def cut(disk: SimulatedDisk, size: int) -> None:
    """Shorten the segment and forget the mark, as a copy to another machine might."""
    disk.truncate(SEGMENT, size)
    disk.unlink(DIRECTORY / DURABLE_NAME)


def test_every_flipped_bit_is_found() -> None:
    content = journal_on_disk([1, 2, 1]).read(SEGMENT)
    whole = scan_segment(content)
    assert whole.fault is None
    for bit in range(len(content) * 8):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        scan = scan_segment(bytes(damaged))
        assert scan.fault is not None, f"bit {bit}"
        assert scan.fault.offset == scan.end <= bit // 8
        is_last_block = scan.blocks == whole.blocks - 1
        assert is_last_block or scan.fault.kind is not FaultKind.TORN, f"bit {bit} would be cut"


def test_a_flipped_bit_refuses_to_open_wherever_it_is() -> None:
    size = len(journal_on_disk([1, 2, 1]).read(SEGMENT))
    for bit in range(0, size * 8, 7):
        disk = journal_on_disk([1, 2, 1])
        disk.flip_bit(SEGMENT, bit)
        try:
            open_journal(DIRECTORY, disk=disk)
        except JournalCorrupt as error:
            assert SEGMENT.name in error.message
        else:
            raise AssertionError(f"bit {bit} went unseen")


def test_every_cut_leaves_the_blocks_before_it() -> None:
    content = journal_on_disk([1, 2, 1]).read(SEGMENT)
    ends = [offset + block.header.block_bytes for offset, block in iterate_blocks(content)]
    for size in range(len(content)):
        disk = journal_on_disk([1, 2, 1])
        cut(disk, size)
        journal = open_journal(DIRECTORY, disk=disk)
        kept = [end for end in ends if end <= size]
        assert len(list(journal.blocks(0))) == len(kept)
        assert (journal.torn_tail is None) == (size in (96, *ends))
        names = disk.names(DIRECTORY)
        assert (SEGMENT.name in names) == bool(kept)


def test_every_cut_of_acknowledged_blocks_is_refused_while_the_mark_is_there() -> None:
    content = journal_on_disk([1, 2, 1]).read(SEGMENT)
    for size in range(len(content)):
        disk = journal_on_disk([1, 2, 1])
        disk.truncate(SEGMENT, size)
        try:
            open_journal(DIRECTORY, disk=disk)
        except JournalCorrupt as error:
            assert "durable through 4" in error.message
        else:
            raise AssertionError(f"a cut at {size} went unseen")


@settings(max_examples=60, deadline=None)
@given(
    commits=st.lists(st.integers(1, 30), min_size=1, max_size=6),
    seed=st.integers(0, 1000),
    place=st.floats(0, 1),
    change=st.binary(min_size=1, max_size=40),
)
def test_overwritten_bytes_are_found(commits: list[int], seed: int, place: float, change: bytes) -> None:
    content = journal_on_disk(commits, seed).read(SEGMENT)
    offset = int(place * (len(content) - len(change)))
    damaged = content[:offset] + change + content[offset + len(change) :]
    scan = scan_segment(damaged)
    assert (scan.fault is None) == (damaged == content)


@settings(max_examples=60, deadline=None)
@given(commits=st.lists(st.integers(1, 30), min_size=1, max_size=6), seed=st.integers(0, 1000))
def test_a_segment_reads_back_as_it_was_written(commits: list[int], seed: int) -> None:
    content = journal_on_disk(commits, seed).read(SEGMENT)
    blocks = [unpack_block(block) for _, block in iterate_blocks(content)]
    assert [block.header.commands for block in blocks] == commits
    assert b"".join(block.payload for block in blocks) == RecordStream(seed).take(sum(commits))
    assert content.startswith(pack_segment_header(SegmentHeader(ENGINE_VERSION, 1, 1, Position().head, "0.1.0")))
