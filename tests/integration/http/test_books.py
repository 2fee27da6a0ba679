"""A book by best prices, by level and by order, over REST and the stream, and what it says about trading."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from stream_client import stream

from cambist.domain.commands import CancelOrder, ReplaceOrder
from cambist.domain.vocabulary import OrderFlag, Side, VenueKind
from cambist.testing.builders import define_instrument, limit_order
from cambist.testing.served_desk import MEMBER, ServedDesk


def test_the_three_views_show_one_book_under_one_sequence(desk: ServedDesk, api: httpx.Client) -> None:
    first, second = desk.rest(Side.BUY, 599_990, 1_000), desk.rest(Side.BUY, 599_990, 500)
    third = desk.rest(Side.SELL, 600_010, 250)
    top, levels, orders = (api.get(f"/market/BTCUSDT/{view}").json() for view in ("l1", "l2", "l3"))
    assert [view["sequence"] for view in (top, levels, orders)] == ["3"] * 3
    assert (top["bid_price"], top["bid_qty"], top["ask_price"], top["ask_qty"]) == (
        "59999.0",
        "1.500",
        "60001.0",
        "0.250",
    )
    assert (levels["bids"], levels["asks"]) == ([["59999.0", "1.500", 2]], [["60001.0", "0.250", 1]])
    assert orders["bids"] == [[str(first), "59999.0", "1.000"], [str(second), "59999.0", "0.500"]]
    assert orders["asks"] == [[str(third), "60001.0", "0.250"]]


def test_hidden_orders_are_in_no_view(desk: ServedDesk, api: httpx.Client) -> None:
    desk.host.apply([limit_order(Side.BUY, 7, 599_990, account_id=MEMBER, flags=OrderFlag.HIDDEN)])
    assert api.get("/market/BTCUSDT/l3").json()["bids"] == api.get("/market/BTCUSDT/l2").json()["bids"] == []


def test_depth_cuts_the_levels(desk: ServedDesk, api: httpx.Client) -> None:
    for offset in range(4):
        desk.rest(Side.BUY, 599_990 - offset, 1)
    assert len(api.get("/market/BTCUSDT/l2", params={"depth": 2}).json()["bids"]) == 2
    assert len(api.get("/market/BTCUSDT/l2").json()["bids"]) == 4


def apply_steps(book: dict[str, list[list[str]]], steps: list[dict[str, Any]]) -> None:
    """As docs/market-data.md says."""
    for step in steps:
        orders = book["bids" if step["side"] == "BUY" else "asks"]
        (at,) = [n for n, order in enumerate(orders) if order[0] == step["order_id"]] or [None]
        if step["action"] == "ADDED":
            orders.append([step["order_id"], step["price"], step["qty"]])
        elif step["action"] == "CHANGED":
            orders[at][2] = step["qty"]
        else:
            del orders[at]
    book["bids"].sort(key=lambda order: -float(order[1]))
    book["asks"].sort(key=lambda order: float(order[1]))


def test_a_copy_kept_from_the_stream_is_the_book(desk: ServedDesk, api: httpx.Client) -> None:
    first = desk.rest(Side.BUY, 599_990, 1_000)
    with stream(desk) as client:
        (snapshot,) = client.subscribe("l3.BTCUSDT")
        book = {side: snapshot["data"][side] for side in ("bids", "asks")}
        desk.rest(Side.BUY, 599_990, 500)
        desk.host.apply([ReplaceOrder(account_id=MEMBER, order_id=first, price=599_990, qty=1_100)])
        desk.rest(Side.SELL, 600_010, 250)
        gone = desk.rest(Side.SELL, 600_020, 5)
        desk.host.apply([CancelOrder(account_id=MEMBER, order_id=gone)])
        api.post("/orders", json={"symbol": "BTCUSDT", "side": "SELL", "order_type": "MARKET", "qty": "0.6"})
        wanted = api.get("/market/BTCUSDT/l3").json()
        sequence = snapshot["data"]["sequence"]
        seq = snapshot["seq"]
        while sequence != wanted["sequence"]:
            frame = client.next_of("l3.BTCUSDT")
            assert (frame["type"], frame["seq"]) == ("update", seq + 1)
            seq, sequence = frame["seq"], frame["data"]["sequence"]
            apply_steps(book, frame["data"]["orders"])
    assert wanted["sequence"] == "7"
    assert book == {"bids": wanted["bids"], "asks": wanted["asks"]}
    assert [order[0] for order in book["bids"]] == [str(first)]


def test_levels_and_best_prices_are_followed(desk: ServedDesk) -> None:
    with stream(desk) as client:
        top, levels, analytics = client.subscribe("l1.BTCUSDT", "l2.BTCUSDT", "analytics.BTCUSDT")
        assert (top["data"]["bid_price"], levels["data"]["bids"], analytics["data"]["mid"]) == (None, [], None)
        desk.rest(Side.BUY, 599_990, 1_000)
        assert client.next_of("l1.BTCUSDT")["data"]["bid_qty"] == "1.000"
        assert client.next_of("l2.BTCUSDT")["data"] == {"sequence": "1", "bids": [["59999.0", "1.000", 1]], "asks": []}
        desk.rest(Side.BUY, 599_980, 1)
        assert client.next_of("l2.BTCUSDT")["data"]["sequence"] == "2"
        desk.rest(Side.SELL, 600_010, 1)
        top = client.next_of("l1.BTCUSDT")["data"]
        assert (top["sequence"], top["ask_price"]) == ("3", "60001.0")


def test_analytics_say_what_a_size_costs(desk: ServedDesk, api: httpx.Client) -> None:
    desk.rest(Side.BUY, 599_000, 3_000)
    desk.rest(Side.SELL, 601_000, 1_000)
    desk.rest(Side.SELL, 602_000, 1_000)
    found = api.get("/market/BTCUSDT/analytics", params={"qty": "1.5", "levels": 1, "within_bps": 17}).json()
    assert (found["sequence"], found["spread"], found["mid"], found["microprice"]) == (
        "3",
        "200.0",
        "60000.0",
        "60050.0",
    )
    assert (found["imbalance"], found["spread_bps"]) == ("0.5", "33.333333")
    assert (found["bid_depth"], found["ask_depth"]) == ("3.000", "1.000")
    assert found["buy"] == {
        "qty": "1.500",
        "filled_qty": "1.500",
        "average_price": "60133.33333333",
        "worst_price": "60200.0",
        "slippage_bps": "22.222222",
        "mid_move": "50.0",
        "impact_bps": None,
    }
    assert found["sell"]["average_price"] == "59900.0"


def test_without_a_size_no_cost_is_told(desk: ServedDesk, api: httpx.Client) -> None:
    found = api.get("/market/BTCUSDT/analytics").json()
    assert (found["buy"], found["sell"], found["mid"], found["imbalance"]) == (None, None, None, None)


def test_impact_is_told_once_there_is_a_past(desk: ServedDesk, api: httpx.Client) -> None:
    for price in (600_000, 600_600, 600_600):
        desk.rest(Side.SELL, price, 100)
        desk.trade_by_strategy(Side.BUY, price, 100)
        api.post("/orders", json={"symbol": "BTCUSDT", "side": "BUY", "order_type": "MARKET", "qty": "0.1"})
        desk.host.advance(61 * 10**9)
    found = api.get("/market/BTCUSDT/analytics", params={"qty": "0.1"}).json()
    assert found["buy"]["impact_bps"] == found["sell"]["impact_bps"] == "10"


@pytest.mark.parametrize("qty", ["0", "-1", "0.0005", "lots", "1e30", ""])
def test_a_size_off_the_grid_is_refused(desk: ServedDesk, api: httpx.Client, qty: str) -> None:
    answer = api.get("/market/BTCUSDT/analytics", params={"qty": qty})
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")


def test_an_outside_venue_tells_levels_but_no_orders(desk: ServedDesk, api: httpx.Client) -> None:
    desk.host.apply([define_instrument(2, "OUT", venue=VenueKind.EXTERNAL)])
    assert api.get("/market/OUT/l2").json()["bids"] == []
    assert api.get("/market/OUT/l3").status_code == 404
    with stream(desk) as client:
        client.ask(op="subscribe", request_id="x", channels=["l3.OUT"])
        assert client.next()["code"] == "UNKNOWN_CHANNEL"
