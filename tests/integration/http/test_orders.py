"""Orders over REST: place, read, amend, cancel, list."""

from __future__ import annotations

from typing import Any

import httpx

from cambist.domain.vocabulary import Side
from cambist.testing.served_desk import ServedDesk

BUY = {"symbol": "BTCUSDT", "side": "BUY", "order_type": "LIMIT", "qty": "0.5", "price": "59900"}


def place(api: httpx.Client, **changes: Any) -> dict[str, Any]:
    response = api.post("/orders", json=BUY | changes)
    assert response.status_code == 201, response.text
    return dict(response.json())


def test_a_limit_order_rests_and_can_be_read(api) -> None:
    order = place(api, client_order_id="first")
    assert order["status"] == "NEW"
    assert (order["price"], order["qty"], order["leaves_qty"]) == ("59900.0", "0.500", "0.500")
    assert (order["time_in_force"], order["account"], order["strategy"]) == ("GTC", "main", None)
    assert api.get(f"/orders/{order['order_id']}").json() == order


def test_a_market_order_trades_and_pays(desk: ServedDesk, api) -> None:
    desk.quote()
    order = place(api, order_type="market", price=None, qty="0.25", side="buy")
    assert (order["status"], order["time_in_force"]) == ("FILLED", "IOC")
    assert (order["filled_qty"], order["avg_price"], order["price"]) == ("0.250", "60001.0", None)
    (fill,) = api.get("/fills").json()["fills"]
    assert (fill["order_id"], fill["price"], fill["liquidity"]) == (order["order_id"], "60001.0", "TAKER")
    (position,) = api.get("/positions").json()["positions"]
    assert (position["side"], position["qty"], position["entry_price"]) == ("LONG", "0.250", "60001.0")
    account = api.get("/account").json()
    assert account["position_notional"] == position["notional"]


def test_enums_are_read_in_any_case(api) -> None:
    assert place(api, side="Sell", order_type="limit", price="60100", time_in_force="gtc")["side"] == "SELL"


def test_the_same_client_order_id_with_the_same_content_is_the_same_order(api) -> None:
    order = place(api, client_order_id="once")
    again = api.post("/orders", json=BUY | {"client_order_id": "once"})
    assert (again.status_code, again.json()) == (200, order)
    assert len(api.get("/orders").json()["orders"]) == 1


def test_the_same_client_order_id_with_other_content_is_a_conflict(api) -> None:
    place(api, client_order_id="once")
    other = api.post("/orders", json=BUY | {"client_order_id": "once", "qty": "0.6"})
    assert (other.status_code, other.json()["code"]) == (409, "DUPLICATE_CLIENT_ORDER_ID")
    denied = api.get(f"/orders/{other.json()['order_id']}").json()
    assert (denied["status"], denied["reason"]) == ("DENIED", "DUPLICATE_CLIENT_ORDER_ID")


def test_an_order_the_gate_refuses_is_readable_as_denied(api) -> None:
    refused = api.post("/orders", json=BUY | {"price": "59900.05"})
    assert (refused.status_code, refused.json()["code"]) == (422, "PRICE_PRECISION")
    order = api.get(f"/orders/{refused.json()['order_id']}").json()
    assert (order["status"], order["reason"]) == ("DENIED", "PRICE_PRECISION")


def test_an_order_the_venue_refuses_is_readable_as_rejected(desk: ServedDesk, api) -> None:
    desk.quote()
    refused = api.post("/orders", json=BUY | {"price": "60001.0", "post_only": True})
    assert (refused.status_code, refused.json()["code"]) == (422, "POST_ONLY_WOULD_CROSS")
    assert api.get(f"/orders/{refused.json()['order_id']}").json()["status"] == "REJECTED"


def test_amending_changes_only_what_is_given(api) -> None:
    order_id = place(api)["order_id"]
    assert api.patch(f"/orders/{order_id}", json={"price": "59899.5"}).json()["price"] == "59899.5"
    order = api.put(f"/orders/{order_id}", json={"qty": "0.4"}).json()
    assert (order["price"], order["qty"], order["status"]) == ("59899.5", "0.400", "NEW")


def test_an_amendment_the_gate_refuses_leaves_the_order_as_it_was(api) -> None:
    order = place(api)
    refused = api.patch(f"/orders/{order['order_id']}", json={"qty": "1000"})
    assert (refused.status_code, refused.json()["code"]) == (422, "ORDER_QTY_LIMIT")
    assert api.get(f"/orders/{order['order_id']}").json() == order


def test_a_canceled_order_cannot_be_canceled_again(api) -> None:
    order_id = place(api)["order_id"]
    canceled = api.delete(f"/orders/{order_id}")
    assert (canceled.status_code, canceled.json()["status"]) == (200, "CANCELED")
    assert (canceled.json()["reason"], canceled.json()["leaves_qty"]) == ("REQUESTED", "0.000")
    again = api.delete(f"/orders/{order_id}")
    assert (again.status_code, again.json()["code"]) == (409, "ORDER_NOT_OPEN")
    amended = api.patch(f"/orders/{order_id}", json={"qty": "0.1"})
    assert (amended.status_code, amended.json()["code"]) == (409, "ORDER_NOT_OPEN")


def test_cancel_all_takes_what_passes_its_filters(api) -> None:
    buy, sell = place(api)["order_id"], place(api, side="SELL", price="60100")["order_id"]
    assert api.post("/orders/cancel-all", json={"side": "sell"}).json() == {"canceled": [sell]}
    assert api.post("/orders/cancel-all", json={"strategy": "steady"}).json() == {"canceled": []}
    assert api.post("/orders/cancel-all").json() == {"canceled": [buy]}
    assert api.get("/orders", params={"status": "open"}).json()["orders"] == []


def test_lists_are_filtered_and_paged_newest_first(desk: ServedDesk, api) -> None:
    desk.quote()
    ids = [place(api, price=str(59_900 - number))["order_id"] for number in range(5)]
    ids.append(place(api, order_type="MARKET", price=None, side="SELL")["order_id"])
    first = api.get("/orders", params={"limit": 4}).json()
    rest = api.get("/orders", params={"limit": 4, "cursor": first["next_cursor"]}).json()
    assert [order["order_id"] for order in first["orders"] + rest["orders"]] == ids[::-1]
    assert rest["next_cursor"] is None
    open_ids = [order["order_id"] for order in api.get("/orders", params={"status": "open"}).json()["orders"]]
    assert open_ids == ids[4::-1]
    chosen = api.get("/orders", params={"status": ["filled", "denied"], "side": "sell", "symbol": "btcusdt"}).json()
    assert [order["order_id"] for order in chosen["orders"]] == ids[5:]
    assert api.get("/orders", params={"strategy": "steady"}).json()["orders"] == []


def test_an_order_is_found_by_its_client_order_id(api) -> None:
    order = place(api, client_order_id="find-me")
    assert api.get("/orders", params={"client_order_id": "find-me"}).json()["orders"] == [order]
    assert api.get("/orders", params={"client_order_id": "nobody"}).json()["orders"] == []


def test_an_order_may_live_until_a_time(desk: ServedDesk, api) -> None:
    expires_ns = desk.host.now_ns + 10**9
    order = place(api, time_in_force="GTD", expire_time=str(expires_ns))
    assert order["expire_time"] == str(expires_ns)
    desk.host.advance(2 * 10**9)
    assert api.get(f"/orders/{order['order_id']}").json()["status"] == "EXPIRED"


def test_a_strategys_orders_carry_its_name(desk: ServedDesk, api) -> None:
    api.post("/strategies/steady/start")
    order_id = desk.trade_by_strategy(Side.BUY, 599_000, 10)
    assert api.get(f"/orders/{order_id}").json()["strategy"] == "steady"
    assert [order["order_id"] for order in api.get("/orders", params={"strategy": "steady"}).json()["orders"]] == [
        str(order_id)
    ]
