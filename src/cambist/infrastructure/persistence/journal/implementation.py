"""Which code reads and writes segments: Python, or Rust where the kernel is installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cambist.application.ports.disk import Disk
from cambist.domain.errors import InputError
from cambist.engine.native import is_installed, load_module
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

    Raises KernelUnusable: native is asked for and missing, or installed and broken or of another version; InputError
    for an unknown choice.
    """
    if kernel not in ("auto", "native", "python"):
        raise InputError(f"There is no kernel '{kernel}'.", "Choose auto, native or python.")
    if kernel == "python" or (kernel == "auto" and not is_installed()):
        return Implementation("python", lambda start: SegmentWriter(disk, start), python_scanner(disk))
    load_module()
    from cambist.infrastructure.persistence.journal import native  # noqa: PLC0415

    return Implementation("native", native.NativeSegmentWriter, native.native_scanner)
