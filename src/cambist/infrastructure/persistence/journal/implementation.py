"""Which code reads, writes and unpacks segments: Python, or Rust where the kernel is installed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cambist.application.ports.disk import Disk
from cambist.application.ports.journal import Difference
from cambist.domain.errors import InputError
from cambist.engine.native import NativeKernel, is_installed, load_module
from cambist.infrastructure.persistence.journal.block_writer import BlockWriter, WriterStart
from cambist.infrastructure.persistence.journal.segment_writer import SegmentWriter
from cambist.infrastructure.persistence.journal.survey import Scanner, python_scanner
from cambist.protocols.journal import Pack, Unpack
from cambist.protocols.journal_packing import pack_payload, unpack_payload

_SCANNING_THREADS = 2
Replay = Callable[[NativeKernel, Sequence[Path], int], Difference | None]
"""Applies the commands of segments behind a sequence again, without Python."""


@dataclass(frozen=True, slots=True)
class Implementation:
    """A writer, and the scanner, packing and replay that go with it."""

    name: str
    begin: Callable[[WriterStart], BlockWriter]
    scanner: Scanner
    pack: Pack
    unpack: Unpack
    replay: Replay | None = None
    threads: int = 1
    """How many segments are best checked at once."""


def choose_implementation(kernel: str, disk: Disk) -> Implementation:
    """`python`, `native`, or `auto`: native where it is installed, which must then work.

    Raises KernelUnusable: native is asked for and missing, or installed and broken or of another version; InputError
    for an unknown choice.
    """
    if kernel not in ("auto", "native", "python"):
        raise InputError(f"There is no kernel '{kernel}'.", "Choose auto, native or python.")
    if kernel == "python" or (kernel == "auto" and not is_installed()):
        begin = functools.partial(SegmentWriter, disk)
        return Implementation("python", begin, python_scanner(disk), pack_payload, unpack_payload)
    load_module()
    from cambist.infrastructure.persistence.journal import native  # noqa: PLC0415

    return Implementation(
        "native",
        native.NativeSegmentWriter,
        native.native_scanner,
        native.native_pack,
        native.native_unpack,
        native.native_replay,
        _SCANNING_THREADS,
    )
