"""Snapshots are kept in pairs, and segments go only when both of a pair stand for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cambist.application.ports.journal import DamagedSnapshot
from cambist.domain.errors import InvariantBroken, JournalCorrupt
from cambist.infrastructure.persistence.journal import DiskJournal, open_journal
from cambist.protocols.snapshot_file import SnapshotFile
from cambist.testing.record_streams import RecordStream


def written(directory: Path) -> DiskJournal:
    """Forty commands, four per commit, about two commits per segment."""
    stream, journal = RecordStream(8), open_journal(directory, segment_bytes=1_500)
    for _ in range(10):
        journal.append(stream.take(4))
        journal.commit()
    return journal


def kept(journal: DiskJournal) -> list[int]:
    return [snapshot.sequence for snapshot in journal.snapshots()]


def first_sequences(directory: Path) -> list[int]:
    return sorted(int(path.name[8:28]) for path in directory.glob("*.seg"))


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_the_two_newest_snapshots_are_kept(tmp_path: Path) -> None:
    journal = written(tmp_path)
    for sequence in (8, 20, 33):
        journal.save_snapshot(sequence, b"state %d" % sequence)
    newest, older = journal.snapshots()
    assert isinstance(newest, SnapshotFile)
    assert (newest.sequence, newest.data, newest.journal_sequence) == (33, b"state 33", 40)
    assert newest.head.hex() == journal.head()
    assert older.sequence == 20


def test_a_damaged_snapshot_does_not_count_as_one_of_the_two(tmp_path: Path) -> None:
    journal = written(tmp_path)
    journal.save_snapshot(8, b"a")
    journal.save_snapshot(20, b"b")
    damage(tmp_path / "snapshot-00000000000000000020.snap")
    journal.save_snapshot(33, b"c")
    assert kept(journal) == [33, 20, 8]
    assert isinstance(list(journal.snapshots())[1], DamagedSnapshot)


def test_a_snapshot_of_what_is_not_durable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvariantBroken, match="durable are 1 to 40"):
        written(tmp_path).save_snapshot(41, b"")


def test_nothing_is_pruned_before_two_snapshots_are_there(tmp_path: Path) -> None:
    journal = written(tmp_path)
    assert journal.prune() == []
    journal.save_snapshot(40, b"a")
    assert journal.prune() == []


def test_segments_behind_the_older_snapshot_go(tmp_path: Path) -> None:
    journal = written(tmp_path)
    before = first_sequences(tmp_path)
    journal.save_snapshot(20, b"a")
    journal.save_snapshot(40, b"b")
    removed = journal.prune()
    left = first_sequences(tmp_path)
    assert len(removed) == len(before) - len(left) > 0
    assert left[0] <= 21
    assert left[1] > 21
    assert [block.header.last_sequence for block in journal.blocks(20)] == [24, 28, 32, 36, 40]
    with pytest.raises(JournalCorrupt, match="no longer holds commands 1 to"):
        list(journal.blocks(0))
    journal.close()
    assert open_journal(tmp_path).last_sequence == 40


def test_what_a_reader_still_needs_stays(tmp_path: Path) -> None:
    journal = written(tmp_path)
    journal.save_snapshot(30, b"a")
    journal.save_snapshot(40, b"b")
    journal.prune(needed_from=10)
    assert first_sequences(tmp_path)[0] <= 10
    assert next(journal.blocks(9)).header.last_sequence == 12


def test_a_pruned_journal_whose_snapshots_are_damaged_is_refused(tmp_path: Path) -> None:
    journal = written(tmp_path)
    journal.save_snapshot(20, b"a")
    journal.save_snapshot(40, b"b")
    journal.prune()
    journal.close()
    for path in tmp_path.glob("*.snap"):
        damage(path)
    with pytest.raises(JournalCorrupt, match="no usable snapshot covers them"):
        open_journal(tmp_path)


def test_a_chain_other_than_a_snapshot_witnessed_is_refused(tmp_path: Path) -> None:
    journal = written(tmp_path / "one")
    journal.save_snapshot(40, b"a")
    journal.close()
    other = open_journal(tmp_path / "other")
    other.append(RecordStream(8).take(40))
    other.close()
    for path in (tmp_path / "one").glob("*.snap"):
        (tmp_path / "other" / path.name).write_bytes(path.read_bytes())
    with pytest.raises(JournalCorrupt, match="differs from what a snapshot witnessed"):
        open_journal(tmp_path / "other")
