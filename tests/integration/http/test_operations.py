"""Market data, health, metrics, documents and the page."""

from __future__ import annotations

import logging
import re

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from cambist.application.control_plane.command_gateway import WAITING_MAX
from cambist.domain.errors import EngineStopped, StorageFailure
from cambist.testing.served_desk import ServedDesk, served_desk


def test_the_market_is_readable(desk: ServedDesk, api) -> None:
    desk.quote()
    api.post("/orders", json={"symbol": "BTCUSDT", "side": "SELL", "order_type": "MARKET", "qty": "0.3"})
    assert api.get("/market/btcusdt/book", params={"depth": 1}).json()["bids"] == [["59999.0", "0.700"]]
    (trade,) = api.get("/market/BTCUSDT/trades").json()["trades"]
    assert (trade["price"], trade["qty"], trade["aggressor"]) == ("59999.0", "0.300", "SELLER")
    (candle,) = api.get("/market/BTCUSDT/candles", params={"interval": "5s"}).json()["candles"]
    assert (candle["open"], candle["close"], candle["volume"], candle["trades"]) == ("59999.0", "59999.0", "0.300", 1)
    quote = api.get("/market/BTCUSDT/quote").json()
    assert (quote["bid_price"], quote["ask_price"], quote["last_price"]) == ("59999.0", "60001.0", "59999.0")
    assert quote["mark_price"] == "60000.0"
    (instrument,) = api.get("/instruments").json()["instruments"]
    assert (instrument["tick_size"], instrument["price_band"], instrument["phase"]) == ("0.1", "0.1", "CONTINUOUS")


def test_the_equity_curve_grows_once_a_second(desk: ServedDesk, api) -> None:
    desk.quote()
    api.post("/orders", json={"symbol": "BTCUSDT", "side": "BUY", "order_type": "MARKET", "qty": "0.5"})
    for _ in range(3):
        desk.host.advance(10**9)
    points = api.get("/account/pnl", params={"limit": 2}).json()["points"]
    assert [point["pnl"] for point in points] == ["-0.5", "-0.5"]
    assert int(points[1]["time"]) - int(points[0]["time"]) == 10**9


def test_a_running_engine_is_healthy_and_ready(lasting: httpx.Client) -> None:
    health = lasting.get("/health")
    assert (health.status_code, health.json()["status"]) == (200, "healthy")
    assert lasting.get("/ready").json() == {"status": "ready"}


@pytest.mark.parametrize(
    "failure", [EngineStopped("It is stopping.", "Start it."), StorageFailure("No space.", "Free some.")]
)
def test_an_engine_that_stopped_answers_503_and_reads_go_on(desk: ServedDesk, api, failure) -> None:
    desk.host.failure = failure
    refused = api.post("/risk/kill", json={"cause": "x"})
    assert (refused.status_code, refused.json()["code"]) == (503, failure.code)
    assert api.get("/orders").status_code == 200
    assert httpx.get(f"{desk.url}/health").status_code == 503
    assert httpx.get(f"{desk.url}/ready").status_code == 503


def test_a_busy_engine_answers_503_at_once_and_can_still_be_stopped(desk: ServedDesk, api, monkeypatch) -> None:
    monkeypatch.setattr(type(desk.host), "queue_depth", WAITING_MAX)
    order = {"symbol": "BTCUSDT", "side": "BUY", "order_type": "LIMIT", "price": "50000", "qty": "1"}
    limits = api.put("/risk/limits", json={"max_open_orders": 5})
    for refused in (api.post("/orders", json=order), limits, api.post("/risk/kill/reset", json={"cause": "x"})):
        assert (refused.status_code, refused.json()["code"]) == (503, "SYSTEM_BUSY")
        assert refused.json()["action"].startswith("Nothing was taken")
    assert api.get("/orders").json()["orders"] == []
    assert api.post("/orders/cancel-all").status_code == 200
    assert api.post("/risk/trading-state", json={"state": "HALTED", "cause": "x"}).status_code == 200
    assert api.post("/risk/kill", json={"cause": "x"}).json()["killed"] is True


def test_metrics_count_what_happened(desk: ServedDesk, api) -> None:
    desk.quote()
    order = {"symbol": "BTCUSDT", "side": "BUY", "order_type": "MARKET", "qty": "1"}
    api.post("/orders", json=order)
    api.post("/orders", json=order | {"qty": "0"})
    page = httpx.get(f"{desk.url}/metrics")
    assert page.headers["content-type"].startswith("text/plain")
    samples = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page.text)
        for sample in family.samples
    }
    assert samples["hft_orders_total", ("outcome", "filled")] == 1
    assert samples["hft_orders_total", ("outcome", "denied")] == 1
    assert samples["hft_fills_total",] == 1
    position = (("account", "main"), ("strategy", ""), ("symbol", "BTCUSDT"))
    assert samples["hft_position_size", *position] == 1.0
    assert samples["hft_errors_total", ("code", "INVALID_QTY")] == 1
    request = (("endpoint", "/api/v1/orders"), ("method", "POST"), ("status", "201"))
    assert samples["hft_request_duration_seconds_count", *request] == 1
    assert samples["hft_active_connections",] == 0


def test_admin_stats_say_how_the_process_is_doing(lasting: httpx.Client) -> None:
    stats = lasting.get("/admin/stats").json()
    assert (stats["version"], stats["components"]["websocket"]) == ("0.0.0", True)
    assert (stats["stats"]["kernel"], stats["stats"]["state"]) == ("python", "RUNNING")


def test_admin_stats_say_what_the_memory_does(lasting: httpx.Client) -> None:
    stats = lasting.get("/admin/stats").json()
    memory = stats["memory"]
    assert stats["components"]["memory"] is True
    assert memory["resident_bytes"] > 1 << 20
    assert memory["collector"]["collections"].keys() == {"0", "1", "2"}
    assert (memory["pools"], memory["order_bytes"]) == ([], 0.0)


def test_garbage_is_collected_on_request(lasting: httpx.Client) -> None:
    done = lasting.post("/admin/gc", json={})
    assert done.status_code == 200
    assert re.fullmatch(r"\d+ unreachable objects were collected in [\d.]+ ms\.", done.json()["message"])
    assert lasting.get("/admin/gc").status_code == 405
    assert lasting.post("/admin/gc", json={}, headers={"origin": "http://elsewhere.example"}).status_code == 403


def test_the_documentation_needs_nothing_from_elsewhere(lasting: httpx.Client) -> None:
    page = lasting.get("/api/docs")
    assert page.status_code == 200
    assert "<script" not in page.text and "http://" not in page.text and "https://" not in page.text
    assert "/api/v1/orders/{order_id}" in page.text
    assert lasting.get("/api/docs/openapi.json").json()["openapi"].startswith("3.")


def test_without_a_built_page_the_root_says_how_to_build_it(tmp_path) -> None:
    with served_desk(static_folder=tmp_path) as desk:
        page = httpx.get(desk.url)
        assert page.status_code == 200
        assert "make web" in page.text
        assert page.headers["content-type"] == "text/html; charset=utf-8"


def test_a_built_page_is_served_with_its_files_and_nothing_else(tmp_path) -> None:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>built</title>")
    (static / "assets" / "page.js").write_text("export {};")
    (tmp_path / "secret.txt").write_text("secret")
    with served_desk(static_folder=static) as desk:
        page = httpx.get(desk.url)
        assert "built" in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
        script = httpx.get(f"{desk.url}/assets/page.js")
        assert script.headers["content-type"] == "text/javascript; charset=utf-8"
        assert "immutable" in script.headers["cache-control"]
        for path in ("/secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/none.js", "/%00"):
            missing = httpx.get(f"{desk.url}{path}")
            assert (missing.status_code, missing.json()["code"]) == (404, "NOT_FOUND"), path


def test_every_response_carries_a_request_id(lasting: httpx.Client) -> None:
    assert len(lasting.get("/ready").headers["x-request-id"]) == 32
    assert lasting.get("/ready", headers={"x-request-id": "mine-1"}).headers["x-request-id"] == "mine-1"
    hostile = lasting.get("/api/v1/nope", headers={"x-request-id": "<script>"})
    assert hostile.headers["x-request-id"] == hostile.json()["request_id"] != "<script>"


def test_a_failure_of_ours_is_a_problem_too(desk: ServedDesk, api, monkeypatch, caplog) -> None:
    monkeypatch.setattr(desk.services.queries, "orders", lambda wanted: 1 / 0)
    with caplog.at_level(logging.CRITICAL, logger="cambist.http"):
        broken = api.get("/orders")
    assert (broken.status_code, broken.json()["code"]) == (500, "INTERNAL_ERROR")
    assert "ZeroDivisionError" not in broken.text
