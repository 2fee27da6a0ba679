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
    ("POST", "/assets"),
    ("POST", "/instruments"),
    ("POST", "/holdings/adjust"),
    ("POST", "/sessions/BTCUSDT/phase"),
    ("POST", "/sessions/BTCUSDT/halt"),
    ("POST", "/sessions/BTCUSDT/resume"),
    ("PUT", "/sessions/BTCUSDT/calendar"),
    ("PUT", "/sessions/BTCUSDT/volatility-guard"),
    ("PUT", "/circuit-breaker"),
    ("POST", "/circuit-breaker/trip"),
    ("POST", "/circuit-breaker/lift"),
    ("POST", "/quotes"),
    ("POST", "/quotes/cancel"),
    ("PUT", "/participants/main/throttle"),
    ("PUT", "/participants/main/cancel-on-disconnect"),
    ("PUT", "/participants/main/fees"),
    ("PUT", "/participants/main/fee-tiers"),
    ("PUT", "/fee-tiers"),
    ("PUT", "/participants/main/protection"),
    ("POST", "/participants/main/protection/reset"),
    ("POST", "/trades/{id}/bust"),
    ("POST", "/trades/{id}/correct"),
]
BODY_OF = {
    "/assets": "name",
    "/instruments": "symbol tick_size lot_size reference_price max_order_qty min_notional price_band max_fee",
    "/holdings/adjust": "asset amount account",
    "/sessions/BTCUSDT/phase": "phase",
    "/sessions/BTCUSDT/halt": "cause duration_ms",
    "/sessions/BTCUSDT/calendar": "steps extension_ms extension_band",
    "/sessions/BTCUSDT/volatility-guard": "dynamic_band auction_ms limit_band limit_state_ms pause_ms",
    "/circuit-breaker": "index level_1 level_2 level_3 cool_down_1_ms cool_down_2_ms",
    "/circuit-breaker/trip": "cause duration_ms",
    "/quotes": "symbol quotes post_only",
    "/quotes/cancel": "symbol quote_ids",
    "/participants/main/throttle": "messages_per_second",
    "/participants/main/fees": "maker_fee taker_fee symbol",
    "/participants/main/fee-tiers": "tiers",
    "/fee-tiers": "tiers",
    "/participants/main/protection": "window_ms max_fills max_qty max_delta symbol",
    "/trades/{id}/correct": "price cause",
}
"""Fields that routes need: a body that has them all gets further in."""
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


AMOUNTS = st.sampled_from(["0", "1", "0.001", "59900", "-1", "1e30", "1e-9", "-0.5", "99999999999999999999", "NaN"])
QUOTES = st.fixed_dictionaries(
    {"quote_id": st.integers(0, 3), "bid_price": AMOUNTS, "bid_qty": AMOUNTS}, optional={"ask_price": AMOUNTS}
)
TIERS = st.fixed_dictionaries({"volume": AMOUNTS, "maker_fee": AMOUNTS, "taker_fee": AMOUNTS})
STEPS = st.fixed_dictionaries({"at": st.sampled_from(["MON 09:00", "SUN 23:59:59", "x"]), "phase": st.just("CLOSED")})
LISTS = {"quotes": QUOTES, "tiers": TIERS, "steps": STEPS, "quote_ids": st.integers(-1, 1 << 33)}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(path=st.sampled_from(sorted(BODY_OF)), data=st.data())
def test_a_body_with_every_field_gets_an_answer(client: httpx.Client, path: str, data: st.DataObject) -> None:
    plain = st.one_of(AMOUNTS, st.sampled_from(WORDS), st.integers(-1, 1 << 64))
    body = {
        name: data.draw(st.lists(LISTS[name], max_size=3) if name in LISTS else plain) for name in BODY_OF[path].split()
    }
    method = next(method for method, known in ROUTES if known == path)
    response = client.request(method, path.replace("{id}", "1"), json=body)
    assert response.status_code in STATUSES, response.text


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
