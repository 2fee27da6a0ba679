"""Bad input over REST: a stable code, a sentence, an action; never a 500, and nothing changes."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from cambist.testing.served_desk import ServedDesk

ORDER: dict[str, Any] = {"symbol": "BTCUSDT", "side": "BUY", "order_type": "LIMIT", "qty": "0.5", "price": "59900"}
JSON = {"content-type": "application/json"}
LONG = "9" * 401


def assert_problem(response: httpx.Response, status: int, code: str) -> None:
    """The one shape of errors."""
    assert (response.status_code, response.json().get("code")) == (status, code), response.text
    problem = response.json()
    assert problem["message"].endswith(".") and problem["action"].endswith(".")
    assert problem["request_id"] == response.headers["x-request-id"]
    assert len(problem["message"]) < 400


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        # Wrong types.
        ({"qty": 1}, 400, "INVALID_REQUEST"),
        ({"qty": 0.5}, 400, "INVALID_REQUEST"),
        ({"qty": None}, 400, "INVALID_REQUEST"),
        ({"qty": ["1"]}, 400, "INVALID_REQUEST"),
        ({"qty": {"value": "1"}}, 400, "INVALID_REQUEST"),
        ({"price": True}, 400, "INVALID_REQUEST"),
        ({"symbol": 7}, 400, "INVALID_REQUEST"),
        ({"side": 0}, 400, "INVALID_REQUEST"),
        ({"side": "HOLD"}, 400, "INVALID_REQUEST"),
        ({"side": ""}, 400, "INVALID_REQUEST"),
        ({"order_type": "STOP_LOSS"}, 400, "INVALID_REQUEST"),
        ({"order_type": "STOP", "price": None}, 422, "INVALID_TRIGGER"),
        ({"time_in_force": "FOREVER"}, 400, "INVALID_REQUEST"),
        ({"post_only": "yes"}, 400, "INVALID_REQUEST"),
        ({"post_only": 1}, 400, "INVALID_REQUEST"),
        ({"reduce_only": None}, 400, "INVALID_REQUEST"),
        ({"client_order_id": 5}, 400, "INVALID_REQUEST"),
        ({"client_order_id": "x" * 257}, 400, "INVALID_REQUEST"),
        ({"account": ["main"]}, 400, "INVALID_REQUEST"),
        ({"expire_time": 1}, 400, "INVALID_REQUEST"),
        ({"expire_time": "tomorrow"}, 400, "INVALID_REQUEST"),
        ({"expire_time": "-1"}, 400, "INVALID_REQUEST"),
        # Fields that do not exist.
        ({"quantity": "1"}, 400, "INVALID_REQUEST"),
        ({"strategy": "steady"}, 400, "INVALID_REQUEST"),
        # Text that is no number.
        ({"qty": ""}, 400, "INVALID_REQUEST"),
        ({"qty": "one"}, 400, "INVALID_REQUEST"),
        ({"qty": "NaN"}, 400, "INVALID_REQUEST"),
        ({"qty": "sNaN"}, 400, "INVALID_REQUEST"),
        ({"qty": "Infinity"}, 400, "INVALID_REQUEST"),
        ({"price": "-Infinity"}, 400, "INVALID_REQUEST"),
        ({"qty": " 1"}, 400, "INVALID_REQUEST"),
        ({"qty": "1\n"}, 400, "INVALID_REQUEST"),
        ({"qty": "1_000"}, 400, "INVALID_REQUEST"),
        ({"qty": "1,5"}, 400, "INVALID_REQUEST"),
        ({"qty": "0x10"}, 400, "INVALID_REQUEST"),
        ({"qty": "٣"}, 400, "INVALID_REQUEST"),
        ({"qty": "\u0000"}, 400, "INVALID_REQUEST"),
        ({"qty": LONG}, 400, "INVALID_REQUEST"),
        ({"price": "0." + LONG}, 400, "INVALID_REQUEST"),
        ({"price": "1e9999999"}, 400, "INVALID_REQUEST"),
        # Numbers that no order may have.
        ({"qty": "0"}, 422, "INVALID_QTY"),
        ({"qty": "-1"}, 422, "INVALID_QTY"),
        ({"qty": "-0.0001"}, 422, "QTY_PRECISION"),
        ({"qty": "1e30"}, 422, "INVALID_QTY"),
        ({"qty": "1e999999"}, 422, "INVALID_QTY"),
        ({"qty": "-1e999999"}, 422, "INVALID_QTY"),
        ({"qty": "1e-999999"}, 422, "QTY_PRECISION"),
        ({"qty": "0.0005"}, 422, "QTY_PRECISION"),
        ({"qty": "101"}, 422, "ORDER_QTY_LIMIT"),
        ({"qty": "9" * 40}, 422, "INVALID_QTY"),
        ({"price": "0"}, 422, "INVALID_PRICE"),
        ({"price": "-59900"}, 422, "INVALID_PRICE"),
        ({"price": "1e30"}, 422, "INVALID_PRICE"),
        ({"price": "59900.05"}, 422, "PRICE_PRECISION"),
        ({"price": "1e-30"}, 422, "PRICE_PRECISION"),
        ({"price": "100"}, 422, "PRICE_BAND"),
        ({"price": "109951162777"}, 422, "PRICE_BAND"),
        ({"price": None}, 422, "INVALID_PRICE"),
        ({"price": "54000", "qty": "0.001", "order_type": "MARKET"}, 422, "INVALID_PRICE"),
        ({"qty": "99", "price": "60000"}, 422, "INSUFFICIENT_MARGIN"),
        # Combinations that make no sense.
        ({"order_type": "MARKET", "price": None, "time_in_force": "GTC"}, 422, "INVALID_TIME_IN_FORCE"),
        ({"time_in_force": "IOC", "post_only": True}, 422, "INVALID_FLAGS"),
        ({"time_in_force": "GTD"}, 422, "INVALID_EXPIRY"),
        ({"time_in_force": "GTD", "expire_time": "1"}, 422, "INVALID_EXPIRY"),
        ({"time_in_force": "GTC", "expire_time": "99999999999999999999"}, 422, "INVALID_EXPIRY"),
        ({"reduce_only": True}, 422, "REDUCE_ONLY"),
        ({"client_order_id": "with space"}, 422, "INVALID_CLIENT_ORDER_ID"),
        ({"client_order_id": "x" * 37}, 422, "INVALID_CLIENT_ORDER_ID"),
        ({"client_order_id": "snow ☃"}, 422, "INVALID_CLIENT_ORDER_ID"),
        # Names nobody knows.
        ({"symbol": "DOGEUSDT"}, 404, "UNKNOWN_INSTRUMENT"),
        ({"symbol": ""}, 404, "UNKNOWN_INSTRUMENT"),
        ({"symbol": "'; DROP TABLE hft_orders; --"}, 404, "UNKNOWN_INSTRUMENT"),
        ({"symbol": "\u202e\u0000☃"}, 404, "UNKNOWN_INSTRUMENT"),
        ({"account": "nobody"}, 404, "UNKNOWN_ACCOUNT"),
        ({"account": "member"}, 404, "UNKNOWN_ACCOUNT"),
    ],
)
def test_an_order_that_cannot_be(lasting: httpx.Client, changes: dict[str, Any], status: int, code: str) -> None:
    assert_problem(lasting.post("/api/v1/orders", json=ORDER | changes), status, code)


@pytest.mark.parametrize("field", ["symbol", "side", "order_type", "qty"])
def test_an_order_that_lacks_a_field(lasting: httpx.Client, field: str) -> None:
    body = {name: value for name, value in ORDER.items() if name != field}
    response = lasting.post("/api/v1/orders", json=body)
    assert_problem(response, 400, "INVALID_REQUEST")
    assert field in response.json()["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nope",
        b"null",
        b"1",
        b'"order"',
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"\x00",
        b'{"symbol": "\\ud800"}',
        b'{"qty": 1' + b"0" * 5_000 + b"}",
        b'{"qty": 1e400}',
        b'{"qty": NaN}',
        b'{"symbol": ' + b"[" * 100_000,
        b'{"symbol": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}",
        json.dumps(ORDER).encode("utf-16"),
        json.dumps(ORDER).encode() + b"{}",
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/orders", "/api/v1/risk/kill", "/api/v1/risk/trading-state"])
def test_a_body_that_cannot_be_read(lasting: httpx.Client, path: str, body: bytes) -> None:
    assert_problem(lasting.post(path, content=body, headers=JSON), 400, "INVALID_REQUEST")


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                                        "application/json; charset=latin-1", "application/jsonp", ""])  # fmt: skip
@pytest.mark.parametrize("path", ["/api/v1/orders", "/api/v1/risk/kill", "/api/v1/strategies/steady/start"])
def test_a_body_of_another_type(lasting: httpx.Client, path: str, media_type: str | None) -> None:
    headers = {} if media_type is None else {"content-type": media_type}
    response = lasting.post(path, content=b'{"cause": "x"}', headers=headers)
    assert_problem(response, 415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_body_beyond_a_mebibyte(lasting_desk: ServedDesk) -> None:
    url = f"{lasting_desk.url}/api/v1/orders"
    announced = httpx.post(url, content=b"[" + b" " * (1 << 20), headers=JSON)
    assert_problem(announced, 413, "BODY_TOO_LARGE")
    streamed = httpx.post(url, content=(b" " * 65_536 for _ in range(17)), headers=JSON)
    assert_problem(streamed, 413, "BODY_TOO_LARGE")
    almost = httpx.post(url, content=b"[" + b" " * ((1 << 20) - 2) + b"]", headers=JSON)
    assert_problem(almost, 400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "evil.example:{port}"},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1:1"},
        {"host": "127.0.0.1:{port}.evil.example"},
        {"host": "localhost.evil.example:{port}"},
        {"host": "user@127.0.0.1:{port}"},
        {"host": "127.0.0.1:{port}/path"},
        {"host": "[::1"},
        {"host": "127.0.0.1:port"},
        {"host": "10.0.0.1:{port}"},
        {"origin": "https://evil.example"},
        {"origin": "http://evil.example:{port}"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "https://127.0.0.1:{port}"},
        {"origin": "http://127.0.0.1:{port}/"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://127.0.0.1:{port}, https://evil.example"},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("GET", "/api/v1/orders"), ("POST", "/api/v1/risk/kill"),
                                              ("GET", "/metrics"), ("GET", "/nothing")])  # fmt: skip
def test_a_foreign_caller(lasting_desk: ServedDesk, lasting, headers: dict[str, str], method: str, path: str) -> None:
    given = {name: value.format(port=lasting_desk.port) for name, value in headers.items()}
    content = b'{"cause": "x"}' if method == "POST" else None
    assert_problem(lasting.request(method, path, headers=given | JSON, content=content), 403, "FOREIGN_ORIGIN")


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_the_servers_own_page_may_call(lasting_desk: ServedDesk, lasting: httpx.Client, name: str) -> None:
    place = f"{name}:{lasting_desk.port}"
    response = lasting.get("/api/v1/orders", headers={"host": place, "origin": f"http://{place}"})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "NOT_FOUND"),
        ("POST", "/api/v1/nothing", 404, "NOT_FOUND"),
        ("GET", "/nothing/at/all", 404, "NOT_FOUND"),
        ("GET", "/api/v1/orders/12345", 404, "UNKNOWN_ORDER"),
        ("GET", "/api/v1/orders/0", 404, "UNKNOWN_ORDER"),
        ("GET", "/api/v1/orders/-1", 404, "UNKNOWN_ORDER"),
        ("GET", "/api/v1/orders/one", 404, "UNKNOWN_ORDER"),
        ("GET", "/api/v1/orders/1.5", 404, "UNKNOWN_ORDER"),
        ("GET", f"/api/v1/orders/{'9' * 20}", 404, "UNKNOWN_ORDER"),
        ("GET", f"/api/v1/orders/{LONG}", 404, "UNKNOWN_ORDER"),
        ("GET", "/api/v1/orders/%D9%A3", 404, "UNKNOWN_ORDER"),
        ("DELETE", "/api/v1/orders/12345", 404, "UNKNOWN_ORDER"),
        ("DELETE", "/api/v1/orders/one", 404, "UNKNOWN_ORDER"),
        ("GET", "/api/v1/strategies/nobody", 404, "UNKNOWN_STRATEGY"),
        ("POST", "/api/v1/strategies/nobody/start", 404, "UNKNOWN_STRATEGY"),
        ("POST", "/api/v1/strategies/steady/explode", 404, "NOT_FOUND"),
        ("GET", "/api/v1/market/DOGE/book", 404, "UNKNOWN_INSTRUMENT"),
        ("GET", "/api/v1/market/%00/quote", 404, "UNKNOWN_INSTRUMENT"),
        ("GET", "/api/v1/market/BTCUSDT/book?depth=0", 400, "INVALID_REQUEST"),
        ("GET", "/api/v1/market/BTCUSDT/book?depth=1001", 400, "INVALID_REQUEST"),
        ("GET", "/api/v1/market/BTCUSDT/book?depth=ten", 400, "INVALID_REQUEST"),
        ("GET", "/api/v1/market/BTCUSDT/candles?interval=2m", 400, "INVALID_REQUEST"),
        ("GET", "/api/v1/market/BTCUSDT/trades?limit=-5", 400, "INVALID_REQUEST"),
        ("GET", f"/api/v1/orders?limit={LONG}", 400, "INVALID_REQUEST"),
        ("GET", f"/api/v1/orders?limit={'9' * 5_000}", 400, "INVALID_REQUEST"),
        ("GET", "/api/v1/orders?limit=", 400, "INVALID_REQUEST"),
        ("GET", "/api/v1/orders?cursor=next", 400, "INVALID_REQUEST"),
        ("GET", "/api/v1/orders?cursor=-1", 400, "INVALID_REQUEST"),
        ("GET", "/api/v1/orders?status=LOST", 400, "INVALID_REQUEST"),
        ("GET", "/api/v1/orders?side=both", 400, "INVALID_REQUEST"),
        ("GET", "/api/v1/orders?symbl=BTCUSDT", 400, "INVALID_REQUEST"),
        ("GET", "/api/v1/orders?symbol=DOGE", 404, "UNKNOWN_INSTRUMENT"),
        ("GET", "/api/v1/orders?account=nobody", 404, "UNKNOWN_ACCOUNT"),
        ("GET", "/api/v1/orders?strategy=nobody", 404, "UNKNOWN_STRATEGY"),
        ("GET", "/api/v1/account?account=nobody", 404, "UNKNOWN_ACCOUNT"),
        ("GET", "/api/v1/account/pnl?limit=0", 400, "INVALID_REQUEST"),
        ("GET", "/api/v1/risk?account=nobody", 404, "UNKNOWN_ACCOUNT"),
        ("GET", "/api/v1/positions?symbol=DOGE", 404, "UNKNOWN_INSTRUMENT"),
        ("GET", "/api/v1/instruments?x=1", 400, "INVALID_REQUEST"),
        ("GET", "/api/v1/ws", 400, "INVALID_REQUEST"),
        ("PUT", "/api/v1/orders", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/api/v1/orders", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/api/v1/orders/1", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/api/v1/risk/kill", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/health", 405, "METHOD_NOT_ALLOWED"),
        ("TRACE", "/api/v1/orders", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_a_path_or_query_that_leads_nowhere(lasting: httpx.Client, method, path, status, code) -> None:
    assert_problem(lasting.request(method, path), status, code)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("PATCH", "/orders/1", {}, 400, "INVALID_REQUEST"),
        ("PATCH", "/orders/1", {"price": None, "qty": None}, 400, "INVALID_REQUEST"),
        ("PATCH", "/orders/1", {"side": "SELL"}, 400, "INVALID_REQUEST"),
        ("PATCH", "/orders/1", {"price": "NaN"}, 400, "INVALID_REQUEST"),
        ("PATCH", "/orders/99999", {"price": "1"}, 404, "UNKNOWN_ORDER"),
        ("PUT", "/orders/99999", {"qty": "1"}, 404, "UNKNOWN_ORDER"),
        ("POST", "/orders/cancel-all", {"symbol": "DOGE"}, 404, "UNKNOWN_INSTRUMENT"),
        ("POST", "/orders/cancel-all", {"account": "nobody"}, 404, "UNKNOWN_ACCOUNT"),
        ("POST", "/orders/cancel-all", {"strategy": "nobody"}, 404, "UNKNOWN_STRATEGY"),
        ("POST", "/orders/cancel-all", {"side": "both"}, 400, "INVALID_REQUEST"),
        ("POST", "/orders/cancel-all", {"all": True}, 400, "INVALID_REQUEST"),
        ("POST", "/risk/kill", {}, 400, "INVALID_REQUEST"),
        ("POST", "/risk/kill", {"cause": ""}, 400, "INVALID_REQUEST"),
        ("POST", "/risk/kill", {"cause": "x" * 501}, 400, "INVALID_REQUEST"),
        ("POST", "/risk/kill", {"cause": "x", "account": "nobody"}, 404, "UNKNOWN_ACCOUNT"),
        ("POST", "/risk/kill/reset", {"cause": 1}, 400, "INVALID_REQUEST"),
        ("POST", "/risk/kill/reset", {"cause": "x"}, 409, "INVALID_TRANSITION"),
        ("POST", "/risk/trading-state", {"state": "OPEN", "cause": "x"}, 400, "INVALID_REQUEST"),
        ("POST", "/risk/trading-state", {"state": "ACTIVE"}, 400, "INVALID_REQUEST"),
        ("PUT", "/risk/limits", {}, 400, "INVALID_REQUEST"),
        ("PUT", "/risk/limits", {"account": "main"}, 400, "INVALID_REQUEST"),
        ("PUT", "/risk/limits", {"max_orders": 1}, 400, "INVALID_REQUEST"),
        ("PUT", "/risk/limits", {"max_open_orders": 1.5}, 400, "INVALID_REQUEST"),
        ("PUT", "/risk/limits", {"max_open_orders": -1}, 400, "INVALID_REQUEST"),
        ("PUT", "/risk/limits", {"max_open_orders": 10**18}, 400, "INVALID_REQUEST"),
        ("PUT", "/risk/limits", {"max_open_orders": 10**400}, 400, "INVALID_REQUEST"),
        ("PUT", "/risk/limits", {"max_open_orders": "many"}, 400, "INVALID_REQUEST"),
        ("PUT", "/risk/limits", {"max_drawdown": "1.1"}, 400, "INVALID_REQUEST"),
        ("PUT", "/risk/limits", {"max_drawdown": "0.0000001"}, 400, "INVALID_REQUEST"),
        ("PUT", "/risk/limits", {"max_order_notional": "1e30"}, 400, "INVALID_REQUEST"),
        ("PUT", "/risk/limits", {"max_order_notional": "0.000000001"}, 400, "INVALID_REQUEST"),
        ("PUT", "/risk/limits", {"max_order_notional": "-1"}, 422, "INVALID_DEFINITION"),
        ("PUT", "/risk/limits", {"max_order_notional": True}, 400, "INVALID_REQUEST"),
        ("PUT", "/risk/limits", {"leverage": 1, "account": "nobody"}, 404, "UNKNOWN_ACCOUNT"),
        ("PUT", "/risk/limits", {"leverage": 1, "strategy": "nobody"}, 404, "UNKNOWN_STRATEGY"),
        ("PATCH", "/strategies/nobody/parameters", {"size": "1"}, 404, "UNKNOWN_STRATEGY"),
        ("PATCH", "/strategies/steady/parameters", {}, 400, "INVALID_REQUEST"),
        ("PATCH", "/strategies/steady/parameters", {"size": ["1"]}, 400, "INVALID_REQUEST"),
        ("PATCH", "/strategies/steady/parameters", {"speed": 1}, 400, "INVALID_PARAMETERS"),
        ("PATCH", "/strategies/steady/parameters", {"size": "0"}, 400, "INVALID_PARAMETERS"),
        ("PATCH", "/strategies/steady/parameters", {"size": "NaN"}, 400, "INVALID_PARAMETERS"),
        ("PATCH", "/strategies/steady/parameters", {"size": "big"}, 400, "INVALID_PARAMETERS"),
        ("PATCH", "/strategies/steady/parameters", {"size": None}, 400, "INVALID_PARAMETERS"),
        ("PATCH", "/strategies/steady/parameters", {"size": "1e999999"}, 400, "INVALID_PARAMETERS"),
        ("PATCH", "/strategies/steady/parameters", {"window_s": 0}, 400, "INVALID_PARAMETERS"),
        ("PATCH", "/strategies/steady/parameters", {"window_s": 1.5}, 400, "INVALID_PARAMETERS"),
        ("PATCH", "/strategies/steady/parameters", {"window_s": True}, 400, "INVALID_PARAMETERS"),
        ("PATCH", "/strategies/steady/parameters", {"window_s": 10**400}, 400, "INVALID_PARAMETERS"),
        ("POST", "/strategies/steady/start", {"cause": 1}, 400, "INVALID_REQUEST"),
        ("POST", "/strategies/steady/start", {"cause": "x" * 501}, 400, "INVALID_REQUEST"),
        ("POST", "/strategies/steady/start", {"reason": "x"}, 400, "INVALID_REQUEST"),
    ],
)
def test_a_command_that_cannot_be(lasting: httpx.Client, method, path, body, status, code) -> None:
    assert_problem(lasting.request(method, f"/api/v1{path}", json=body), status, code)


def test_nothing_of_all_this_left_a_trace(lasting_desk: ServedDesk, lasting: httpx.Client) -> None:
    assert lasting.get("/api/v1/orders", params={"status": "open"}).json()["orders"] == []
    assert lasting.get("/api/v1/risk").json()["trading_state"] == "ACTIVE"
    assert lasting.get("/api/v1/strategies/steady").json()["state"] == "STOPPED"
    assert lasting.get("/health").status_code == 200
    assert "INTERNAL_ERROR" not in lasting_desk.services.metrics.errors
