"""Which kernel runs: never one that does not fit, and never another one than asked for."""

from __future__ import annotations

import sys
from importlib.metadata import version
from types import ModuleType
from typing import Any

import pytest

from cambist.domain.errors import InputError, InvariantBroken, KernelUnusable, ValueOutOfRange
from cambist.engine import native
from cambist.engine.kernel import ENGINE_VERSION
from cambist.engine.kernels import open_kernel, workload_of
from cambist.engine.native import NativeKernel
from cambist.testing.kernel_factory import missing_kernel

needs_native = pytest.mark.skipif(
    not native.is_installed(), reason="the Rust kernel is not installed: build it with 'make kernel'"
)


def _installed(monkeypatch: pytest.MonkeyPatch, **facts: Any) -> None:
    """A module in place of the Rust kernel's, with only these functions."""
    module = ModuleType("cambist_kernel")
    vars(module).update(facts)
    monkeypatch.setitem(sys.modules, "cambist_kernel", module)
    monkeypatch.setattr(native, "find_spec", lambda _: object())


def _not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "find_spec", lambda _: None)


def test_python_is_the_reference_kernel() -> None:
    assert open_kernel("python").name == "python"


def test_auto_takes_the_reference_kernel_where_there_is_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    _not_installed(monkeypatch)
    assert open_kernel("auto").name == "python"


def test_native_without_the_module_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    _not_installed(monkeypatch)
    with pytest.raises(KernelUnusable, match="make kernel"):
        open_kernel("native")


@pytest.mark.parametrize("choice", ["auto", "native"])
@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"version": lambda: "0.0.1", "engine_version": lambda: ENGINE_VERSION},
        {"version": lambda: version("cambist"), "engine_version": lambda: ENGINE_VERSION + 1},
    ],
    ids=["incomplete", "another version", "other rules"],
)
def test_a_kernel_that_does_not_fit_is_an_error(
    monkeypatch: pytest.MonkeyPatch, choice: str, facts: dict[str, Any]
) -> None:
    _installed(monkeypatch, **facts)
    with pytest.raises(KernelUnusable):
        open_kernel(choice)


@pytest.mark.parametrize("choice", ["auto", "native"])
def test_a_kernel_that_cannot_be_loaded_is_an_error(monkeypatch: pytest.MonkeyPatch, choice: str) -> None:
    monkeypatch.setattr(native, "find_spec", lambda _: object())
    monkeypatch.setitem(sys.modules, "cambist_kernel", None)
    with pytest.raises(KernelUnusable, match="cannot be loaded"):
        open_kernel(choice)


def test_an_unknown_choice_is_refused() -> None:
    with pytest.raises(InputError, match="auto, native or python"):
        open_kernel("fast")
    with pytest.raises(InputError):
        workload_of("fast")


@needs_native
def test_auto_takes_the_native_kernel_where_it_is_installed() -> None:
    assert open_kernel("auto").name == "native"


@needs_native
def test_either_kernel_carries_on_from_a_snapshot_of_the_other() -> None:
    snapshot = open_kernel("python").snapshot()
    assert open_kernel("native", snapshot).snapshot() == snapshot
    assert open_kernel("python", open_kernel("native").snapshot()).snapshot() == snapshot


@needs_native
def test_what_the_native_kernel_refuses_has_the_names_of_the_house() -> None:
    kernel = NativeKernel()
    with pytest.raises(ValueOutOfRange, match="not commands"):
        kernel.apply_batch(b"nothing of the kind")
    with pytest.raises(ValueOutOfRange, match="snapshot"):
        NativeKernel.restore(b"nothing of the kind")
    with pytest.raises(InvariantBroken):
        kernel.apply_packed((24).to_bytes(4, "little") + bytes([15]) + bytes(19))


def test_a_required_kernel_that_is_missing_stops_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert "make kernel" in missing_kernel({"HFT_REQUIRE_KERNEL": "1"})
    assert missing_kernel({}) == ""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: object())
    assert missing_kernel({"HFT_REQUIRE_KERNEL": "1"}) == ""
