"""One suite over both writers of segments, and the files they leave compared byte for byte."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from cambist.domain.errors import InputError, InvariantBroken, StorageFailure
from cambist.infrastructure.persistence.journal import DiskJournal, open_journal
from cambist.infrastructure.persistence.journal.implementation import choose_implementation
from cambist.infrastructure.persistence.journal.local_disk import LocalDisk
from cambist.infrastructure.persistence.journal.memory_journal import MemoryJournal
from cambist.testing.record_streams import RecordStream

NATIVE = pytest.param(
    "native",
    marks=pytest.mark.skipif(
        find_spec("cambist_kernel") is None, reason="cambist-kernel is not installed: make kernel"
    ),
)
COMMITS = (1, 5, 2, 40, 1, 17, 3)


@pytest.fixture(params=["python", NATIVE])
def kernel(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def open_small(directory: Path, kernel: str, segment_bytes: int = 2_400) -> DiskJournal:
    return open_journal(directory, kernel=kernel, segment_bytes=segment_bytes, product_version="0.1.0")


def write(directory: Path, kernel: str) -> DiskJournal:
    stream, journal = RecordStream(4), open_small(directory, kernel)
    for commands in COMMITS:
        journal.append(stream.take(commands))
        journal.append(stream.take(1))
        journal.commit()
    return journal


def files(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir()) if path.name != "LOCK"}


def test_commits_are_counted_and_read_back(tmp_path: Path, kernel: str) -> None:
    journal = write(tmp_path, kernel)
    expected = sum(COMMITS) + len(COMMITS)
    assert journal.last_sequence == expected
    stream = RecordStream(4)
    assert b"".join(block.payload for block in journal.blocks(0)) == stream.take(expected)
    assert journal.last_event_sequence == stream.event_sequence
    journal.close()


def test_a_commit_of_nothing_writes_nothing(tmp_path: Path, kernel: str) -> None:
    journal = open_small(tmp_path, kernel)
    assert journal.commit() == 0
    assert journal.head() == "00" * 32
    assert not list(tmp_path.glob("*.seg"))
    journal.close()


def test_segments_are_rolled_by_size_and_hold_at_least_one_block(tmp_path: Path, kernel: str) -> None:
    write(tmp_path, kernel).close()
    sizes = [path.stat().st_size for path in sorted(tmp_path.glob("*.seg"))]
    assert len(sizes) > 2
    assert any(size > 2_400 for size in sizes), "a block larger than a segment still goes somewhere"


def test_reopening_goes_on_in_the_last_segment(tmp_path: Path, kernel: str) -> None:
    stream = RecordStream(4)
    for commands in COMMITS:
        journal = open_small(tmp_path / "many starts", kernel)
        journal.append(stream.take(commands))
        journal.append(stream.take(1))
        journal.close()
    write(tmp_path / "one start", kernel).close()
    assert files(tmp_path / "many starts") == files(tmp_path / "one start")


def test_records_that_do_not_continue_are_refused(tmp_path: Path, kernel: str) -> None:
    journal = open_small(tmp_path, kernel)
    stream = RecordStream(4)
    first, second = stream.take(1), stream.take(1)
    with pytest.raises(InvariantBroken, match="has sequence 2 where 1 continues"):
        journal.append(second)
    journal.append(first)
    with pytest.raises(InvariantBroken, match="not a whole record"):
        journal.append(second[:-8])
    assert journal.commit() == 1
    journal.close()


def test_what_is_buffered_at_close_is_committed(tmp_path: Path, kernel: str) -> None:
    journal = open_small(tmp_path, kernel)
    journal.append(RecordStream(4).take(3))
    journal.close()
    journal.close()
    assert open_small(tmp_path, kernel).last_sequence == 3


def test_after_a_failure_every_call_raises_it_again(tmp_path: Path, kernel: str) -> None:
    directory = tmp_path / "data"
    journal = write(directory, kernel)
    stream = RecordStream(4)
    stream.take(journal.last_sequence)
    directory.rename(tmp_path / "gone")
    journal.append(stream.take(30))
    with pytest.raises(StorageFailure):
        journal.commit()
    (tmp_path / "gone").rename(directory)
    for call in (journal.commit, lambda: journal.append(b""), lambda: journal.save_snapshot(1, b"")):
        with pytest.raises(StorageFailure):
            call()
    journal.close()


def test_a_journal_in_memory_has_the_same_head(tmp_path: Path, kernel: str) -> None:
    memory, stream = MemoryJournal(), RecordStream(4)
    for commands in COMMITS:
        memory.append(stream.take(commands))
        memory.append(stream.take(1))
        memory.commit()
    journal = write(tmp_path, kernel)
    assert (memory.head(), memory.last_sequence) == (journal.head(), journal.last_sequence)
    assert memory.last_event_sequence == journal.last_event_sequence
    journal.close()


@pytest.mark.parametrize("other", [NATIVE])
def test_both_writers_leave_the_same_bytes(tmp_path: Path, other: str) -> None:
    write(tmp_path / "python", "python").close()
    write(tmp_path / "other", other).close()
    assert files(tmp_path / "python") == files(tmp_path / "other")


@pytest.mark.parametrize("other", [NATIVE])
def test_both_scans_say_the_same_of_whole_cut_and_damaged_segments(tmp_path: Path, other: str) -> None:
    write(tmp_path, "python").close()
    python = choose_implementation("python", LocalDisk()).scanner
    native = choose_implementation(other, LocalDisk()).scanner
    for path in sorted(tmp_path.glob("*.seg")):
        content = path.read_bytes()
        assert native(path, {2, 3, 10}) == python(path, {2, 3, 10})
        for change in range(0, len(content), 97):
            path.write_bytes(content[:change])
            assert native(path, {2}) == python(path, {2})
            path.write_bytes(content[:change] + bytes([content[change] ^ 16]) + content[change + 1 :])
            assert native(path, {2}) == python(path, {2})


def test_a_kernel_of_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no kernel 'quick'"):
        open_journal(tmp_path, kernel="quick")
    assert not list(tmp_path.iterdir())
