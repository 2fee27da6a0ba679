"""What a request does that is sent a second time, because the answer to the first was lost: docs/api.md says it."""

from __future__ import annotations

from typing import Any

import pytest
from test_bad_requests import assert_problem

from cambist.testing.served_desk import ServedDesk

DEPOSIT = {"asset": "CASH", "amount": "500", "client_adjustment_id": "pay-1"}


@pytest.fixture
def cash(api) -> Any:
    """An API behind which CASH can be held."""
    for name in ("CASH", "COIN"):
        assert api.post("/assets", json={"name": name}).status_code == 201
    return api


def test_a_deposit_with_an_id_is_made_once(cash) -> None:
    first = cash.post("/holdings/adjust", json=DEPOSIT)
    assert (first.status_code, first.json()["balance"]) == (200, "500")
    again = cash.post("/holdings/adjust", json=DEPOSIT)
    assert (again.status_code, again.json()) == (200, first.json())
    for other in ({"amount": "501"}, {"asset": "COIN"}, {"amount": "-500"}):
        assert_problem(cash.post("/holdings/adjust", json=DEPOSIT | other), 409, "ALREADY_EXISTS")
    assert cash.get("/holdings").json()["holdings"] == [first.json()]


def test_a_withdrawal_that_was_made_is_answered_though_nothing_is_left(cash) -> None:
    cash.post("/holdings/adjust", json=DEPOSIT)
    withdrawal = {"asset": "CASH", "amount": "-500", "client_adjustment_id": "out-1"}
    assert [cash.post("/holdings/adjust", json=withdrawal).json()["balance"] for _ in range(2)] == ["0", "0"]


def test_each_adjustment_without_an_id_counts(cash) -> None:
    without: dict[str, Any] = {"asset": "CASH", "amount": "1"}
    assert [cash.post("/holdings/adjust", json=without).json()["balance"] for _ in range(2)] == ["1", "2"]
    empty = without | {"client_adjustment_id": None}
    assert cash.post("/holdings/adjust", json=empty).json()["balance"] == "3"


@pytest.mark.parametrize("wrong", ["two words", "x" * 37, "é"])
def test_an_id_that_cannot_be_one_is_refused(cash, wrong: str) -> None:
    refused = cash.post("/holdings/adjust", json=DEPOSIT | {"client_adjustment_id": wrong})
    assert_problem(refused, 422, "INVALID_DEFINITION")


@pytest.mark.parametrize(
    ("path", "body", "first", "second"),
    [
        ("/risk/kill", {"cause": "drill"}, 200, 200),
        ("/risk/trading-state", {"state": "HALTED", "cause": "drill"}, 200, 200),
        ("/sessions/BTCUSDT/phase", {"phase": "PRE_OPEN"}, 200, 200),
        ("/sessions/BTCUSDT/halt", {"cause": "news", "duration_ms": 60_000}, 200, 200),
        ("/circuit-breaker/trip", {"cause": "news"}, 200, 200),
        ("/strategies/steady/start", {}, 200, 409),
        ("/orders/cancel-all", {}, 200, 200),
        ("/assets", {"name": "GOLD"}, 201, 409),
        (
            "/instruments",
            {"symbol": "NEW", "tick_size": "1", "lot_size": "1", "reference_price": "100", "max_order_qty": "10"},
            201,
            409,
        ),
    ],
)
def test_a_second_request_is_answered_as_the_page_says(
    desk: ServedDesk, api, path: str, body: dict[str, Any], first: int, second: int
) -> None:
    desk.quote()
    answers = [api.post(path, json=body).status_code for _ in range(2)]
    assert answers == [first, second]


def test_what_is_undone_can_be_undone_once(desk: ServedDesk, api) -> None:
    desk.quote()
    api.post("/risk/kill", json={"cause": "drill"})
    reset = [api.post("/risk/kill/reset", json={"cause": "over"}).status_code for _ in range(2)]
    api.post("/sessions/BTCUSDT/halt", json={"cause": "news"})
    resumed = [api.post("/sessions/BTCUSDT/resume", json={}).status_code for _ in range(2)]
    api.post("/circuit-breaker/trip", json={"cause": "news"})
    lifted = [api.post("/circuit-breaker/lift", json={}).status_code for _ in range(2)]
    assert reset == resumed == lifted == [200, 409]


def test_an_amendment_names_the_total_and_a_quote_what_is_to_be_open(desk: ServedDesk, api) -> None:
    desk.quote()
    order = {"symbol": "BTCUSDT", "side": "BUY", "order_type": "LIMIT", "qty": "0.5", "price": "59900"}
    order_id = api.post("/orders", json=order).json()["order_id"]
    amended = [api.patch(f"/orders/{order_id}", json={"qty": "0.4"}).json()["leaves_qty"] for _ in range(2)]
    assert len(set(amended)) == 1 and float(amended[0]) == 0.4
    canceled = [api.delete(f"/orders/{order_id}").status_code for _ in range(2)]
    assert canceled == [200, 409]
    quotes = {"symbol": "BTCUSDT", "quotes": [{"quote_id": 1, "bid_price": "59800", "bid_qty": "0.1"}]}
    stated = [api.post("/quotes", json=quotes).json() for _ in range(2)]
    assert stated[0] == stated[1]
