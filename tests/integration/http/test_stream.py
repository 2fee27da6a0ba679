"""The WebSocket: snapshots, increments without gaps, resume, and clients that cannot keep up."""

from __future__ import annotations

import json
import logging
import socket
import time

import pytest
from stream_client import SUBPROTOCOL, WAIT_S, stream
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from cambist.domain.vocabulary import Side
from cambist.presentation.http.stream.hub import Hub
from cambist.testing.served_desk import ServedDesk


def test_the_first_frame_is_hello(desk: ServedDesk) -> None:
    url = f"ws://127.0.0.1:{desk.port}/api/v1/ws"
    with connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)], proxy=None) as socket:
        hello = json.loads(socket.recv(timeout=WAIT_S))
        assert socket.subprotocol == SUBPROTOCOL
    assert (hello["type"], hello["version"], hello["kernel"]) == ("hello", "0.0.0", "python")
    assert hello["epoch"]


def test_updates_start_right_after_the_snapshot(desk: ServedDesk) -> None:
    with stream(desk) as client:
        (snapshot,) = client.subscribe("book.BTCUSDT")
        assert (snapshot["type"], snapshot["data"]["bids"]) == ("snapshot", [])
        desk.rest(Side.BUY, 599_000, 1_500)
        first = client.next_of("book.BTCUSDT")
        assert (first["type"], first["seq"]) == ("update", snapshot["seq"] + 1)
        assert first["data"] == {"bids": [["59900.0", "1.500"]], "asks": []}
        desk.rest(Side.BUY, 598_990, 1)
        assert client.next_of("book.BTCUSDT")["seq"] == snapshot["seq"] + 2


def test_every_channel_has_a_snapshot(desk: ServedDesk) -> None:
    desk.quote()
    names = ["book.BTCUSDT", "trades.BTCUSDT", "candles.BTCUSDT.1s", "candles.BTCUSDT.1h", "quotes", "orders", "fills"]
    names += ["positions", "account", "pnl", "strategies", "risk", "stats"]
    with stream(desk) as client:
        snapshots = client.subscribe(*names)
    assert [snapshot["channel"] for snapshot in snapshots] == names
    assert {snapshot["type"] for snapshot in snapshots} == {"snapshot"}
    assert len({snapshot["epoch"] for snapshot in snapshots}) == 1


def test_a_trade_is_seen_on_every_channel_it_touches(desk: ServedDesk, api) -> None:
    desk.quote()
    names = ["trades.BTCUSDT", "candles.BTCUSDT.1m", "orders", "fills", "positions", "account", "quotes", "risk"]
    with stream(desk) as client:
        client.subscribe(*names)
        order = api.post(
            "/orders", json={"symbol": "BTCUSDT", "side": "BUY", "order_type": "MARKET", "qty": "0.5"}
        ).json()
        updates = {}
        while set(updates) < set(names):
            frame = client.next()
            updates[frame["channel"]] = frame["data"]
    assert updates["orders"] == [order]
    assert updates["trades.BTCUSDT"][0]["aggressor"] == "BUYER"
    assert updates["candles.BTCUSDT.1m"][0]["close"] == "60001.0"
    assert updates["fills"][0]["order_id"] == order["order_id"]
    assert updates["positions"][0]["qty"] == "0.500"
    assert updates["quotes"]["BTCUSDT"]["last_price"] == "60001.0"
    assert updates["account"]["unrealised_pnl"] == "0"


def test_strategies_equity_and_statistics_are_followed(desk: ServedDesk, api) -> None:
    desk.quote()
    with stream(desk) as client:
        client.subscribe("strategies", "pnl", "stats")
        api.post("/strategies/steady/start")
        assert client.next_of("strategies")["data"][0]["state"] == "RUNNING"
        desk.trade_by_strategy(Side.BUY, 600_010, 10)
        desk.host.advance(10**9)
        (point,) = client.next_of("pnl")["data"]
        assert point["time"] == str(desk.host.now_ns)
        assert client.next_of("stats")["data"]["state"] == "RUNNING"


def test_a_client_that_comes_back_gets_what_it_missed(desk: ServedDesk) -> None:
    with stream(desk) as client:
        (snapshot,) = client.subscribe("book.BTCUSDT")
        desk.rest(Side.BUY, 599_000, 1)
        last = client.next_of("book.BTCUSDT")
    desk.rest(Side.BUY, 599_001, 2)
    with stream(desk) as client:
        point = {"epoch": last["epoch"], "seq": last["seq"]}
        (missed,) = client.subscribe("book.BTCUSDT", resume={"book.BTCUSDT": point})
    assert (missed["type"], missed["seq"]) == ("update", snapshot["seq"] + 2)
    assert missed["data"]["bids"] == [["59900.1", "0.002"]]


@pytest.mark.parametrize(("epoch", "seq"), [("of another process", 1), (None, 10**6), (None, -1), (None, 0)])
def test_a_point_that_is_not_remembered_gets_a_snapshot(desk: ServedDesk, epoch: str | None, seq: int) -> None:
    with stream(desk) as client:
        client.subscribe("orders")
    with stream(desk) as client:
        (first,) = client.subscribe("quotes")
        point = {"epoch": epoch or first["epoch"], "seq": seq}
        assert client.subscribe("orders", resume={"orders": point})[0]["type"] == "snapshot"


def test_unsubscribed_channels_fall_silent(desk: ServedDesk) -> None:
    with stream(desk) as client:
        client.subscribe("book.BTCUSDT", "quotes")
        client.ask(op="unsubscribe", request_id="bye", channels=["book.BTCUSDT", "orders"])
        answer = client.next()
        assert answer == {"type": "unsubscribed", "request_id": "bye", "channels": ["book.BTCUSDT"]}
        desk.rest(Side.BUY, 599_000, 1)
        assert client.next()["channel"] == "quotes"


def test_a_ping_is_answered(desk: ServedDesk) -> None:
    with stream(desk) as client:
        client.ask(op="ping", request_id=7)
        assert client.next() == {"type": "pong", "request_id": 7, "channels": []}


def test_subscribing_twice_sends_a_new_snapshot_and_each_update_once(desk: ServedDesk) -> None:
    with stream(desk) as client:
        client.subscribe("book.BTCUSDT")
        client.subscribe("book.BTCUSDT")
        desk.rest(Side.BUY, 599_000, 1)
        first = client.next_of("book.BTCUSDT")
        desk.rest(Side.BUY, 599_001, 1)
        assert client.next_of("book.BTCUSDT")["seq"] == first["seq"] + 1


def test_two_clients_see_the_same_frames(desk: ServedDesk) -> None:
    with stream(desk) as one, stream(desk) as other:
        assert one.subscribe("orders") == other.subscribe("orders")
        one.subscribe("book.BTCUSDT")
        other.subscribe("book.BTCUSDT")
        desk.rest(Side.BUY, 599_001, 1)
        assert one.next_of("book.BTCUSDT") == other.next_of("book.BTCUSDT")


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "INVALID_REQUEST"),
        ("", "INVALID_REQUEST"),
        ("[]", "INVALID_REQUEST"),
        ("null", "INVALID_REQUEST"),
        ('"subscribe"', "INVALID_REQUEST"),
        ("{}", "INVALID_REQUEST"),
        ('{"op": "steal"}', "INVALID_REQUEST"),
        ('{"op": 1}', "INVALID_REQUEST"),
        ('{"op": "subscribe"}', "INVALID_REQUEST"),
        ('{"op": "subscribe", "channels": []}', "INVALID_REQUEST"),
        ('{"op": "subscribe", "channels": "orders"}', "INVALID_REQUEST"),
        ('{"op": "subscribe", "channels": [1]}', "INVALID_REQUEST"),
        ('{"op": "subscribe", "channels": ["orders"], "more": 1}', "INVALID_REQUEST"),
        ('{"op": "subscribe", "channels": ["orders"], "resume": {"orders": 3}}', "INVALID_REQUEST"),
        ('{"op": "subscribe", "channels": ["orders"], "resume": {"orders": {"epoch": "a"}}}', "INVALID_REQUEST"),
        ('{"op": "ping", "request_id": {"a": 1}}', "INVALID_REQUEST"),
        ('{"op": "ping", "request_id": "' + "x" * 65 + '"}', "INVALID_REQUEST"),
        ('{"op": "ping", "channels": ' + "[" * 5_000 + "}", "INVALID_REQUEST"),
        (json.dumps({"op": "subscribe", "channels": ["orders"] * 257}), "INVALID_REQUEST"),
        (b"\xff\xfe\x00", "INVALID_REQUEST"),
        ('{"op": "subscribe", "channels": ["nothing"]}', "UNKNOWN_CHANNEL"),
        ('{"op": "subscribe", "channels": ["book.ETHUSDT"]}', "UNKNOWN_CHANNEL"),
        ('{"op": "subscribe", "channels": ["book.btcusdt"]}', "UNKNOWN_CHANNEL"),
        ('{"op": "subscribe", "channels": ["book."]}', "UNKNOWN_CHANNEL"),
        ('{"op": "subscribe", "channels": ["candles.BTCUSDT"]}', "UNKNOWN_CHANNEL"),
        ('{"op": "subscribe", "channels": ["candles.BTCUSDT.7m"]}', "UNKNOWN_CHANNEL"),
        ('{"op": "subscribe", "channels": ["\\u2603"]}', "UNKNOWN_CHANNEL"),
        ('{"op": "subscribe", "channels": [""]}', "UNKNOWN_CHANNEL"),
    ],
)
def test_a_bad_frame_is_answered_and_the_connection_stays(lasting_desk: ServedDesk, frame, code: str) -> None:
    with stream(lasting_desk) as client:
        client.socket.send(frame)
        error = client.next()
        assert (error["type"], error["code"]) == ("error", code)
        assert error["message"].endswith(".") and error["action"].endswith(".")
        client.ask(op="ping")
        assert client.next()["type"] == "pong"


def test_known_channels_are_subscribed_although_others_are_not(desk: ServedDesk) -> None:
    with stream(desk) as client:
        client.ask(op="subscribe", request_id=1, channels=["nothing", "orders"])
        assert client.next() == {"type": "subscribed", "request_id": 1, "channels": ["orders"]}
        assert (client.next()["code"], client.next()["channel"]) == ("UNKNOWN_CHANNEL", "orders")


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"subprotocols": ["cambist.v2.json"]}, 400, "UNSUPPORTED_SUBPROTOCOL"),
        ({"subprotocols": ["cambist.v1.bin", "graphql-ws"]}, 400, "UNSUPPORTED_SUBPROTOCOL"),
        ({"origin": "http://evil.example"}, 403, "FOREIGN_ORIGIN"),
        ({"origin": "http://127.0.0.1:1"}, 403, "FOREIGN_ORIGIN"),
        ({"origin": "null"}, 403, "FOREIGN_ORIGIN"),
        ({"name": "evil.example"}, 403, "FOREIGN_ORIGIN"),
    ],
)
def test_a_connection_that_must_not_be_is_refused(lasting_desk: ServedDesk, options, status: int, code: str) -> None:
    with pytest.raises(InvalidStatus) as refused, stream(lasting_desk, **options):
        pass
    assert refused.value.response.status_code == status
    assert json.loads(refused.value.response.body or b"{}")["code"] == code


def test_a_page_of_the_server_itself_may_connect(lasting_desk: ServedDesk) -> None:
    with stream(lasting_desk, origin=f"http://localhost:{lasting_desk.port}") as client:
        assert client.subscribe("quotes")


def test_a_client_that_offers_no_subprotocol_is_served(lasting_desk: ServedDesk) -> None:
    with stream(lasting_desk, subprotocols=None) as client:
        assert client.socket.subprotocol is None


def test_more_than_a_hundred_connections_are_refused(desk: ServedDesk) -> None:
    open_streams = [stream(desk) for _ in range(100)]
    for one in open_streams:
        one.__enter__()
    try:
        with pytest.raises(InvalidStatus) as refused, stream(desk):
            pass
        assert json.loads(refused.value.response.body or b"{}")["code"] == "TOO_MANY_CONNECTIONS"
        assert desk.services.metrics.connections == 100
    finally:
        for one in open_streams:
            one.__exit__(None, None, None)
    with stream(desk) as client:
        client.ask(op="ping")
        assert client.next()["type"] == "pong"


def test_a_huge_frame_ends_the_connection_and_nothing_else(desk: ServedDesk) -> None:
    with stream(desk) as other:
        with stream(desk) as client:
            client.socket.send("x" * 70_000)
            with pytest.raises(Exception, match=r"1009|too big"):
                client.next()
        other.ask(op="ping")
        assert other.next()["type"] == "pong"


@pytest.mark.parametrize("part", ["snapshot", "handle"])
def test_a_connection_that_cannot_be_served_is_logged_and_closed(desk: ServedDesk, monkeypatch, caplog, part) -> None:
    def fail(*_: object) -> bytes:
        raise RuntimeError("this is broken")

    with stream(desk) as client:
        monkeypatch.setattr(Hub, part, fail)
        with caplog.at_level(logging.ERROR, logger="cambist.http"):
            client.ask(op="subscribe", channels=["orders"])
            with pytest.raises(ConnectionClosedError) as closed:
                while True:
                    client.next()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1011
    assert "this is broken" in caplog.text
    monkeypatch.undo()
    with stream(desk) as client:
        assert client.subscribe("orders")


def test_a_client_that_leaves_is_no_failure(desk: ServedDesk, caplog) -> None:
    with caplog.at_level(logging.ERROR, logger="cambist.http"), stream(desk) as client:
        client.subscribe("orders")
        client.socket.socket.shutdown(socket.SHUT_RDWR)
        desk.quote()
        while desk.services.metrics.connections:
            time.sleep(0.01)
    assert [record for record in caplog.records if record.name == "cambist.http"] == []
