"""Reading the journal's blocks from its beginning or from the middle, without following it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cambist.application.ports.disk import Disk
from cambist.domain.errors import JournalCorrupt
from cambist.infrastructure.persistence.journal.segment_directory import segment_name, segment_sequences
from cambist.protocols.journal import Block, PackedBlock, Unpack, unpack_block
from cambist.protocols.journal_packing import DamagedPayload, unpack_payload
from cambist.protocols.journal_scan import iterate_blocks


def read_blocks(
    disk: Disk, directory: Path, after_sequence: int = 0, unpack: Unpack = unpack_payload
) -> Iterator[Block]:
    """The valid blocks that hold a command later than `after_sequence`, segment by segment.

    Raises JournalCorrupt where the next command is no longer, or not, there, or cannot be unpacked. Raises OSError.
    """
    next_sequence = after_sequence + 1
    for name in segments_from(disk, directory, next_sequence):
        for offset, block in iterate_blocks(disk.read(directory / name)):
            if block.header.last_sequence < next_sequence:
                continue
            if block.header.first_sequence > next_sequence:
                raise _missing(directory, next_sequence, block.header.first_sequence - 1)
            yield _unpacked(block, unpack, f"The journal at {directory} is damaged: {name} at byte {offset}")
            next_sequence = block.header.last_sequence + 1


def segment_holding(disk: Disk, directory: Path, sequence: int) -> int | None:
    """The first sequence of the segment in which a command lies or will lie; None where there is no segment yet.

    Raises JournalCorrupt where the command was pruned.
    """
    segments = segment_sequences(disk, directory)
    if not segments:
        return None
    if sequence < segments[0]:
        raise _missing(directory, sequence, segments[0] - 1)
    return max(first for first in segments if first <= sequence)


def segments_from(disk: Disk, directory: Path, sequence: int) -> list[str]:
    """Names of the segment in which a command lies or will lie and of all behind it. Raises JournalCorrupt."""
    start = segment_holding(disk, directory, sequence)
    if start is None:
        return []
    return [segment_name(first) for first in segment_sequences(disk, directory) if first >= start]


def _unpacked(block: PackedBlock, unpack: Unpack, where: str) -> Block:
    try:
        return unpack_block(block, unpack)
    except DamagedPayload as error:
        raise JournalCorrupt(f"{where}: {error}.", "Restore the directory from a backup.") from error


def _missing(directory: Path, first: int, last: int) -> JournalCorrupt:
    return JournalCorrupt(
        f"The journal at {directory} no longer holds commands {first} to {last}.",
        "Start from a snapshot that covers them, or restore the directory from a backup.",
    )
