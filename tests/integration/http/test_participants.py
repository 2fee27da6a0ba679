"""Quotes, protection, throttles, lost sessions, fees and trades that are put right, over REST and WebSocket."""

from __future__ import annotations

import time
from typing import Any

import pytest
from stream_client import stream
from test_bad_requests import assert_problem

from cambist.domain.vocabulary import Side
from cambist.testing.served_desk import ServedDesk

SYMBOL = {"symbol": "BTCUSDT"}
ORDER: dict[str, Any] = {**SYMBOL, "side": "BUY", "order_type": "LIMIT", "qty": "1", "price": "59000"}
DAY_NS = 86_400 * 10**9


def two_sided(quote_id: int, bid: str = "59990", ask: str = "60010", qty: str = "0.5") -> dict[str, Any]:
    return {"quote_id": quote_id, "bid_price": bid, "bid_qty": qty, "ask_price": ask, "ask_qty": qty}


def trade_at(desk: ServedDesk, api, price: int = 600_010) -> str:
    """The desk buys a coin from the member; the trade's id."""
    desk.rest(Side.SELL, price, 1_000)
    order = api.post("/orders", json={**SYMBOL, "side": "BUY", "order_type": "MARKET", "qty": "1"}).json()
    return str(api.get("/fills").json()["fills"][0]["trade_id"]) if order["status"] == "FILLED" else ""


def test_quotes_are_stated_moved_and_taken_back(api) -> None:
    stated = api.post("/quotes", json={**SYMBOL, "quotes": [two_sided(1), two_sided(7, "59980", "60020")]})
    assert stated.status_code == 200
    first, seventh = stated.json()["quotes"]
    assert (first["quote_id"], first["bid_price"], first["ask_qty"]) == (1, "59990.0", "0.500")
    assert (first["account"], first["strategy"], first["symbol"]) == ("main", None, "BTCUSDT")
    smaller = two_sided(7, "59980", "60020", "0.4") | {"ask_price": None, "ask_qty": None}
    _, moved = api.post("/quotes", json={**SYMBOL, "quotes": [smaller]}).json()["quotes"]
    assert (moved["bid_order_id"], moved["bid_qty"]) == (seventh["bid_order_id"], "0.400")
    assert (moved["ask_order_id"], moved["ask_price"]) == (None, None)
    assert api.get(f"/orders/{seventh['ask_order_id']}").json()["status"] == "CANCELED"
    assert [each["quote_id"] for each in api.get("/quotes", params=SYMBOL).json()["quotes"]] == [1, 7]
    left = api.post("/quotes/cancel", json={**SYMBOL, "quote_ids": [7, 99]}).json()["quotes"]
    assert [each["quote_id"] for each in left] == [1]
    assert api.post("/quotes/cancel", json=SYMBOL).json() == {"quotes": []}
    assert api.get("/orders", params={"status": "open"}).json()["orders"] == []


def test_a_hundred_and_more_quotes_are_taken_back_together(api) -> None:
    for start in (0, 100):
        quotes = [two_sided(start + each + 1, f"{59_000 - each}", f"{61_000 + each}", "0.001") for each in range(100)]
        assert api.post("/quotes", json={**SYMBOL, "quotes": quotes}).status_code == 200
    assert len(api.get("/quotes").json()["quotes"]) == 200
    assert api.post("/quotes/cancel", json=SYMBOL).json() == {"quotes": []}


def test_a_side_that_the_gate_refuses_is_empty_and_its_order_says_why(api) -> None:
    (quote,) = api.post("/quotes", json={**SYMBOL, "quotes": [two_sided(1, bid="100")]}).json()["quotes"]
    assert (quote["bid_order_id"], quote["ask_price"]) == (None, "60010.0")
    (denied,) = api.get("/orders", params={"status": "DENIED"}).json()["orders"]
    assert denied["reason"] == "PRICE_BAND"


def test_protection_pulls_the_quotes_until_it_is_reset(desk: ServedDesk, api) -> None:
    body = {**SYMBOL, "window_ms": 1_000, "max_fills": 1, "max_qty": "0.6"}
    (protection,) = api.put("/participants/main/protection", json=body).json()["protections"]
    assert protection == {
        "symbol": "BTCUSDT",
        "window_ms": 1_000,
        "max_fills": 1,
        "max_qty": "0.600",
        "max_delta": None,
        "triggered": False,
    }
    api.post("/quotes", json={**SYMBOL, "quotes": [two_sided(1)]})
    desk.rest(Side.BUY, 600_100, 100)
    assert api.get("/quotes").json()["quotes"] == []
    assert api.get("/participants/main").json()["protections"][0]["triggered"] is True
    refused = api.post("/quotes", json={**SYMBOL, "quotes": [two_sided(1)]})
    assert_problem(refused, 409, "QUOTES_PROTECTED")
    reset = api.post("/participants/main/protection/reset", json=SYMBOL).json()
    assert reset["protections"][0]["triggered"] is False
    assert len(api.post("/quotes", json={**SYMBOL, "quotes": [two_sided(1)]}).json()["quotes"]) == 1
    assert_problem(api.post("/participants/main/protection/reset"), 409, "INVALID_TRANSITION")
    assert api.put("/participants/main/protection", json=SYMBOL | {"window_ms": 0}).json()["protections"] == []


def test_a_protection_over_all_instruments_counts_lots(api) -> None:
    body = {"window_ms": 5, "max_fills": 3, "max_delta": "250"}
    (protection,) = api.put("/participants/member/protection", json=body).json()["protections"]
    assert (protection["symbol"], protection["max_delta"]) == (None, "250")


def test_a_throttle_refuses_what_comes_too_soon(api) -> None:
    assert api.put("/participants/main/throttle", json={"messages_per_second": 1}).json()["messages_per_second"] == 1
    assert api.post("/orders", json=ORDER).status_code == 201
    assert_problem(api.post("/orders", json=ORDER), 422, "MESSAGE_RATE_LIMIT")
    assert_problem(api.post("/quotes", json={**SYMBOL, "quotes": [two_sided(1)]}), 422, "MESSAGE_RATE_LIMIT")
    free = api.put("/participants/main/throttle", json={"messages_per_second": None}).json()
    assert free["messages_per_second"] is None
    assert api.post("/orders", json=ORDER).status_code == 201


def test_accounts_of_a_group_do_not_trade_with_each_other(api) -> None:
    first = api.get("/participants/main").json()
    assert (first["self_trade_prevention"], first["self_trade_group"]) == ("CANCEL_NEWEST", None)
    answer = api.put("/participants/main/self-trade-prevention", json={"mode": "cancel_both"}).json()
    assert (answer["self_trade_prevention"], answer["self_trade_group"]) == ("CANCEL_BOTH", None)
    sell = ORDER | {"side": "SELL"}
    pair = [api.post("/orders", json=order).json()["order_id"] for order in (ORDER, sell)]
    assert [api.get(f"/orders/{each}").json()["reason"] for each in pair] == ["SELF_TRADE", "SELF_TRADE"]
    for account in ("main", "member"):
        path = f"/participants/{account}/self-trade-prevention"
        grouped = api.put(path, json={"mode": "CANCEL_OLDEST", "group": 5}).json()
        assert (grouped["self_trade_prevention"], grouped["self_trade_group"]) == ("CANCEL_OLDEST", 5)


@pytest.mark.parametrize(
    "body", [{}, {"mode": "NONE"}, {"mode": "DECREMENT", "group": 0}, {"mode": "DECREMENT", "group": 1 << 32}]
)
def test_what_is_no_self_trade_prevention_is_refused(api, body) -> None:
    assert_problem(api.put("/participants/main/self-trade-prevention", json=body), 400, "INVALID_REQUEST")
    unknown = api.put("/participants/nobody/self-trade-prevention", json={"mode": "DECREMENT"})
    assert_problem(unknown, 404, "UNKNOWN_ACCOUNT")


def test_quotes_are_taken_back_whatever_a_throttle_says(api) -> None:
    api.post("/quotes", json={**SYMBOL, "quotes": [two_sided(1), two_sided(2, "59980", "60020")]})
    api.put("/participants/main/throttle", json={"messages_per_second": 1})
    assert api.post("/orders", json=ORDER).status_code == 201
    assert_problem(api.post("/orders", json=ORDER), 422, "MESSAGE_RATE_LIMIT")
    left = api.post("/quotes/cancel", json={**SYMBOL, "quote_ids": [2]}).json()["quotes"]
    assert [each["quote_id"] for each in left] == [1]
    assert api.post("/quotes/cancel", json=SYMBOL).json() == {"quotes": []}


@pytest.mark.parametrize("is_armed", [True, False])
def test_orders_by_hand_end_with_the_connection_where_the_account_is_armed(desk: ServedDesk, api, is_armed) -> None:
    armed = api.put("/participants/main/cancel-on-disconnect", json={"armed": is_armed}).json()
    assert armed["cancel_on_disconnect"] is is_armed
    api.post("/strategies/steady/start")
    order_id = int(api.post("/orders", json=ORDER).json()["order_id"])
    by_strategy = desk.trade_by_strategy(Side.BUY, 599_000, 10)
    with stream(desk) as client:
        client.ask(op="attach", account="main", request_id="a")
        told = client.next()
        assert (told["type"], told["request_id"], told["account"]) == ("attached", "a", "main")
    ended = api.post("/orders", json=ORDER)  # the end is told behind this at the latest
    assert ended.status_code == 201
    deadline = time.monotonic() + 10
    while is_armed and desk.is_open(order_id) and time.monotonic() < deadline:
        api.get("/orders")
    assert (desk.is_open(order_id), desk.is_open(by_strategy)) == (not is_armed, True)
    if is_armed:
        assert api.get(f"/orders/{order_id}").json()["reason"] == "SESSION_ENDED"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"op": "attach"}, "INVALID_REQUEST"),
        ({"op": "attach", "account": 7}, "INVALID_REQUEST"),
        ({"op": "attach", "account": "nobody"}, "UNKNOWN_ACCOUNT"),
        ({"op": "attach", "account": "member"}, "UNKNOWN_ACCOUNT"),
    ],
)
def test_a_connection_attaches_to_an_account_of_the_desk_only(desk: ServedDesk, frame, code: str) -> None:
    with stream(desk) as client:
        client.ask(**frame)
        assert client.next()["code"] == code


def test_fees_of_an_account_go_before_its_schedule(desk: ServedDesk, api) -> None:
    tiers = [
        {"volume": "0", "maker_fee": "-0.0001", "taker_fee": "0.001"},
        {"volume": "50000", "maker_fee": "-0.0002", "taker_fee": "0.0005"},
    ]
    assert api.put("/fee-tiers", json={"tiers": tiers}).json() == {"tiers": tiers} == api.get("/fee-tiers").json()
    main = api.get("/participants/main").json()
    assert (main["maker_fee"], main["taker_fee"], main["fee_tiers"]) == ("-0.0001", "0.001", [])
    trade_at(desk, api)
    assert api.get("/fills").json()["fills"][0]["commission"] == "60.001"
    desk.host.advance(DAY_NS)
    assert api.get("/participants/main").json()["taker_fee"] == "0.0005"
    own = api.put("/participants/main/fee-tiers", json={"tiers": tiers[:1]}).json()
    assert (own["taker_fee"], own["fee_tiers"]) == ("0.001", tiers[:1])
    fixed = api.put("/participants/main/fees", json={"maker_fee": "0", "taker_fee": "0.01"}).json()
    assert (fixed["maker_fee"], fixed["taker_fee"]) == ("0", "0.01")
    special = api.put("/participants/main/fees", json={**SYMBOL, "maker_fee": "0", "taker_fee": "0.02"}).json()
    assert special["fees"] == [{"symbol": "BTCUSDT", "maker_fee": "0", "taker_fee": "0.02"}]
    assert api.put("/fee-tiers", json={"tiers": []}).json() == {"tiers": []}


def test_participants_are_members_and_the_desks_accounts(api) -> None:
    found = api.get("/participants").json()["participants"]
    assert [(each["account"], each["kind"]) for each in found] == [("main", "DESK"), ("member", "MEMBER")]


def test_a_trade_is_corrected_and_then_busted(desk: ServedDesk, api) -> None:
    api.put("/participants/main/fees", json={"maker_fee": "0", "taker_fee": "0.001"})
    trade_id = trade_at(desk, api)
    assert api.get(f"/trades/{trade_id}").json() == {
        "trade_id": trade_id,
        "symbol": "BTCUSDT",
        "price": "60001.0",
        "qty": "1.000",
        "busted": False,
    }
    corrected = api.post(f"/trades/{trade_id}/correct", json={"price": "59000", "cause": "fat finger"}).json()
    assert corrected["trade"]["price"] == "59000.0"
    assert [(each["account"], each["price"], each["qty"]) for each in corrected["adjustments"]] == [
        ("member", "60001.0", "-1.000"),
        ("member", "59000.0", "1.000"),
        ("main", "60001.0", "-1.000"),
        ("main", "59000.0", "1.000"),
    ]
    (fill,) = api.get("/fills").json()["fills"]
    assert (fill["price"], fill["commission"], fill["adjustment"]) == ("59000.0", "59", "CORRECTED")
    same = api.post(f"/trades/{trade_id}/correct", json={"price": "59000", "cause": "again"}).json()
    assert same["adjustments"] == []
    busted = api.post(f"/trades/{trade_id}/bust", json={"cause": "erroneous"}).json()
    assert busted["trade"]["busted"] is True
    assert [each["commission"] for each in busted["adjustments"]] == ["0", "-59"]
    assert api.get("/fills").json()["fills"][0]["adjustment"] == "BUSTED"
    (position,) = api.get("/positions").json()["positions"]
    assert (position["side"], api.get("/account").json()["equity"]) == ("FLAT", "1000000")
    assert_problem(api.post(f"/trades/{trade_id}/bust", json={"cause": "twice"}), 409, "TRADE_BUSTED")
    again = api.post(f"/trades/{trade_id}/correct", json={"price": "1", "cause": "late"})
    assert_problem(again, 409, "TRADE_BUSTED")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("POST /quotes", {**SYMBOL, "quotes": []}, 400, "INVALID_REQUEST"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(1)] * 101}, 400, "INVALID_REQUEST"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(1), two_sided(1)]}, 422, "INVALID_QUOTE"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(1, "60010", "60010")]}, 422, "INVALID_QUOTE"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(0)]}, 400, "INVALID_REQUEST"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(1 << 32)]}, 400, "INVALID_REQUEST"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(1) | {"quote_id": "1"}]}, 400, "INVALID_REQUEST"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(1, "59990.05")]}, 422, "PRICE_PRECISION"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(1, qty="0.0005")]}, 422, "QTY_PRECISION"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(1, qty="-1")]}, 422, "INVALID_QTY"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(1, "many")]}, 400, "INVALID_REQUEST"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(1) | {"bid_qty": None}]}, 400, "INVALID_REQUEST"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(1)], "reprice": True}, 422, "INVALID_FLAGS"),
        ("POST /quotes", {"symbol": "DOGE", "quotes": [two_sided(1)]}, 404, "UNKNOWN_INSTRUMENT"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(1)], "account": "nobody"}, 404, "UNKNOWN_ACCOUNT"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(1)], "account": "member"}, 404, "UNKNOWN_ACCOUNT"),
        ("POST /quotes", {**SYMBOL, "quotes": [two_sided(1)], "strategy": "steady"}, 400, "INVALID_REQUEST"),
        ("POST /quotes/cancel", {"symbol": "DOGE"}, 404, "UNKNOWN_INSTRUMENT"),
        ("POST /quotes/cancel", {**SYMBOL, "quote_ids": []}, 400, "INVALID_REQUEST"),
        ("POST /quotes/cancel", {**SYMBOL, "account": "nobody"}, 404, "UNKNOWN_ACCOUNT"),
        ("GET /quotes?account=nobody", None, 404, "UNKNOWN_ACCOUNT"),
        ("GET /quotes?symbol=DOGE", None, 404, "UNKNOWN_INSTRUMENT"),
        ("GET /quotes?strategy=nobody", None, 404, "UNKNOWN_STRATEGY"),
        ("GET /participants/nobody", None, 404, "UNKNOWN_ACCOUNT"),
        ("PUT /participants/nobody/throttle", {"messages_per_second": 5}, 404, "UNKNOWN_ACCOUNT"),
        ("PUT /participants/main/throttle", {"messages_per_second": 0}, 400, "INVALID_REQUEST"),
        ("PUT /participants/main/throttle", {"messages_per_second": "5"}, 400, "INVALID_REQUEST"),
        ("PUT /participants/main/throttle", {}, 400, "INVALID_REQUEST"),
        ("PUT /participants/nobody/cancel-on-disconnect", {"armed": True}, 404, "UNKNOWN_ACCOUNT"),
        ("PUT /participants/main/cancel-on-disconnect", {"armed": "yes"}, 400, "INVALID_REQUEST"),
        ("PUT /participants/nobody/fees", {"maker_fee": "0", "taker_fee": "0"}, 404, "UNKNOWN_ACCOUNT"),
        ("PUT /participants/main/fees", {"maker_fee": "0"}, 400, "INVALID_REQUEST"),
        ("PUT /participants/main/fees", {"maker_fee": "0", "taker_fee": "1.1"}, 400, "INVALID_REQUEST"),
        ("PUT /participants/main/fees", {"maker_fee": "--0.1", "taker_fee": "0"}, 400, "INVALID_REQUEST"),
        ("PUT /participants/main/fees", {"maker_fee": "0.00000001", "taker_fee": "0"}, 400, "INVALID_REQUEST"),
        (
            "PUT /participants/main/fees",
            {"symbol": "DOGE", "maker_fee": "0", "taker_fee": "0"},
            404,
            "UNKNOWN_INSTRUMENT",
        ),
        (
            "PUT /participants/main/fee-tiers",
            {"tiers": [{"volume": "1", "maker_fee": "0", "taker_fee": "0"}]},
            422,
            "INVALID_DEFINITION",
        ),
        ("PUT /participants/nobody/fee-tiers", {"tiers": []}, 404, "UNKNOWN_ACCOUNT"),
        ("PUT /fee-tiers", {"tiers": [{"volume": "0", "maker_fee": "0"}]}, 400, "INVALID_REQUEST"),
        ("PUT /fee-tiers", {}, 400, "INVALID_REQUEST"),
        ("PUT /participants/nobody/protection", {"window_ms": 5, "max_fills": 5}, 404, "UNKNOWN_ACCOUNT"),
        ("PUT /participants/main/protection", {"window_ms": 5}, 400, "INVALID_REQUEST"),
        ("PUT /participants/main/protection", {"window_ms": 5, "max_fills": 4_097}, 400, "INVALID_REQUEST"),
        ("PUT /participants/main/protection", {"window_ms": -1, "max_fills": 5}, 400, "INVALID_REQUEST"),
        (
            "PUT /participants/main/protection",
            {**SYMBOL, "window_ms": 5, "max_fills": 5, "max_qty": "0.0005"},
            400,
            "INVALID_REQUEST",
        ),
        (
            "PUT /participants/main/protection",
            {"window_ms": 5, "max_fills": 5, "max_qty": "1.5"},
            400,
            "INVALID_REQUEST",
        ),
        (
            "PUT /participants/main/protection",
            {"symbol": "DOGE", "window_ms": 5, "max_fills": 5},
            404,
            "UNKNOWN_INSTRUMENT",
        ),
        ("POST /participants/main/protection/reset", {}, 409, "INVALID_TRANSITION"),
        ("POST /participants/main/protection/reset", {"symbol": "DOGE"}, 404, "UNKNOWN_INSTRUMENT"),
        ("GET /trades/1", None, 404, "UNKNOWN_TRADE"),
        ("GET /trades/one", None, 404, "UNKNOWN_TRADE"),
        (f"GET /trades/{'9' * 20}", None, 404, "UNKNOWN_TRADE"),
        ("POST /trades/1/bust", {"cause": "x"}, 404, "UNKNOWN_TRADE"),
        ("POST /trades/1/bust", {}, 400, "INVALID_REQUEST"),
        ("POST /trades/1/correct", {"price": "1"}, 400, "INVALID_REQUEST"),
        ("POST /trades/1/correct", {"price": "cheap", "cause": "x"}, 400, "INVALID_REQUEST"),
        ("POST /trades/1/correct", {"price": "1", "cause": "x"}, 404, "UNKNOWN_TRADE"),
    ],
)
def test_what_cannot_be_asked_changes_nothing(lasting, path: str, body: Any, status: int, code: str) -> None:
    reads = ("/quotes", "/participants", "/fee-tiers")
    before = [lasting.get(f"/api/v1{each}").json() for each in reads]
    method, _, where = path.partition(" ")
    assert_problem(lasting.request(method, f"/api/v1{where}", json=body), status, code)
    assert [lasting.get(f"/api/v1{each}").json() for each in reads] == before


@pytest.mark.parametrize(
    ("price", "status", "code"),
    [("0", 422, "INVALID_PRICE"), ("-5", 422, "INVALID_PRICE"), ("1e30", 422, "INVALID_PRICE"),
     ("59000.05", 422, "PRICE_PRECISION")],
)  # fmt: skip
def test_a_price_that_no_trade_may_have(desk: ServedDesk, api, price: str, status: int, code: str) -> None:
    trade_id = trade_at(desk, api)
    refused = api.post(f"/trades/{trade_id}/correct", json={"price": price, "cause": "x"})
    assert_problem(refused, status, code)
    assert api.get("/fills").json()["fills"][0]["adjustment"] is None
