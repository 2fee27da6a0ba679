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
    "peg_limit": None,
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
    assert api.get("/market/BTCUSDT/l2").json()["bids"] == [["59900.0", "0.100", 1]]


def test_a_plain_order_asks_for_nothing_more(api) -> None:
    order = place(api)
    assert {name: order[name] for name in PLAIN} == PLAIN


def test_a_minimum_that_is_not_there_ends_the_order(desk: ServedDesk, api) -> None:
    desk.quote()
    order = place(api, price="60001", min_qty="2", qty="2")
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


def test_a_stop_waits_with_its_trigger_and_is_amended_by_it(desk: ServedDesk, api) -> None:
    desk.quote()
    order = place(api, order_type="STOP", price=None, trigger_price="60500", trigger_source="BID_ASK")
    assert (order["status"], order["price"], order["trigger_price"]) == ("NEW", None, "60500.0")
    assert (order["trigger_source"], order["time_in_force"]) == ("BID_ASK", "GTC")
    amended = api.patch(f"/orders/{order['order_id']}", json={"price": "60400"}).json()
    assert (amended["trigger_price"], amended["price"]) == ("60400.0", None)
    less = api.patch(f"/orders/{order['order_id']}", json={"qty": "0.4"}).json()
    assert (less["qty"], less["trigger_price"]) == ("0.400", "60400.0")


def test_a_stop_whose_trigger_has_come_trades(desk: ServedDesk, api) -> None:
    desk.quote()
    order = place(api, order_type="STOP", price=None, trigger_price="60001", trigger_source="BID_ASK", qty="0.1")
    assert (order["status"], order["avg_price"]) == ("FILLED", "60001.0")


def test_a_trailing_stop_says_how_it_follows(api) -> None:
    order = place(api, order_type="TRAILING_STOP", price=None, offset=25, offset_unit="basis_points", side="SELL")
    assert (order["offset"], order["offset_unit"], order["trigger_price"]) == (25, "BASIS_POINTS", None)
    path = f"/orders/{order['order_id']}"
    more = api.patch(path, json={"qty": "0.7"}).json()
    assert (more["qty"], more["offset"], more["price"], more["trigger_price"]) == ("0.700", 25, None, None)
    refused = api.patch(path, json={"price": "60000"})
    assert (refused.status_code, refused.json()["code"]) == (422, "INVALID_PRICE")


def test_a_pegged_order_says_what_it_follows(desk: ServedDesk, api) -> None:
    desk.quote()
    order = place(api, order_type="PEGGED", price=None, peg_reference="primary", offset=-1)
    assert (order["peg_reference"], order["offset"], order["status"]) == ("PRIMARY", -1, "NEW")


def test_a_pegged_order_keeps_its_limit_where_only_its_quantity_is_amended(desk: ServedDesk, api) -> None:
    desk.quote()
    order = place(api, order_type="PEGGED", price="60500", peg_reference="primary", offset=-1)
    path = f"/orders/{order['order_id']}"
    assert (order["price"], order["peg_limit"]) == ("59998.9", "60500.0")
    more = api.patch(path, json={"qty": "0.7"}).json()
    assert (more["qty"], more["price"], more["peg_limit"]) == ("0.700", "59998.9", "60500.0")
    closer = api.patch(path, json={"price": "59000"}).json()
    assert (closer["price"], closer["peg_limit"]) == ("59000.0", "59000.0")
    refused = api.patch(path, json={"price": "60000.05"})
    assert (refused.status_code, api.get(path).json()["peg_limit"]) == (422, "59000.0")
    free = api.patch(path, json={"price": "0"}).json()
    assert (free["price"], free["peg_limit"]) == ("59998.9", None)
    assert api.delete(path).json()["peg_limit"] is None


def test_the_exits_of_a_bracket_sleep_until_their_entry_is_filled(desk: ServedDesk, api) -> None:
    desk.quote()
    exit_of = BUY | {"side": "SELL", "reduce_only": True, "contingency": "CHILD", "group_id": 7}
    profit = exit_of | {"price": "60500"}
    loss = exit_of | {"order_type": "STOP", "price": None, "trigger_price": "59000"}
    entry = BUY | {"price": "60000", "contingency": "PARENT", "group_id": 7}
    results = api.post("/orders/batch", json={"orders": [profit, loss, entry]}).json()["results"]
    assert [result["order"]["status"] for result in results] == ["SUSPENDED", "SUSPENDED", "NEW"]
    assert [result["order"]["contingency"] for result in results] == ["CHILD", "CHILD", "PARENT"]
