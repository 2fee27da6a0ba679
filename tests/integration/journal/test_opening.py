"""Opening a journal in a world that is not as it should be: each failure names what to do."""

from __future__ import annotations

import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from cambist.domain.errors import JournalCorrupt, JournalVersion, StorageFailure
from cambist.engine.kernel import ENGINE_VERSION
from cambist.infrastructure.persistence.journal import DiskJournal, open_journal, verify
from cambist.protocols.journal import BlockHeader, Position, SegmentHeader, pack_block_header, pack_segment_header
from cambist.protocols.journal_scan import iterate_blocks
from cambist.testing.record_streams import RecordStream

HOLDER = """
import sys
from pathlib import Path
from cambist.infrastructure.persistence.journal import open_journal
journal = open_journal(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def written(directory: Path, commits: int = 6, **options: int) -> DiskJournal:
    stream, journal = RecordStream(8), open_journal(directory, segment_bytes=900, **options)
    for _ in range(commits):
        journal.append(stream.take(4))
        journal.commit()
    return journal


def segments(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.seg"))


def test_a_directory_in_use_by_another_process_names_that_process(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StorageFailure, match=f"in use by process {holder.pid}") as failure:
            open_journal(tmp_path)
        assert "Stop that process" in failure.value.action
        holder.kill()
        holder.wait()
        open_journal(tmp_path).close()


def test_a_file_where_the_directory_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    for path in (tmp_path / "data", tmp_path / "data" / "below"):
        with pytest.raises(StorageFailure, match="cannot be used") as failure:
            open_journal(path)
        assert failure.value.action.startswith("Name a directory")


def test_a_directory_that_cannot_be_written_is_named() -> None:
    with pytest.raises(StorageFailure, match="/proc/cambist"):
        open_journal(Path("/proc/cambist"))


def test_a_disk_nearly_full_stops_before_it_is_full(tmp_path: Path) -> None:
    written(tmp_path).close()
    stream = RecordStream(8)
    stream.take(24)
    journal = open_journal(tmp_path, minimum_free_bytes=1 << 62)
    journal.append(stream.take(1))
    with pytest.raises(StorageFailure, match="nearly full") as failure:
        journal.commit()
    assert "Free space" in failure.value.action
    with pytest.raises(StorageFailure, match="nearly full"):
        journal.commit()
    journal.close()
    assert open_journal(tmp_path).last_sequence == 24


def test_a_torn_tail_is_cut_and_told(tmp_path: Path) -> None:
    written(tmp_path).close()
    last = segments(tmp_path)[-1]
    size = last.stat().st_size
    start = list(iterate_blocks(last.read_bytes()))[-1][0]
    with last.open("ab") as file:
        file.write(last.read_bytes()[start : start + 100])
    journal = open_journal(tmp_path)
    assert journal.last_sequence == 24
    assert journal.torn_tail is not None
    assert (journal.torn_tail.file, journal.torn_tail.offset, journal.torn_tail.size) == (last.name, size, 100)
    assert last.stat().st_size == size


def test_damage_in_the_middle_names_segment_and_offset(tmp_path: Path) -> None:
    written(tmp_path).close()
    victim = segments(tmp_path)[1]
    content = bytearray(victim.read_bytes())
    content[200] ^= 1
    victim.write_bytes(content)
    with pytest.raises(JournalCorrupt, match=rf"{victim.name} at byte 96: the checksum of its payload") as failure:
        open_journal(tmp_path)
    assert "backup" in failure.value.action
    assert f"shorten {victim.name} to 96 bytes" in failure.value.action
    open_after_restoring = bytearray(content)
    open_after_restoring[200] ^= 1
    victim.write_bytes(open_after_restoring)
    open_journal(tmp_path).close()


def test_the_way_out_of_damage_works_as_told(tmp_path: Path) -> None:
    written(tmp_path).close()
    first, victim, *later = segments(tmp_path)
    content = bytearray(victim.read_bytes())
    content[200] ^= 1
    victim.write_bytes(content[:96])
    for path in (tmp_path / "DURABLE", *later):
        path.unlink()
    journal = open_journal(tmp_path)
    assert journal.last_sequence == int(victim.name[8:28]) - 1
    assert first.exists()
    journal.close()


def test_a_missing_segment_is_a_gap(tmp_path: Path) -> None:
    written(tmp_path).close()
    gone = segments(tmp_path)[1]
    gone.unlink()
    with pytest.raises(JournalCorrupt, match=r"commands \d+ to \d+ are missing before it"):
        open_journal(tmp_path)


def test_a_missing_last_segment_is_a_loss_of_acknowledged_commands(tmp_path: Path) -> None:
    written(tmp_path).close()
    segments(tmp_path)[-1].unlink()
    with pytest.raises(JournalCorrupt, match=r"says that it was durable through 24"):
        open_journal(tmp_path)


def test_a_missing_first_segment_needs_a_snapshot(tmp_path: Path) -> None:
    written(tmp_path).close()
    segments(tmp_path)[0].unlink()
    with pytest.raises(JournalCorrupt, match="no usable snapshot covers them"):
        open_journal(tmp_path)


@pytest.mark.parametrize("kernel", ["auto", "python"])
def test_sequences_that_no_counter_can_hold_are_damage(tmp_path: Path, kernel: str) -> None:
    """Made up, checksums and all: nothing that was written can have come so far."""
    position = Position(next_sequence=(1 << 64) - 1)
    header = BlockHeader(
        engine_version=ENGINE_VERSION,
        packed_bytes=1,
        commands=1,
        events=0,
        first_sequence=position.next_sequence,
        first_event_sequence=1,
        previous_hash=position.head,
        packed_crc=zlib.crc32(b"\xff"),
        payload_bytes=24,
        payload_crc=0,
    )
    segment = SegmentHeader(ENGINE_VERSION, position.next_sequence, 1, position.head, "0.1.0")
    name = f"journal-{position.next_sequence:020}.seg"
    (tmp_path / name).write_bytes(pack_segment_header(segment) + pack_block_header(header) + b"\xff")
    with pytest.raises(JournalCorrupt, match="commands 1 to"):
        open_journal(tmp_path, kernel=kernel)


def test_a_segment_of_another_journal_breaks_the_chain(tmp_path: Path) -> None:
    written(tmp_path / "one").close()
    second = segments(tmp_path / "one")[1]
    forged = open_journal(tmp_path / "forged", segment_bytes=900, engine_version=ENGINE_VERSION + 1)
    stream = RecordStream(8)
    for _ in range(6):
        forged.append(stream.take(4))
        forged.commit()
    forged.close()
    second.write_bytes((tmp_path / "forged" / second.name).read_bytes())
    with pytest.raises(JournalCorrupt, match="another block as the one before it"):
        open_journal(tmp_path / "one")


def test_another_engine_version_is_refused_unless_a_snapshot_covers_it(tmp_path: Path) -> None:
    journal = written(tmp_path, engine_version=1)
    journal.close()
    with pytest.raises(JournalVersion, match="engine version 1; this is engine version 2") as failure:
        open_journal(tmp_path, engine_version=2)
    assert "saves a snapshot" in failure.value.action
    journal = open_journal(tmp_path, engine_version=1)
    journal.save_snapshot(24, b"state")
    journal.close()
    stream = RecordStream(8)
    stream.take(24)
    journal = open_journal(tmp_path, engine_version=2)
    journal.append(stream.take(2))
    journal.close()
    assert verify(tmp_path).engine_versions == (1, 2)
    assert segments(tmp_path)[-1].name == "journal-00000000000000000025.seg"
    assert open_journal(tmp_path, engine_version=2).last_sequence == 26


def test_two_journals_that_grow_apart_have_different_heads(tmp_path: Path) -> None:
    one, other = written(tmp_path / "one"), written(tmp_path / "other", commits=5)
    stream = RecordStream(8)
    stream.take(20)
    other.append(stream.take(2))
    other.commit()
    other.append(stream.take(2))
    other.commit()
    assert one.last_sequence == other.last_sequence
    assert one.head() != other.head()


def test_leftovers_of_a_snapshot_being_written_are_removed(tmp_path: Path) -> None:
    (tmp_path / "snapshot-00000000000000000007.snap.tmp").write_bytes(b"half")
    open_journal(tmp_path).close()
    assert not list(tmp_path.glob("*.tmp"))
