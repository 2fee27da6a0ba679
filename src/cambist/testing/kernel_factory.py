"""The kernels that a contract suite runs on, each as something that makes them."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cambist.engine.kernel import Kernel
from cambist.engine.reference import ReferenceKernel

KERNEL_NAMES = ("python", "native")
REQUIRE_KERNEL = "HFT_REQUIRE_KERNEL"
_NATIVE = ("cambist_kernel", "cambist.engine.native")


@dataclass(frozen=True, slots=True)
class KernelFactory:
    """Makes kernels of one kind, empty or from a snapshot."""

    name: str
    empty: Callable[[], Kernel]
    restore: Callable[[bytes], Kernel]


def missing_kernel(environment: Mapping[str, str]) -> str:
    """Why tests must not run here, else empty: the Rust kernel is asked for and not installed."""
    if environment.get(REQUIRE_KERNEL) != "1" or importlib.util.find_spec(_NATIVE[0]):
        return ""
    return f"{REQUIRE_KERNEL}=1, but the Rust kernel is not installed: its tests would be skipped. Run make kernel."


def kernel_factory(name: str) -> KernelFactory | None:
    """The factory of a kernel, or None where the Rust kernel is not installed."""
    if name == "python":
        return KernelFactory(name, ReferenceKernel, ReferenceKernel.restore)
    if not all(importlib.util.find_spec(module) for module in _NATIVE):
        return None
    kind = importlib.import_module("cambist.engine.native").NativeKernel
    return KernelFactory(name, kind, kind.restore)
