"""Every kernel there is, for the contract suite."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Protocol

import pytest

from cambist.engine.kernel import Kernel
from cambist.engine.reference import ReferenceKernel


class KernelFactory(Protocol):
    """Makes kernels of one kind: empty, or from a snapshot."""

    def __call__(self) -> Kernel: ...

    def restore(self, snapshot: bytes) -> Kernel: ...


class _Factory:
    def __init__(self, make: Callable[[], Kernel], restore: Callable[[bytes], Kernel]) -> None:
        self._make, self._restore = make, restore

    def __call__(self) -> Kernel:
        return self._make()

    def restore(self, snapshot: bytes) -> Kernel:
        return self._restore(snapshot)


@pytest.fixture(params=["python", "native"])
def kernel_factory(request: pytest.FixtureRequest) -> KernelFactory:
    """The reference kernel, and the Rust one where it is built."""
    if request.param == "python":
        return _Factory(ReferenceKernel, ReferenceKernel.restore)
    if importlib.util.find_spec("cambist_kernel") is None or not importlib.util.find_spec("cambist.engine.native"):
        pytest.skip("the Rust kernel is not installed: build it with 'make kernel'")
    from cambist.engine.native import NativeKernel

    return _Factory(NativeKernel, NativeKernel.restore)
