"""Pruning gives disk back and takes nothing that recovery or the tables need."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cambist.application.data_plane.recovery import recover
from cambist.bootstrap.data_directory import DataDirectory
from cambist.bootstrap.journal_keeper import JournalKeeper
from cambist.bootstrap.retention import prune_journal
from cambist.domain.errors import InputError, StorageFailure
from cambist.domain.vocabulary import Side
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.infrastructure.persistence.journal import JournalReader, open_journal
from cambist.infrastructure.persistence.projections.database import connect, migrate, sqlite_address
from cambist.infrastructure.persistence.projections.projector import Projector
from cambist.protocols.records import encode_all
from cambist.testing.builders import KernelDriver, define_instrument, limit_order, open_desk_account


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    """A market's directory with many small segments and two snapshots; its tables are not made yet."""
    directory = DataDirectory(tmp_path, is_temporary=False)
    driver = KernelDriver(ReferenceKernel())
    journal = open_journal(directory.journal, kernel="python", segment_bytes=4096)
    commands = [define_instrument(), *open_desk_account(), *(limit_order(Side.BUY, 1, 1 + n) for n in range(90))]
    for number, command in enumerate(commands):
        events = driver.apply(command)
        journal.append(encode_all([driver.commands[-1], *events]))
        journal.commit()
        if number in (60, 80):
            journal.save_snapshot(driver.kernel.sequence, driver.kernel.snapshot())
    journal.close()
    return directory


def project(directory: DataDirectory) -> None:
    engine = connect(sqlite_address(directory.path))
    migrate(engine)
    projector = Projector(engine)
    reader = JournalReader(directory.journal, 0)
    while blocks := reader.poll():
        projector.apply(b"".join(block.payload for block in blocks))
    engine.dispose()


def state_after_recovery(directory: DataDirectory) -> tuple[int, str]:
    journal = open_journal(directory.journal, kernel="python")
    recovered = recover(
        lambda snapshot: ReferenceKernel() if snapshot is None else ReferenceKernel.restore(snapshot), journal
    )
    journal.close()
    return recovered.kernel.sequence, recovered.kernel.state_hash()


def test_nothing_goes_that_the_tables_have_not_seen(directory: DataDirectory) -> None:
    assert prune_journal(directory.path, "python") == []


def test_old_segments_go_and_recovery_comes_to_the_same_state(directory: DataDirectory) -> None:
    before = state_after_recovery(directory)
    project(directory)
    removed = prune_journal(directory.path, "python")
    assert removed
    assert not any((directory.journal / name).exists() for name in removed)
    assert state_after_recovery(directory) == before
    assert prune_journal(directory.path, "python") == []


def test_a_running_market_is_not_pruned(directory: DataDirectory) -> None:
    journal = open_journal(directory.journal, kernel="python")
    with pytest.raises(StorageFailure):
        prune_journal(directory.path, "python")
    journal.close()


def test_a_directory_without_a_journal_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no journal"):
        prune_journal(tmp_path / "nowhere", "python")


def segments(directory: DataDirectory) -> list[Path]:
    return sorted(directory.journal.glob("*.seg"))


def test_a_running_market_prunes_by_itself_and_recovers_to_the_same_state(directory: DataDirectory) -> None:
    before = state_after_recovery(directory)
    project(directory)
    journal = open_journal(directory.journal, kernel="python", segment_bytes=4096)
    keeper = JournalKeeper(directory, keep_bytes=1)
    removed = keeper.prune()
    keeper.stop()
    journal.close()
    assert removed
    assert not any((directory.journal / name).exists() for name in removed)
    assert state_after_recovery(directory) == before


def test_beside_a_running_market_nothing_goes_that_the_tables_have_not_seen(
    directory: DataDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    count = len(segments(directory))
    keeper = JournalKeeper(directory, keep_bytes=1)
    assert keeper.prune() == []
    assert "cannot be pruned" in caplog.text  # there are no tables yet
    engine = connect(sqlite_address(directory.path))
    migrate(engine)
    engine.dispose()
    assert keeper.prune() == []
    keeper.stop()
    assert len(segments(directory)) == count


def test_as_much_stays_as_is_to_be_kept(directory: DataDirectory) -> None:
    project(directory)
    whole = sum(path.stat().st_size for path in segments(directory))
    assert JournalKeeper(directory, keep_bytes=whole).prune() == []
    keep_bytes = whole - segments(directory)[0].stat().st_size
    assert JournalKeeper(directory, keep_bytes=keep_bytes).prune() == [f"journal-{1:020d}.seg"]


def test_a_snapshot_that_was_kept_makes_it_look(directory: DataDirectory) -> None:
    project(directory)
    looked = threading.Event()
    count = len(segments(directory))

    class Watched(JournalKeeper):
        def prune(self) -> list[str]:
            looked.set()
            return super().prune()

    keeper = Watched(directory, keep_bytes=1)
    keeper.after_snapshot()
    assert looked.wait(60)
    keeper.stop()
    assert len(segments(directory)) < count
