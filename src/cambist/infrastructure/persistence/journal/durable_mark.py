"""The file DURABLE: through which command the journal is known to be durable.

Written, without a sync of its own, after every commit. Readers in other processes go no further than it says, so they
never see a block that a power failure could still take back. It may lag behind the truth after a power failure but is
never ahead of it: a journal that ends before its mark has lost acknowledged commands.
"""

from __future__ import annotations

import struct
from pathlib import Path

from cambist.application.ports.disk import Disk
from cambist.infrastructure.persistence.journal.segment_directory import DURABLE_NAME

_MARK = struct.Struct("<QQ")
_ALL_ONES = (1 << 64) - 1


class DurableMark:
    """The sequence and its complement, in 16 bytes."""

    def __init__(self, disk: Disk, directory: Path) -> None:
        self._disk = disk
        self._path = directory / DURABLE_NAME

    def write(self, sequence: int) -> None:
        """Say that everything through `sequence` is durable. Raises OSError."""
        self._disk.write_at(self._path, 0, _MARK.pack(sequence, sequence ^ _ALL_ONES))

    def read(self) -> int:
        """The last durable sequence; 0 where the file is missing or being written at this moment."""
        try:
            content = self._disk.read(self._path, 0, _MARK.size)
        except FileNotFoundError:
            return 0
        if len(content) != _MARK.size:
            return 0
        sequence, complement = _MARK.unpack(content)
        return sequence if sequence ^ complement == _ALL_ONES else 0
