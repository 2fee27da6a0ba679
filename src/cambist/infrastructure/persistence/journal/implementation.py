"""Which code reads and writes segments: Python, or Rust where the kernel is installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec

from cambist.application.ports.disk import Disk
from cambist.domain.errors import KernelUnusable
from cambist.infrastructure.persistence.journal.block_writer import BlockWriter, WriterStart
from cambist.infrastructure.persistence.journal.segment_writer import SegmentWriter
from cambist.infrastructure.persistence.journal.survey import Scanner, python_scanner


@dataclass(frozen=True, slots=True)
class Implementation:
    """A writer and the scanner that goes with it."""

    name: str
    begin: Callable[[WriterStart], BlockWriter]
    scanner: Scanner


def choose_implementation(kernel: str, disk: Disk) -> Implementation:
    """`python`, `native`, or `auto`: native where it is installed, which must then work.

    Raises KernelUnusable: native is asked for and missing, or installed and broken or of another version.
    """
    if kernel == "python" or (kernel == "auto" and find_spec("cambist_kernel") is None):
        return Implementation("python", lambda start: SegmentWriter(disk, start), python_scanner(disk))
    if find_spec("cambist_kernel") is None:
        raise KernelUnusable(
            "The native kernel is asked for and not installed.", "Install cambist-kernel, or choose kernel python."
        )
    from cambist.infrastructure.persistence.journal import native  # noqa: PLC0415

    native.check_version(version("cambist"))
    return Implementation("native", native.NativeSegmentWriter, native.native_scanner)
