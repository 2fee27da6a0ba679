"""The names of a journal's files, and which of them are there."""

from __future__ import annotations

import re
from pathlib import Path

from cambist.application.ports.disk import Disk

LOCK_NAME = "LOCK"
DURABLE_NAME = "DURABLE"
TEMPORARY_SUFFIX = ".tmp"
_SEGMENT = re.compile(r"journal-(\d{20})\.seg")
_SNAPSHOT = re.compile(r"snapshot-(\d{20})\.snap")


def segment_name(first_sequence: int) -> str:
    """Of the segment whose first command has this sequence."""
    return f"journal-{first_sequence:020d}.seg"


def snapshot_name(sequence: int) -> str:
    """Of the snapshot taken after this command."""
    return f"snapshot-{sequence:020d}.snap"


def segment_sequences(disk: Disk, directory: Path) -> list[int]:
    """First sequences of the segments that are there, ascending."""
    return _numbers(disk, directory, _SEGMENT)


def snapshot_sequences(disk: Disk, directory: Path) -> list[int]:
    """Sequences of the snapshots that are there, ascending."""
    return _numbers(disk, directory, _SNAPSHOT)


def _numbers(disk: Disk, directory: Path, pattern: re.Pattern[str]) -> list[int]:
    matches = (pattern.fullmatch(name) for name in disk.names(directory))
    return sorted(int(match[1]) for match in matches if match)
