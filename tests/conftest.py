"""What every test may ask for: where the repository is, and the folders beside it that hold real recordings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cambist.testing.kernel_factory import missing_kernel

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Where the Rust kernel is required, its tests may not pass by being skipped."""
    if reason := missing_kernel(os.environ):
        raise pytest.UsageError(reason)


@pytest.fixture(scope="session")
def repository() -> Path:
    return ROOT


def _folder(variable: str, name: str) -> Path:
    folder = Path(os.environ.get(variable) or ROOT.parent / "shared" / name)
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here: set {variable} to the folder that holds it")
    return folder


@pytest.fixture(scope="session")
def marketdata() -> Path:
    """Real recordings; tests that need one skip where the folder is absent."""
    return _folder("CAMBIST_MARKETDATA", "marketdata")


@pytest.fixture(scope="session")
def workload() -> Path:
    """The matching workload with its expected results."""
    return _folder("CAMBIST_WORKLOAD", "workload")
