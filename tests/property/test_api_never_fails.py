"""Whatever is sent, the server answers in one of its ways and goes on: no 500, no hanging, no other shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cambist.testing.served_desk import served_desk

ROUTES = [
    ("POST", "/orders"),
    ("PATCH", "/orders/{id}"),
    ("PUT", "/orders/{id}"),
    ("DELETE", "/orders/{id}"),
    ("GET", "/orders/{id}"),
    ("POST", "/orders/cancel-all"),
    ("PATCH", "/strategies/steady/parameters"),
    ("POST", "/strategies/steady/start"),
    ("POST", "/strategies/steady/stop"),
    ("PUT", "/risk/limits"),
    ("POST", "/risk/trading-state"),
    ("POST", "/risk/kill"),
    ("POST", "/risk/kill/reset"),
]
FIELDS = ["symbol", "side", "order_type", "qty", "price", "time_in_force", "expire_time", "post_only", "reduce_only"]
FIELDS += [
    "client_order_id",
    "account",
    "strategy",
    "cause",
    "state",
    "size",
    "window_s",
    "leverage",
    "max_open_orders",
]
FIELDS += ["max_drawdown", "max_order_notional"]
WORDS = [
    "BTCUSDT",
    "BUY",
    "sell",
    "LIMIT",
    "MARKET",
    "IOC",
    "GTD",
    "1",
    "0.001",
    "59900",
    "-1",
    "1e30",
    "main",
    "steady",
]
WORDS += ["ACTIVE", "HALTED", "NaN", "0", "60000.1", "1e-9", "99999999999999999999"]
SCALARS = st.one_of(
    st.sampled_from(WORDS), st.text(max_size=40), st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False)
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))
BODIES = st.dictionaries(st.sampled_from(FIELDS), SCALARS | VALUES, max_size=8)
IDS = st.one_of(st.integers(-1, 60).map(str), st.sampled_from(["9" * 19, "x", "1e3", "%00"]))
STATUSES = {200, 201, 400, 404, 409, 422}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with served_desk() as desk:
        desk.quote()
        with httpx.Client(base_url=f"{desk.url}/api/v1") as client:
            yield client


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(route=st.sampled_from(ROUTES), order_id=IDS, body=BODIES)
def test_any_body_gets_an_answer(client: httpx.Client, route: tuple[str, str], order_id: str, body: Any) -> None:
    method, path = route
    content = json.dumps(body).encode() if method not in ("GET", "DELETE") else None
    headers = {"content-type": "application/json"} if content else {}
    response = client.request(method, path.replace("{id}", order_id), content=content, headers=headers)
    assert response.status_code in STATUSES, response.text
    if response.status_code >= 400:
        assert set(response.json()) - {"order_id"} == {"code", "message", "action", "request_id"}


@settings(max_examples=150, deadline=None)
@given(
    path=st.sampled_from(["/orders", "/fills", "/positions", "/account/pnl", "/market/BTCUSDT/candles", "/risk"]),
    query=st.dictionaries(
        st.sampled_from(["account", "strategy", "symbol", "side", "status", "limit", "cursor", "interval", "x"]),
        st.sampled_from(WORDS) | st.text(max_size=20),
        max_size=4,
    ),
)
def test_any_query_gets_an_answer(client: httpx.Client, path: str, query: dict[str, str]) -> None:
    assert client.get(path, params=query).status_code in STATUSES
