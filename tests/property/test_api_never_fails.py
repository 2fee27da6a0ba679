"""Whatever is sent, the server answers in one of its ways and goes on: no 500, no hanging, no other shape."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from request_bodies import ANYTHING, bodies

from cambist.presentation.http import listing_requests as listings
from cambist.presentation.http import participant_requests as participants
from cambist.presentation.http import requests
from cambist.presentation.http import session_requests as sessions
from cambist.testing.served_desk import served_desk

ORDERS: list[tuple[str, str, type[msgspec.Struct]]] = [
    ("POST", "/orders", requests.NewOrderBody),
    ("POST", "/orders/batch", requests.OrdersBody),
    ("PATCH", "/orders/{id}", requests.AmendBody),
    ("PUT", "/orders/{id}", requests.AmendBody),
    ("POST", "/quotes", participants.MassQuoteBody),
    ("POST", "/quotes/cancel", participants.CancelQuotesBody),
]
OTHERS: list[tuple[str, str, type[msgspec.Struct]]] = [
    ("POST", "/orders/cancel-all", requests.CancelAllBody),
    ("POST", "/strategies/steady/start", requests.StepBody),
    ("POST", "/strategies/steady/stop", requests.StepBody),
    ("POST", "/strategies/steady/flatten", requests.FlattenBody),
    ("PUT", "/risk/limits", requests.LimitsBody),
    ("POST", "/risk/trading-state", requests.TradingStateBody),
    ("POST", "/risk/kill", requests.KillBody),
    ("POST", "/risk/kill/reset", requests.KillBody),
    ("POST", "/sessions/BTCUSDT/phase", sessions.PhaseBody),
    ("POST", "/sessions/BTCUSDT/halt", sessions.HaltBody),
    ("POST", "/sessions/BTCUSDT/resume", sessions.ResumeBody),
    ("PUT", "/sessions/BTCUSDT/calendar", sessions.CalendarBody),
    ("PUT", "/sessions/BTCUSDT/volatility-guard", sessions.VolatilityGuardBody),
    ("PUT", "/circuit-breaker", sessions.CircuitBreakerBody),
    ("PUT", "/participants/main/throttle", participants.ThrottleBody),
    ("PUT", "/participants/main/fees", participants.FeesBody),
    ("PUT", "/participants/main/fee-tiers", participants.FeeTiersBody),
    ("PUT", "/participants/main/protection", participants.ProtectionBody),
    ("POST", "/participants/main/protection/reset", participants.ResetProtectionBody),
    ("POST", "/trades/{id}/bust", participants.BustBody),
    ("POST", "/trades/{id}/correct", participants.CorrectBody),
    ("POST", "/instruments", listings.InstrumentBody),
    ("POST", "/assets", listings.AssetBody),
    ("POST", "/holdings/adjust", listings.AdjustHoldingBody),
]
WORDS = ["BTCUSDT", "BUY", "sell", "GTD", "1", "0.001", "-1", "main", "steady", "HALTED", "NaN", "9" * 20]


@st.composite
def requests_of(draw: st.DrawFn) -> tuple[str, str, Any]:
    """A route and a body for it: orders most of the time."""
    method, path, kind = draw(st.sampled_from(ORDERS * 5 + OTHERS))
    return method, path, draw(bodies(kind) if draw(st.integers(0, 19)) else ANYTHING)


IDS = st.one_of(st.integers(-1, 60).map(str), st.sampled_from(["9" * 19, "x", "1e3", "%00"]))
answered: Counter[int] = Counter()
"""By status."""
STATUSES = {200, 201, 400, 404, 409, 422}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with served_desk() as desk:
        desk.quote()
        with httpx.Client(base_url=f"{desk.url}/api/v1") as client:
            yield client


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(asked=requests_of(), order_id=IDS)
def test_any_body_gets_an_answer(client: httpx.Client, asked: tuple[str, str, Any], order_id: str) -> None:
    method, path, body = asked
    headers = {"content-type": "application/json"}
    response = client.request(method, path.replace("{id}", order_id), content=json.dumps(body), headers=headers)
    _expect_an_answer(response)


def _expect_an_answer(response: httpx.Response) -> None:
    answered[response.status_code] += 1
    assert response.status_code in STATUSES, response.text
    if response.status_code >= 400:
        assert set(response.json()) - {"order_id"} == {"code", "message", "action", "request_id"}


@settings(max_examples=60, deadline=None)
@given(method=st.sampled_from(["GET", "DELETE"]), order_id=IDS)
def test_any_order_is_found_or_not(client: httpx.Client, method: str, order_id: str) -> None:
    _expect_an_answer(client.request(method, f"/orders/{order_id}"))


def test_some_bodies_were_taken(client: httpx.Client) -> None:
    """Requests that are all refused for their form would say nothing about what is behind it."""
    if not answered:
        test_any_body_gets_an_answer(client=client)
    taken, refused = answered[200] + answered[201], answered[404] + answered[409] + answered[422]
    assert min(taken, refused, answered[400]) > 20


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
