"""The kernels that a contract suite runs on, each as something that makes them."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

from cambist.engine.kernel import Kernel
from cambist.engine.reference import ReferenceKernel

KERNEL_NAMES = ("python", "native")
_NATIVE = ("cambist_kernel", "cambist.engine.native")


@dataclass(frozen=True, slots=True)
class KernelFactory:
    """Makes kernels of one kind, empty or from a snapshot."""

    name: str
    empty: Callable[[], Kernel]
    restore: Callable[[bytes], Kernel]


def kernel_factory(name: str) -> KernelFactory | None:
    """The factory of a kernel, or None where the Rust kernel is not installed."""
    if name == "python":
        return KernelFactory(name, ReferenceKernel, ReferenceKernel.restore)
    if not all(importlib.util.find_spec(module) for module in _NATIVE):
        return None
    kind = importlib.import_module("cambist.engine.native").NativeKernel
    return KernelFactory(name, kind, kind.restore)
