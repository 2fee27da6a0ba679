"""Assets, holdings and new instruments over REST."""

from __future__ import annotations

from typing import Any

import pytest
from test_bad_requests import assert_problem

from cambist.testing.served_desk import ServedDesk

SPOT: dict[str, Any] = {
    "symbol": "COINCASH",
    "tick_size": "0.5",
    "lot_size": "0.01",
    "reference_price": "100",
    "max_order_qty": "1000",
    "price_band": "0.2",
    "base_asset": "COIN",
    "quote_asset": "CASH",
    "max_fee": "0.001",
}
ORDER: dict[str, Any] = {"symbol": "COINCASH", "side": "BUY", "order_type": "LIMIT", "qty": "2", "price": "100"}


@pytest.fixture
def spot(api) -> Any:
    """An API behind which COINCASH trades and `main` holds 500 CASH."""
    for name in ("COIN", "CASH"):
        assert api.post("/assets", json={"name": name}).status_code == 201
    assert api.post("/instruments", json=SPOT).status_code == 201
    assert api.post("/holdings/adjust", json={"asset": "CASH", "amount": "500"}).status_code == 200
    return api


def held(api, asset: str) -> tuple[str, str, str]:
    (found,) = api.get("/holdings", params={"asset": asset, "account": "main"}).json()["holdings"]
    return found["balance"], found["reserved"], found["free"]


def test_an_order_sets_aside_what_it_may_take_and_gives_it_back(spot) -> None:
    assert spot.get("/assets").json() == {"assets": [{"name": "COIN"}, {"name": "CASH"}]}
    order = spot.post("/orders", json=ORDER)
    assert order.status_code == 201
    assert held(spot, "CASH") == ("500", "200.2", "299.8")
    refused = spot.post("/holdings/adjust", json={"asset": "cash", "amount": "-300"})
    assert_problem(refused, 422, "INSUFFICIENT_BALANCE")
    assert_problem(spot.post("/orders", json=ORDER | {"qty": "3"}), 422, "INSUFFICIENT_BALANCE")
    spot.delete(f"/orders/{order.json()['order_id']}")
    assert held(spot, "CASH") == ("500", "0", "500")
    withdrawn = spot.post("/holdings/adjust", json={"asset": "CASH", "amount": "-500"}).json()
    assert withdrawn == {"account": "main", "asset": "CASH", "balance": "0", "reserved": "0", "free": "0"}


def test_a_fill_moves_both_assets(desk: ServedDesk, spot) -> None:
    desk.rest_on(2, price=200, qty=100)
    assert spot.post("/orders", json=ORDER).json()["filled_qty"] == "1.00"
    assert (held(spot, "COIN"), held(spot, "CASH")) == (("1", "0", "1"), ("400", "100.1", "299.9"))
    assert [each["asset"] for each in spot.get("/holdings").json()["holdings"]] == ["COIN", "CASH"]


def test_a_spot_instrument_names_its_assets_and_a_perpetual_has_none(spot) -> None:
    perpetual, listed = spot.get("/instruments").json()["instruments"]
    assert (perpetual["kind"], perpetual["base_asset"], perpetual["quote_asset"]) == ("PERPETUAL", None, None)
    assert (listed["kind"], listed["base_asset"], listed["quote_asset"]) == ("SPOT", "COIN", "CASH")
    assert (listed["symbol"], listed["phase"], listed["price_band"]) == ("COINCASH", "CONTINUOUS", "0.2")


def test_a_perpetual_is_listed_and_traded(api) -> None:
    body = {"symbol": "ETHUSDT", "tick_size": "0.01", "lot_size": "0.001", "reference_price": "3000"}
    listed = api.post("/instruments", json=body | {"max_order_qty": "50", "matching": "pro_rata"})
    assert (listed.status_code, listed.json()["mark_price"]) == (201, "3000.00")
    order = {"symbol": "ETHUSDT", "side": "BUY", "order_type": "LIMIT", "qty": "1", "price": "2990"}
    assert api.post("/orders", json=order).json()["status"] == "NEW"
    assert api.get("/market/ETHUSDT/book").json()["bids"] == [["2990.00", "1.000"]]


def test_an_instrument_says_how_it_shares_a_level(desk: ServedDesk, api) -> None:
    body = {"symbol": "SHARED", "tick_size": "0.01", "lot_size": "0.1", "reference_price": "100", "max_order_qty": "50"}
    pro_rata = {"matching": "PRO_RATA", "minimum_allocation": "0.2", "top_order_priority": True}
    assert api.post("/instruments", json=body | pro_rata).status_code == 201
    plain, shared = api.get("/instruments").json()["instruments"]
    assert {name: shared[name] for name in pro_rata} == pro_rata
    assert (plain["matching"], plain["minimum_allocation"], plain["top_order_priority"]) == (
        "PRICE_TIME",
        "0.000",
        False,
    )
    first, second = (desk.rest_on(2, price=10_100, qty=qty) for qty in (10, 30))
    order = {
        "symbol": "SHARED",
        "side": "BUY",
        "order_type": "LIMIT",
        "price": "101",
        "time_in_force": "IOC",
        "qty": "1.2",
    }
    assert api.post("/orders", json=order).json()["status"] == "FILLED"
    assert api.get("/market/SHARED/l3").json()["asks"] == [[str(second), "101.00", "2.8"]]
    assert first < second
    for wrong in ({"minimum_allocation": "0.25"}, {"minimum_allocation": "-0.1"}, {"top_order_priority": "yes"}):
        refused = api.post("/instruments", json=body | {"symbol": "OTHER", "matching": "PRO_RATA"} | wrong)
        assert_problem(refused, 400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/assets", {"name": "COIN"}, 409, "ALREADY_EXISTS"),
        ("/assets", {"name": ""}, 400, "INVALID_REQUEST"),
        ("/assets", {"name": "X" * 17}, 400, "INVALID_REQUEST"),
        ("/assets", {"name": "TWO WORDS"}, 422, "INVALID_DEFINITION"),
        ("/assets", {"name": "☃"}, 422, "INVALID_DEFINITION"),
        ("/assets", {"name": 7}, 400, "INVALID_REQUEST"),
        ("/assets", {}, 400, "INVALID_REQUEST"),
        ("/assets", {"name": "A", "decimals": 8}, 400, "INVALID_REQUEST"),
        ("/holdings/adjust", {"asset": "GOLD", "amount": "1"}, 404, "UNKNOWN_ASSET"),
        ("/holdings/adjust", {"asset": "CASH", "amount": "1", "account": "nobody"}, 404, "UNKNOWN_ACCOUNT"),
        ("/holdings/adjust", {"asset": "CASH", "amount": "1", "account": "member"}, 404, "UNKNOWN_ACCOUNT"),
        ("/holdings/adjust", {"asset": "CASH", "amount": 1}, 400, "INVALID_REQUEST"),
        ("/holdings/adjust", {"asset": "CASH", "amount": "much"}, 400, "INVALID_REQUEST"),
        ("/holdings/adjust", {"asset": "CASH", "amount": "0"}, 400, "INVALID_REQUEST"),
        ("/holdings/adjust", {"asset": "CASH", "amount": "0.000000001"}, 400, "INVALID_REQUEST"),
        ("/holdings/adjust", {"asset": "CASH", "amount": "1e30"}, 400, "INVALID_REQUEST"),
        ("/holdings/adjust", {"asset": "CASH", "amount": "-501"}, 422, "INSUFFICIENT_BALANCE"),
        ("/holdings/adjust", {"asset": "CASH"}, 400, "INVALID_REQUEST"),
        ("/instruments", SPOT, 409, "ALREADY_EXISTS"),
        ("/instruments", SPOT | {"symbol": "X", "base_asset": "GOLD"}, 404, "UNKNOWN_ASSET"),
        ("/instruments", SPOT | {"symbol": "X", "base_asset": None}, 400, "INVALID_REQUEST"),
        ("/instruments", SPOT | {"symbol": "X", "base_asset": "CASH"}, 400, "INVALID_REQUEST"),
        ("/instruments", SPOT | {"symbol": "X", "tick_size": "0"}, 400, "INVALID_REQUEST"),
        ("/instruments", SPOT | {"symbol": "X", "tick_size": "-1"}, 400, "INVALID_REQUEST"),
        ("/instruments", SPOT | {"symbol": "X", "lot_size": "1e-9"}, 400, "INVALID_REQUEST"),
        ("/instruments", SPOT | {"symbol": "X", "reference_price": "100.3"}, 400, "INVALID_REQUEST"),
        ("/instruments", SPOT | {"symbol": "X", "price_band": "2"}, 400, "INVALID_REQUEST"),
        ("/instruments", SPOT | {"symbol": "X", "price_band": "wide"}, 400, "INVALID_REQUEST"),
        ("/instruments", SPOT | {"symbol": "X", "max_fee": 0.1}, 400, "INVALID_REQUEST"),
        ("/instruments", SPOT | {"symbol": "X", "phase": "LUNCH"}, 400, "INVALID_REQUEST"),
        ("/instruments", SPOT | {"symbol": "X", "venue": "EXTERNAL"}, 400, "INVALID_REQUEST"),
        ("/instruments", SPOT | {"symbol": ""}, 400, "INVALID_REQUEST"),
        ("/instruments", SPOT | {"symbol": "with space"}, 400, "INVALID_REQUEST"),
        ("/instruments", SPOT | {"symbol": "COIN/CASH"}, 400, "INVALID_REQUEST"),
    ],
)
def test_what_cannot_be_defined_or_moved(spot, path: str, body: dict[str, Any], status: int, code: str) -> None:
    before = [spot.get(each).json() for each in ("/assets", "/holdings", "/instruments")]
    assert_problem(spot.post(path, json=body), status, code)
    assert [spot.get(each).json() for each in ("/assets", "/holdings", "/instruments")] == before


@pytest.mark.parametrize(
    ("query", "code"), [({"asset": "GOLD"}, "UNKNOWN_ASSET"), ({"account": "nobody"}, "UNKNOWN_ACCOUNT")]
)
def test_holdings_of_names_nobody_knows(api, query: dict[str, str], code: str) -> None:
    assert_problem(api.get("/holdings", params=query), 404, code)
