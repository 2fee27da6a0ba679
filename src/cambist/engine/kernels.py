"""Which kernel runs: native where it is installed, the reference otherwise, or the one that is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from cambist.domain.errors import InputError
from cambist.engine import native
from cambist.engine.kernel import Kernel
from cambist.engine.native import NativeKernel
from cambist.engine.workload import WorkloadResult

if TYPE_CHECKING:
    from cambist.engine.reference.kernel import ReferenceKernel

KernelName = Literal["native", "python"]


def open_kernel(choice: str, snapshot: bytes | None = None) -> Kernel:
    """An empty kernel, or one that carries on from a snapshot. `choice` is auto, native or python.

    Raises KernelUnusable where native is asked for and missing, or where it is installed and broken or of another
    version, for auto too: there is no silent fallback. Raises InputError for an unknown choice.
    """
    kernel = NativeKernel if _name_of(choice) == "native" else _reference_kernel()
    return kernel() if snapshot is None else kernel.restore(snapshot)


def workload_of(name: str) -> Callable[[bytes], WorkloadResult]:
    """The function that replays the matching workload on a kernel's book."""
    if _name_of(name) == "native":
        return native.replay_workload
    from cambist.engine.reference.workload import replay_workload  # noqa: PLC0415 - see _reference_kernel

    return replay_workload


def _reference_kernel() -> type[ReferenceKernel]:
    """Imported where it runs: a start on the native kernel need not wait for it."""
    from cambist.engine.reference.kernel import ReferenceKernel  # noqa: PLC0415

    return ReferenceKernel


def _name_of(choice: str) -> KernelName:
    match choice:
        case "native" | "python":
            return choice
        case "auto":
            return "native" if native.is_installed() else "python"
    raise InputError(f"There is no kernel '{choice}'.", "Choose auto, native or python.")
