"""How far back a journal is read for sources that carry on."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from cambist.bootstrap.journal_tail import receipts_behind_states
from cambist.domain.commands import AdvanceTime, SaveState
from cambist.domain.message import Command
from cambist.infrastructure.persistence.journal import open_journal
from cambist.infrastructure.persistence.journal.disk_journal import DiskJournal
from cambist.protocols.records import encode_all

STATES = {20: 7, 35: 8, 90: 7}
"""Which slots are saved by which of 100 commands."""


@pytest.fixture
def journal(tmp_path: Path) -> DiskJournal:
    opened = open_journal(tmp_path / "journal", minimum_free_bytes=0)
    for sequence in range(1, 101):
        slot = STATES.get(sequence)
        command: Command = AdvanceTime() if slot is None else SaveState(slot=slot, state=b"x")
        opened.append(encode_all([replace(command, sequence=sequence, now_ns=sequence)]))
        if sequence % 3 == 0:
            opened.commit()
    opened.commit()
    return opened


@pytest.mark.parametrize(
    ("after", "slots", "first"),
    [
        (0, {7}, 61),  # found at once, 40 from the end
        (0, {7, 8}, 1),  # 8 was saved further back than four times as many
        (30, {7, 8}, 31),  # never further than the snapshot
        (70, {7, 8}, 71),  # 8 has its state in the snapshot, and hears everything behind it
        (0, {9}, 1),  # one that never saved begins from nothing
        (95, {7}, 96),
        (0, set(), 61),
    ],
)
def test_no_more_is_read_than_sources_need(journal: DiskJournal, after: int, slots: set[int], first: int) -> None:
    receipts = receipts_behind_states(journal, after, slots, reach=40)
    assert [receipt.command.sequence for receipt in receipts] == list(range(first, 101))
    journal.close()


def test_a_journal_with_nothing_new_gives_nothing(journal: DiskJournal) -> None:
    assert receipts_behind_states(journal, 100, {7}) == []
    journal.close()
