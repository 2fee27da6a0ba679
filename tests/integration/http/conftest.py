"""A served desk, and clients to it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from cambist.testing.served_desk import ServedDesk, served_desk


@pytest.fixture
def desk() -> Iterator[ServedDesk]:
    with served_desk() as served:
        yield served


@pytest.fixture
def api(desk: ServedDesk) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{desk.url}/api/v1") as client:
        yield client


@pytest.fixture(scope="module")
def lasting_desk() -> Iterator[ServedDesk]:
    """One for a whole module: for requests that leave nothing behind."""
    with served_desk() as served:
        served.quote()
        yield served


@pytest.fixture(scope="module")
def lasting(lasting_desk: ServedDesk) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=lasting_desk.url) as client:
        yield client
