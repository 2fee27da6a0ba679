"""A reader follows durable blocks, across segments, without a lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from cambist.domain.errors import JournalCorrupt, StorageFailure
from cambist.infrastructure.persistence.journal import DiskJournal, JournalReader, open_journal
from cambist.testing.record_streams import RecordStream


def sequences(reader: JournalReader) -> list[int]:
    return [block.header.last_sequence for block in reader.poll()]


class Growing:
    """A journal with small segments that grows by the test's word."""

    def __init__(self, directory: Path) -> None:
        self.stream = RecordStream(5)
        self.journal: DiskJournal = open_journal(directory, segment_bytes=1_500)

    def commit(self, commands: int = 4) -> None:
        self.journal.append(self.stream.take(commands))
        self.journal.commit()


def test_a_reader_sees_each_block_once_and_in_order(tmp_path: Path) -> None:
    reader, growing = JournalReader(tmp_path), Growing(tmp_path)
    assert sequences(reader) == []
    seen: list[int] = []
    for _ in range(12):
        growing.commit()
        seen += sequences(reader)
        assert sequences(reader) == []
    assert seen == list(range(4, 49, 4))
    assert len(list(tmp_path.glob("*.seg"))) > 3


def test_a_reader_starts_behind_a_sequence(tmp_path: Path) -> None:
    growing = Growing(tmp_path)
    for _ in range(12):
        growing.commit()
    assert sequences(JournalReader(tmp_path, after_sequence=24)) == [28, 32, 36, 40, 44, 48]
    assert sequences(JournalReader(tmp_path, after_sequence=25))[0] == 28
    assert sequences(JournalReader(tmp_path, after_sequence=48)) == []


def test_a_reader_in_a_directory_without_a_journal_waits(tmp_path: Path) -> None:
    assert sequences(JournalReader(tmp_path / "nowhere")) == []


def test_what_is_not_durable_yet_is_not_seen(tmp_path: Path) -> None:
    growing, reader = Growing(tmp_path), JournalReader(tmp_path)
    growing.commit()
    segment = next(tmp_path.glob("*.seg"))
    whole = segment.read_bytes()
    with segment.open("ab") as file:
        file.write(whole[96:])
    assert sequences(reader) == [4]
    assert sequences(reader) == []


def test_polls_are_bounded(tmp_path: Path) -> None:
    growing, reader = Growing(tmp_path), JournalReader(tmp_path)
    for _ in range(12):
        growing.commit()
    first = reader.poll(limit_bytes=1)
    assert 0 < len(first) < 12
    assert reader.last_sequence == first[-1].header.last_sequence


def test_blocks_larger_than_a_read_are_read_whole(tmp_path: Path) -> None:
    growing, reader = Growing(tmp_path), JournalReader(tmp_path)
    growing.commit(1)
    growing.commit(20_000)
    growing.commit(1)
    assert max(path.stat().st_size for path in tmp_path.glob("*.seg")) > 1 << 20
    seen: list[int] = []
    while found := sequences(reader):
        seen += found
    assert seen == [1, 20_001, 20_002]


def test_a_reader_at_the_end_of_a_pruned_segment_goes_on(tmp_path: Path) -> None:
    growing = Growing(tmp_path)
    growing.commit()
    reader, late = JournalReader(tmp_path), JournalReader(tmp_path)
    for _ in range(12):
        growing.commit()
        sequences(reader)
    growing.journal.save_snapshot(40, b"a")
    growing.journal.save_snapshot(48, b"b")
    assert growing.journal.prune()
    growing.commit()
    assert sequences(reader) == [56]
    with pytest.raises((JournalCorrupt, StorageFailure), match="no longer holds command"):
        late.poll()


def test_a_durable_block_that_is_damaged_is_named(tmp_path: Path) -> None:
    growing = Growing(tmp_path)
    growing.commit()
    segment = next(tmp_path.glob("*.seg"))
    content = bytearray(segment.read_bytes())
    content[-1] ^= 1
    segment.write_bytes(content)
    with pytest.raises(JournalCorrupt, match=f"{segment.name} at byte 96"):
        JournalReader(tmp_path).poll()
