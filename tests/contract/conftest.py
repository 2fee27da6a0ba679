"""Every kernel there is, for the contract suite."""

from __future__ import annotations

import pytest

from cambist.testing.kernel_factory import KERNEL_NAMES, KernelFactory
from cambist.testing.kernel_factory import kernel_factory as find_factory


@pytest.fixture(params=KERNEL_NAMES)
def kernel_factory(request: pytest.FixtureRequest) -> KernelFactory:
    """The reference kernel, and the Rust one where it is built."""
    factory = find_factory(request.param)
    if factory is None:
        pytest.skip("the Rust kernel is not installed: build it with 'make kernel'")
    return factory
