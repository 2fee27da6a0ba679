"""Which code reads and writes segments: Python, or Rust where the kernel is installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cambist.application.ports.disk import Disk
from cambist.infrastructure.persistence.journal.block_writer import BlockWriter, WriterStart
from cambist.infrastructure.persistence.journal.segment_writer import SegmentWriter
from cambist.infrastructure.persistence.journal.survey import Scanner, python_scanner


@dataclass(frozen=True, slots=True)
class Implementation:
    """A writer and the scanner that goes with it."""

    name: str
    begin: Callable[[WriterStart], BlockWriter]
    scanner: Scanner


def choose_implementation(kernel: str, disk: Disk) -> Implementation:  # noqa: ARG001
    """The Python one, whatever `kernel` is, until the Rust journal exists."""
    return Implementation("python", lambda start: SegmentWriter(disk, start), python_scanner(disk))
