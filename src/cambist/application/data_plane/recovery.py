"""From a journal back to the engine it recorded: the newest snapshot, then every later command again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from cambist.application.ports.journal import DamagedSnapshot, Difference, JournalHistory
from cambist.domain.errors import EngineMismatch, JournalCorrupt, JournalVersion, ValueOutOfRange
from cambist.engine.kernel import ENGINE_VERSION, Kernel
from cambist.protocols.journal import Block, commands_after
from cambist.protocols.records import decode_all
from cambist.protocols.snapshot_file import SnapshotFile

KernelFactory = Callable[[bytes | None], Kernel]
"""Makes a kernel: empty, or restored from a snapshot."""

REPLAY_BYTES = 1 << 20
"""Blocks are applied again in batches of about this size."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A kernel in the state the journal ends with."""

    kernel: Kernel
    replayed: int
    """How many commands were applied again."""
    snapshot_sequence: int
    """The command after which the snapshot was taken; 0: everything was applied again."""
    warnings: tuple[DamagedSnapshot, ...]
    """Newer snapshots that could not be used."""


def recover(kernel_factory: KernelFactory, journal: JournalHistory) -> Recovered:
    """Restore and replay, comparing what comes out with what the journal holds, byte for byte.

    Raises EngineMismatch where the kernel's records differ from the journal's, JournalCorrupt where the commands that
    follow the usable snapshots are not there, and JournalVersion where another engine's snapshot cannot be read.
    """
    warnings: list[DamagedSnapshot] = []
    kernel, sequence = _restore(kernel_factory, journal, warnings)
    if journal.can_replay(kernel):
        _stop_at(journal.replay(kernel, sequence))
    else:
        for commands, expected, first in _batches(journal.blocks(sequence), sequence):
            _stop_at(_difference(kernel.apply_batch(commands), expected, first))
    if kernel.sequence != journal.last_sequence:
        raise JournalCorrupt(
            f"Only commands up to {kernel.sequence} of {journal.last_sequence} can be applied again.",
            "Run `cambist journal verify`, then restore the directory from a backup.",
        )
    return Recovered(kernel, kernel.sequence - sequence, sequence, tuple(warnings))


def _restore(
    kernel_factory: KernelFactory, journal: JournalHistory, warnings: list[DamagedSnapshot]
) -> tuple[Kernel, int]:
    """The kernel from the newest snapshot that can be used, or an empty one."""
    for snapshot in journal.snapshots():
        if isinstance(snapshot, DamagedSnapshot):
            warnings.append(snapshot)
            continue
        try:
            kernel = kernel_factory(snapshot.data)
        except ValueOutOfRange as error:
            if snapshot.engine_version != ENGINE_VERSION:
                raise _unreadable_version(snapshot) from error
            warnings.append(DamagedSnapshot(snapshot.sequence, error.message))
            continue
        _check_restored(kernel, snapshot)
        return kernel, snapshot.sequence
    return kernel_factory(None), 0


def _unreadable_version(snapshot: SnapshotFile) -> JournalVersion:
    """Replaying what came before it under other rules would be no recovery."""
    return JournalVersion(
        f"The snapshot of command {snapshot.sequence} was taken by engine version {snapshot.engine_version}; "
        f"this is engine version {ENGINE_VERSION} and cannot read it.",
        "Start the version of Cambist that wrote it.",
    )


def _check_restored(kernel: Kernel, snapshot: SnapshotFile) -> None:
    """A kernel that restores another state than was saved must not run. Another version's bytes may differ."""
    if kernel.sequence != snapshot.sequence or (
        snapshot.engine_version == ENGINE_VERSION and kernel.state_hash() != snapshot.state_hash
    ):
        raise EngineMismatch(
            f"The {kernel.name} kernel restored from the snapshot of command {snapshot.sequence} is not in its state.",
            "Run the version of Cambist that wrote it, and report this with the snapshot.",
        )


def _batches(blocks: Iterator[Block], after: int) -> Iterator[tuple[bytes, bytes, int]]:
    """Commands, the stream they must give, and the first one's sequence; several blocks at a time."""
    commands: list[bytes] = []
    streams: list[bytes] = []
    size, first = 0, after + 1
    for block in blocks:
        asked, answered = commands_after(block.payload, after)
        commands.append(asked)
        streams.append(answered)
        size += len(answered)
        if size >= REPLAY_BYTES:
            yield b"".join(commands), b"".join(streams), first
            commands, streams, size, first = [], [], 0, block.header.last_sequence + 1
    if commands:
        yield b"".join(commands), b"".join(streams), first


def _difference(produced: bytes, expected: bytes, first_sequence: int) -> Difference | None:
    return None if produced == expected else Difference(first_sequence, produced, expected)


def _stop_at(difference: Difference | None) -> None:
    """Name the first record that differs."""
    if difference is None:
        return
    sequence = difference.first_sequence
    for mine, theirs in zip_longest(decode_all(difference.produced), decode_all(difference.expected)):
        if theirs is not None and theirs.kind < 64:
            sequence = theirs.sequence
        if mine != theirs:
            raise EngineMismatch(
                f"Applied again, command {sequence} gives {_named(mine)} where the journal holds {_named(theirs)}.",
                "Run the version of Cambist that wrote the journal, and report this with its segment.",
            )
    raise JournalCorrupt(
        f"The records from command {sequence} on are the same and their bytes are not.",
        "Run `cambist journal verify`, then restore the directory from a backup.",
    )


def _named(message: object) -> str:
    return "nothing" if message is None else repr(message)
