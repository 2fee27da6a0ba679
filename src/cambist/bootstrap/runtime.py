"""Which runtime the engine gets: threads of its own outside Python, or the plane's own thread."""

from __future__ import annotations

import os
from typing import Literal

from cambist.application.data_plane.sequencer import Sequencer
from cambist.bootstrap.settings import Settings
from cambist.domain.errors import InputError, InvariantBroken
from cambist.engine.kernel import Kernel
from cambist.engine.native import NativeKernel
from cambist.infrastructure.persistence.journal import BlockWriter, DiskJournal, Place
from cambist.infrastructure.runtime import JournalParts, NativeSequencer, RuntimeOptions, RuntimeWriter

RuntimeName = Literal["native", "python"]


def runtime_name(choice: str, kernel: str) -> RuntimeName:
    """`auto` is native on the native kernel. Raises InputError where native is asked for on another."""
    if choice == "native" and kernel != "native":
        raise InputError(
            f"The native runtime cannot run the {kernel} kernel.",
            "Choose the runtime python or auto, or the kernel native.",
        )
    return "native" if choice != "python" and kernel == "native" else "python"


def check_processors(settings: Settings) -> None:
    """Raises InputError where a thread is to be bound to a processor that this process may not use."""
    usable = _processors()
    for thread, cpu in (("engine", settings.engine_cpu), ("journal", settings.journal_cpu)):
        if cpu is not None and cpu not in usable:
            raise InputError(
                f"There is no processor {cpu} for the {thread} thread.",
                f"Choose one of {min(usable)} to {max(usable)} in HFT_{thread.upper()}_CPU, or set none.",
            )


def _processors() -> set[int]:
    """Those this process may use, where the system tells."""
    allowed: set[int] = getattr(os, "sched_getaffinity", lambda _: set(range(os.cpu_count() or 1)))(0)
    return allowed


def open_sequencer(kernel: Kernel, journal: DiskJournal, settings: Settings) -> Sequencer | None:
    """The native runtime, begun; None: the plane's own thread does it. Raises InputError, StorageFailure."""
    if runtime_name(settings.runtime, kernel.name) == "python":
        return None
    if not isinstance(kernel, NativeKernel):
        raise InvariantBroken("The native kernel is not the one that was opened.", "Report it.")
    return _take_over(kernel, journal, settings)


def _take_over(kernel: NativeKernel, journal: DiskJournal, settings: Settings) -> NativeSequencer:
    """Engine and writer move; the journal keeps its lock, its snapshots and its last word."""
    from cambist.infrastructure.persistence.journal.native import NativeSegmentWriter  # noqa: PLC0415

    check_processors(settings)
    options = RuntimeOptions(settings.wait_strategy, settings.engine_cpu, settings.journal_cpu)
    begun: list[NativeSequencer] = []

    def take_over(place: Place, writer: BlockWriter) -> BlockWriter:
        if not isinstance(writer, NativeSegmentWriter):
            raise InvariantBroken("The journal's writer is not the one that came with the kernel.", "Report it.")
        parts = JournalParts(writer.writer, place.directory, place.minimum_free_bytes, journal.failure_of)
        sequencer = NativeSequencer(kernel, parts, options)
        begun.append(sequencer)
        return RuntimeWriter(sequencer)

    journal.hand_over(take_over)
    return begun[0]
