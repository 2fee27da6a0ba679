"""An engine comes back from its journal as it was, or the difference is named."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from cambist.application.data_plane.recovery import KernelFactory, recover
from cambist.domain.errors import EngineMismatch, JournalCorrupt, JournalVersion
from cambist.domain.events import OrderFilled
from cambist.domain.message import Message
from cambist.engine.kernel import Kernel
from cambist.engine.kernels import open_kernel
from cambist.engine.native import is_installed
from cambist.infrastructure.persistence.journal import DiskJournal, open_journal
from cambist.protocols.records import decode_all, encode, encode_all
from cambist.testing.drill_script import drill_script

COMMANDS_PER_COMMIT = 7
NATIVE = pytest.param(
    "native", marks=pytest.mark.skipif(not is_installed(), reason="cambist-kernel is not installed: make kernel")
)


def kernel_from(snapshot: bytes | None) -> Kernel:
    return open_kernel("python", snapshot)


@pytest.fixture(params=["python", NATIVE])
def factory(request: pytest.FixtureRequest) -> KernelFactory:
    """Recovery goes another way for each of them."""
    choice: str = request.param
    return lambda snapshot: open_kernel(choice, snapshot)


def committed(journal: DiskJournal, orders: int = 150, snapshots: tuple[int, ...] = ()) -> Kernel:
    """A kernel that has applied the script, every seven commands a commit; snapshots after these commits."""
    kernel = kernel_from(None)
    script = list(drill_script(7, orders))
    for commit, start in enumerate(range(0, len(script), COMMANDS_PER_COMMIT), start=1):
        journal.append(kernel.apply_batch(encode_all(script[start : start + COMMANDS_PER_COMMIT])))
        journal.commit()
        if commit in snapshots:
            journal.save_snapshot(kernel.sequence, kernel.snapshot())
    return kernel


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[DiskJournal]:
    opened = open_journal(tmp_path, segment_bytes=20_000)
    yield opened
    opened.abandon()


def damage(tmp_path: Path, sequence: int) -> None:
    path = tmp_path / f"snapshot-{sequence:020d}.snap"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_an_empty_journal_gives_an_empty_engine(journal: DiskJournal) -> None:
    recovered = recover(kernel_from, journal)
    assert (recovered.kernel.sequence, recovered.replayed, recovered.snapshot_sequence) == (0, 0, 0)


def test_the_whole_journal_applied_again_gives_the_same_state(journal: DiskJournal) -> None:
    kernel = committed(journal)
    recovered = recover(kernel_from, journal)
    assert recovered.kernel.state_hash() == kernel.state_hash()
    assert recovered.replayed == kernel.sequence
    assert recovered.warnings == ()


@pytest.mark.parametrize("other", [NATIVE])
def test_one_kernel_carries_on_from_the_journal_of_the_other(tmp_path: Path, journal: DiskJournal, other: str) -> None:
    kernel = committed(journal, snapshots=(5, 12))
    for lost in (0, 84, 35):
        if lost:
            damage(tmp_path, lost)
        recovered = recover(lambda snapshot: open_kernel(other, snapshot), journal)
        assert recovered.kernel.name == other
        assert recovered.kernel.snapshot() == kernel.snapshot()


def test_more_than_one_batch_is_applied_in_order(journal: DiskJournal, factory: KernelFactory) -> None:
    kernel = committed(journal, orders=3_000)
    assert sum(len(block.payload) for block in journal.blocks(0)) > 1 << 20
    assert recover(factory, journal).kernel.state_hash() == kernel.state_hash()


def test_only_what_follows_the_newest_snapshot_is_applied_again(journal: DiskJournal, factory: KernelFactory) -> None:
    kernel = committed(journal, snapshots=(5, 12))
    recovered = recover(factory, journal)
    assert recovered.snapshot_sequence == 12 * COMMANDS_PER_COMMIT
    assert recovered.replayed == kernel.sequence - recovered.snapshot_sequence
    assert recovered.kernel.state_hash() == kernel.state_hash()


def test_a_snapshot_in_the_middle_of_a_block_serves_too(journal: DiskJournal, factory: KernelFactory) -> None:
    kernel = committed(journal)
    middle = kernel_from(None)
    middle.apply_batch(encode_all(list(drill_script(7, 150))[:31]))
    journal.save_snapshot(31, middle.snapshot())
    recovered = recover(factory, journal)
    assert recovered.snapshot_sequence == 31
    assert recovered.kernel.state_hash() == kernel.state_hash()


def test_a_damaged_newest_snapshot_falls_back_to_the_older_with_a_warning(tmp_path: Path, journal: DiskJournal) -> None:
    kernel = committed(journal, snapshots=(5, 12))
    damage(tmp_path, 84)
    recovered = recover(kernel_from, journal)
    assert recovered.snapshot_sequence == 35
    assert [warning.sequence for warning in recovered.warnings] == [84]
    assert recovered.kernel.state_hash() == kernel.state_hash()


def test_without_a_usable_snapshot_everything_is_applied_again(tmp_path: Path, journal: DiskJournal) -> None:
    kernel = committed(journal, snapshots=(5, 12))
    damage(tmp_path, 84)
    damage(tmp_path, 35)
    recovered = recover(kernel_from, journal)
    assert (recovered.snapshot_sequence, len(recovered.warnings)) == (0, 2)
    assert recovered.kernel.state_hash() == kernel.state_hash()


def test_an_event_that_differs_stops_with_its_command(journal: DiskJournal, factory: KernelFactory) -> None:
    kernel = kernel_from(None)
    messages = list(decode_all(kernel.apply_batch(encode_all(drill_script(7, 150)))))
    place = next(place for place, message in enumerate(messages) if isinstance(message, OrderFilled))
    command = next(message for message in reversed(messages[:place]) if message.kind < 64)
    fill = messages[place]
    assert isinstance(fill, OrderFilled)
    messages[place] = replace(fill, last_qty=fill.last_qty + 1)
    journal.append(b"".join(map(encode, messages)))
    journal.commit()
    with pytest.raises(EngineMismatch, match=f"command {command.sequence} gives OrderFilled"):
        recover(factory, journal)


def test_an_event_that_is_missing_stops_with_its_command(journal: DiskJournal, factory: KernelFactory) -> None:
    kernel = kernel_from(None)
    messages: list[Message] = list(decode_all(kernel.apply_batch(encode_all(drill_script(7, 20)))))
    while messages[-1].kind < 64:
        messages.pop()
    messages.pop()
    last = next(message for message in reversed(messages) if message.kind < 64)
    journal.append(encode_all(messages))
    journal.commit()
    with pytest.raises(EngineMismatch, match=f"command {last.sequence} gives .* where the journal holds nothing"):
        recover(factory, journal)


def test_an_event_too_many_stops_with_its_command(journal: DiskJournal, factory: KernelFactory) -> None:
    messages: list[Message] = list(decode_all(kernel_from(None).apply_batch(encode_all(drill_script(7, 20)))))
    while messages[-1].kind < 64:
        messages.pop()
    messages.append(replace(messages[-1], sequence=messages[-1].sequence + 1))
    last = next(message for message in reversed(messages) if message.kind < 64)
    journal.append(encode_all(messages))
    journal.commit()
    with pytest.raises(EngineMismatch, match=f"command {last.sequence} gives nothing where the journal holds"):
        recover(factory, journal)


def test_commands_behind_a_difference_in_a_later_block_are_not_applied(
    journal: DiskJournal, factory: KernelFactory
) -> None:
    script = list(drill_script(7, 60))
    messages = list(decode_all(kernel_from(None).apply_batch(encode_all(script))))
    changed = next(message for message in messages if message.kind >= 64 and message.sequence == 40)
    messages[messages.index(changed)] = replace(changed, now_ns=changed.now_ns + 1)
    for start, end in pairwise(
        [place for place, message in enumerate(messages) if message.kind < 64] + [len(messages)]
    ):
        journal.append(encode_all(messages[start:end]))
        journal.commit()
    with pytest.raises(EngineMismatch, match=f"gives {type(changed).__name__}"):
        recover(factory, journal)


@pytest.mark.parametrize("offset", [0, 60, 120, -1])
def test_a_segment_damaged_after_it_was_opened_stops(
    tmp_path: Path, journal: DiskJournal, factory: KernelFactory, offset: int
) -> None:
    committed(journal)
    segment = sorted(tmp_path.glob("*.seg"))[0]
    content = bytearray(segment.read_bytes())
    content[offset] ^= 1
    segment.write_bytes(content)
    with pytest.raises(JournalCorrupt, match=r"applied again|no longer holds"):
        recover(factory, journal)


def test_a_state_that_is_not_the_one_saved_stops(journal: DiskJournal) -> None:
    kernel = committed(journal)
    other = kernel_from(None)
    journal.save_snapshot(kernel.sequence - 1, kernel.snapshot())
    assert other.sequence == 0
    with pytest.raises(EngineMismatch, match="is not in its state"):
        recover(kernel_from, journal)


def test_a_snapshot_of_another_engine_version_is_named(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, engine_version=7)
    kernel = committed(journal)
    foreign = bytearray(kernel.snapshot())
    foreign[8:12] = (7).to_bytes(4, "little")
    journal.save_snapshot(kernel.sequence, bytes(foreign))
    journal.close()
    journal = open_journal(tmp_path)
    with pytest.raises(JournalVersion, match="engine version 7"):
        recover(kernel_from, journal)
