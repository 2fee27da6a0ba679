"""Orders that ask more than a plain one, over REST."""

from __future__ import annotations

from typing import Any

import httpx

from cambist.testing.served_desk import ServedDesk

BUY = {"symbol": "BTCUSDT", "side": "BUY", "order_type": "LIMIT", "qty": "0.5", "price": "59900"}
PLAIN = {
    "display_qty": None,
    "min_qty": None,
    "trigger_price": None,
    "trigger_source": None,
    "offset": None,
    "offset_unit": None,
    "peg_reference": None,
    "contingency": None,
    "group_id": None,
}


def place(api: httpx.Client, **changes: Any) -> dict[str, Any]:
    response = api.post("/orders", json=BUY | changes)
    assert response.status_code == 201, response.text
    return dict(response.json())


def test_an_iceberg_shows_a_part_of_itself(api) -> None:
    order = place(api, display_qty="0.1")
    assert (order["qty"], order["display_qty"], order["status"]) == ("0.500", "0.100", "NEW")
    assert api.get(f"/orders/{order['order_id']}").json() == order
    (bid,) = api.get("/books/BTCUSDT").json()["bids"]
    assert bid[:2] == ["59900.0", "0.100"]


def test_a_plain_order_asks_for_nothing_more(api) -> None:
    order = place(api)
    assert {name: order[name] for name in PLAIN} == PLAIN


def test_a_minimum_that_is_not_there_ends_the_order(desk: ServedDesk, api) -> None:
    desk.quote()
    order = place(api, price="60001", min_qty="0.5", qty="50")
    assert (order["status"], order["reason"]) == ("CANCELED", "MIN_QTY_UNAVAILABLE")


def test_an_instruction_off_the_grid_is_refused_with_its_reason(api) -> None:
    refused = api.post("/orders", json=BUY | {"display_qty": "0.00001"})
    assert (refused.status_code, refused.json()["code"]) == (422, "QTY_PRECISION")


def test_an_instruction_that_the_type_does_not_know_is_refused(api) -> None:
    refused = api.post("/orders", json=BUY | {"offset": 3})
    assert (refused.status_code, refused.json()["code"]) == (422, "INVALID_INSTRUCTION")


def test_orders_of_a_batch_get_ids_without_a_gap(api) -> None:
    first, refused, last = api.post(
        "/orders/batch", json={"orders": [BUY, BUY | {"qty": "0"}, BUY | {"price": "59800"}]}
    ).json()["results"]
    assert (first["refusal"], last["refusal"], refused["order"]) == (None, None, None)
    assert refused["refusal"]["code"] == "INVALID_QTY"
    assert int(last["order"]["order_id"]) == int(first["order"]["order_id"]) + 2


def test_a_batch_with_an_unknown_symbol_sends_nothing(api) -> None:
    answer = api.post("/orders/batch", json={"orders": [BUY, BUY | {"symbol": "NOSUCH"}]})
    assert (answer.status_code, answer.json()["code"]) == (404, "UNKNOWN_INSTRUMENT")
    assert api.get("/orders").json()["orders"] == []


def test_an_empty_batch_is_an_invalid_request(api) -> None:
    assert api.post("/orders/batch", json={"orders": []}).status_code == 400
