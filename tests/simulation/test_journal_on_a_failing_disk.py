"""Two hundred seeds of writing, failing, losing power and opening again. A failing seed is in the test's name."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from cambist.domain.errors import CambistError, JournalCorrupt, JournalVersion, StorageFailure
from cambist.infrastructure.persistence.journal import DiskJournal, JournalReader, open_journal, verify
from cambist.protocols.snapshot_file import SnapshotFile
from cambist.testing.record_streams import RecordStream
from cambist.testing.simulated_disk import SimulatedDisk

DIRECTORY = Path("/journal")
SEEDS = 200
FILE_BITS = 8


class Drill:
    """One disk, one journal, and what was promised about it to somebody outside."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(f"drill {seed}")
        self.disk = SimulatedDisk(seed)
        self.stream = RecordStream(seed)
        self.commands: list[bytes] = []
        self.acknowledged = 0
        self.acknowledged_snapshot = 0
        self.published: list[bytes] = []
        self.reader = JournalReader(DIRECTORY, disk=self.disk)
        self.segment_bytes = self.random.choice([2_000, 10_000, 1 << 20])
        self.minimum_free_bytes = self.random.choice([0, 4_000])

    def open(self) -> DiskJournal:
        return open_journal(
            DIRECTORY, disk=self.disk, segment_bytes=self.segment_bytes, minimum_free_bytes=self.minimum_free_bytes
        )

    def records(self, first: int, last: int) -> bytes:
        """The bytes of these commands and their events: the same every time they are asked for."""
        while len(self.commands) < last:
            self.commands.append(self.stream.take(1))
        return b"".join(self.commands[first - 1 : last])

    def session(self) -> None:
        """Open, write and read until the plan's fault strikes or the session has done enough."""
        self.plan_fault()
        try:
            journal = self.open()
            self.check_content(journal)
            for _ in range(self.random.randrange(1, 15)):
                self.step(journal)
            if self.random.random() < 0.3:
                journal.close()
        except StorageFailure as failure:
            assert failure.action
        self.end_session()

    def plan_fault(self) -> None:
        fault = self.random.choice(["none", "full", "sync", "power", "power"])
        self.disk.capacity = 1 << 30
        if fault == "full":
            used = self.disk.capacity - self.disk.free_bytes(DIRECTORY)
            self.disk.capacity = used + self.minimum_free_bytes + self.random.randrange(20_000)
        elif fault == "sync":
            self.disk.syncs_until_failure = self.random.randrange(30)
        elif fault == "power":
            self.disk.crash_after_writes = self.random.randrange(40)

    def step(self, journal: DiskJournal) -> None:
        first = journal.last_sequence + 1
        last = first + self.random.randrange(20)
        middle = self.random.randrange(first, last + 1)
        journal.append(self.records(first, middle))
        if middle < last:
            journal.append(self.records(middle + 1, last))
        assert journal.commit() == last
        self.acknowledged = last
        if self.random.random() < 0.2:
            sequence = self.random.randrange(max(1, self.acknowledged_snapshot), last + 1)
            journal.save_snapshot(sequence, b"state %d" % sequence)
            self.acknowledged_snapshot = sequence
        if self.random.random() < 0.1:
            journal.prune(needed_from=self.reader.last_sequence + 1)
        if self.random.random() < 0.3:
            self.publish()

    def publish(self) -> None:
        self.published.extend(block.payload for block in self.reader.poll())

    def end_session(self) -> None:
        if self.random.random() < 0.6:
            self.disk.crash()
        else:
            self.disk.kill()
        self.disk.capacity = 1 << 30

    def check_content(self, journal: DiskJournal) -> None:
        """Nothing acknowledged or published is lost, and what is there is what was written."""
        assert journal.last_sequence >= self.acknowledged
        assert journal.last_sequence >= self.reader.last_sequence
        blocks = list(journal.blocks(self.first_sequence() - 1))
        first = blocks[0].header.first_sequence if blocks else 1
        content = b"".join(block.payload for block in blocks)
        assert content == self.records(first, journal.last_sequence)
        assert b"".join(self.published) == self.records(1, self.reader.last_sequence)
        valid = [kept.sequence for kept in journal.snapshots() if isinstance(kept, SnapshotFile)]
        assert max(valid, default=0) >= self.acknowledged_snapshot
        self.acknowledged = journal.last_sequence

    def first_sequence(self) -> int:
        numbers = [int(name[8:28]) for name in self.disk.names(DIRECTORY) if name.endswith(".seg")]
        return min(numbers, default=1)

    def final_check(self) -> None:
        journal = self.open()
        self.check_content(journal)
        journal.close()
        self.publish()
        assert self.reader.last_sequence == journal.last_sequence
        if journal.last_sequence:
            report = verify(DIRECTORY, self.disk)
            assert report.is_sound
            assert report.last_sequence == journal.last_sequence
            assert report.head == journal.head()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_nothing_acknowledged_is_lost_on_a_failing_disk(seed: int) -> None:
    drill = Drill(seed)
    for _ in range(8):
        drill.session()
    drill.final_check()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_flipped_bit_is_named_or_harmless(seed: int) -> None:
    drill = Drill(seed)
    for _ in range(4):
        drill.session()
    drill.final_check()
    names = sorted(drill.disk.names(DIRECTORY))
    victim = DIRECTORY / drill.random.choice(names)
    size = drill.disk.size(victim)
    if not size:
        return
    drill.disk.flip_bit(victim, drill.random.randrange(size * FILE_BITS))
    acknowledged = drill.acknowledged
    try:
        journal = drill.open()
    except (JournalCorrupt, JournalVersion) as error:
        assert_names_the_damage(error, victim)
        return
    if victim.suffix == ".snap":
        damaged = [kept for kept in journal.snapshots() if not isinstance(kept, SnapshotFile)]
        assert [victim.name in kept.description for kept in damaged] == [True]
        drill.acknowledged_snapshot = 0
    else:
        assert victim.suffix != ".seg", "a flipped bit in a segment was accepted"
    assert journal.last_sequence == acknowledged
    drill.check_content(journal)


def assert_names_the_damage(error: CambistError, victim: Path) -> None:
    assert victim.suffix in (".seg", ".snap")
    assert str(DIRECTORY) in error.message
    assert victim.suffix != ".seg" or victim.name in error.message
    assert error.action
