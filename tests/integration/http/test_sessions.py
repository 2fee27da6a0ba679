"""Phases, halts, calendars, guards and the circuit breaker over REST and WebSocket."""

from __future__ import annotations

from typing import Any

import pytest
from stream_client import stream
from test_bad_requests import assert_problem

from cambist.domain.instrument import definition_from_decimals
from cambist.domain.vocabulary import Side, VenueKind
from cambist.testing.builders import START_NS
from cambist.testing.served_desk import ServedDesk

SECOND_NS = 10**9
DAY_NS = 86_400 * SECOND_NS
BTC = "/sessions/BTCUSDT"
ORDER: dict[str, Any] = {"symbol": "BTCUSDT", "side": "BUY", "order_type": "LIMIT", "qty": "1", "price": "60010"}
WEEK = [
    {"at": "mon 08:30", "phase": "opening_auction"},
    {"at": "MON 09:00:00", "phase": "CONTINUOUS"},
    {"at": "FRI 17:00:00.5", "phase": "CLOSED"},
]


@pytest.fixture
def outside(desk: ServedDesk) -> None:
    """An instrument of an outside venue beside ours."""
    definition = definition_from_decimals(
        instrument_id=9,
        symbol="FARAWAY",
        tick_size="1",
        lot_size="1",
        reference_price="10",
        max_order_qty="10",
        venue=VenueKind.EXTERNAL,
    )
    desk.host.apply([definition])


def test_an_instrument_trades_continuously_until_something_is_set(api) -> None:
    session = api.get(BTC).json()
    assert session == {
        "symbol": "BTCUSDT",
        "phase": "CONTINUOUS",
        "since": str(START_NS),
        "next_phase": None,
        "next_change": None,
        "auction": None,
        "halt": None,
        "limit_state": None,
    }
    assert api.get("/sessions").json() == {"sessions": [session]}


def test_an_auction_indicates_and_uncrosses(desk: ServedDesk, api) -> None:
    assert api.post(f"{BTC}/phase", json={"phase": "opening_auction"}).json()["auction"]["price"] is None
    desk.rest(Side.SELL, 600_000, 400)
    api.post("/orders", json=ORDER)
    auction = api.get(BTC).json()["auction"]
    assert auction == {"price": "60010.0", "qty": "0.400", "imbalance_side": "BUY", "imbalance_qty": "0.600"}
    session = api.post(f"{BTC}/phase", json={"phase": "CONTINUOUS"}).json()
    assert (session["phase"], session["auction"]) == ("CONTINUOUS", None)
    assert [fill["liquidity"] for fill in api.get("/fills").json()["fills"]] == ["AUCTION"]


def test_a_halt_is_lifted_by_hand(desk: ServedDesk, api) -> None:
    halted = api.post(f"{BTC}/halt", json={"cause": "rumours"}).json()
    assert (halted["phase"], halted["next_change"]) == ("HALTED", None)
    assert halted["halt"] == {"reason": "REQUESTED", "cause": "rumours"}
    assert_problem(api.post("/orders", json=ORDER), 422, "MARKET_NOT_OPEN")
    resumed = api.post(f"{BTC}/resume").json()
    assert (resumed["phase"], resumed["halt"]) == ("CONTINUOUS", None)
    assert_problem(api.post(f"{BTC}/resume"), 409, "INVALID_TRANSITION")


def test_a_halt_with_a_duration_reopens_by_an_auction(desk: ServedDesk, api) -> None:
    api.put(f"{BTC}/volatility-guard", json={"dynamic_band": "0.01", "auction_ms": 30_000})
    halted = api.post(f"{BTC}/halt", json={"cause": "news", "duration_ms": 60_000}).json()
    assert halted["next_phase"] == "VOLATILITY_AUCTION"
    assert halted["next_change"] == str(START_NS + 60 * SECOND_NS)
    desk.host.advance(60 * SECOND_NS)
    auction = api.get(BTC).json()
    assert (auction["phase"], auction["next_phase"]) == ("VOLATILITY_AUCTION", "CONTINUOUS")
    assert auction["since"] == str(START_NS + 60 * SECOND_NS)
    assert auction["next_change"] == str(START_NS + 90 * SECOND_NS)
    desk.host.advance(30 * SECOND_NS)
    assert api.get(BTC).json()["phase"] == "CONTINUOUS"


def test_without_a_guard_a_halt_ends_in_continuous_trading(desk: ServedDesk, api) -> None:
    assert api.post(f"{BTC}/halt", json={"cause": "x", "duration_ms": 1}).json()["next_phase"] == "CONTINUOUS"


def test_a_trade_too_far_away_starts_an_auction(desk: ServedDesk, api) -> None:
    guard = api.put(f"{BTC}/volatility-guard", json={"dynamic_band": "0.001", "auction_ms": 5_000}).json()
    assert guard == {
        "symbol": "BTCUSDT",
        "dynamic_band": "0.001",
        "auction_ms": 5_000,
        "limit_band": "0",
        "limit_state_ms": 0,
        "pause_ms": 0,
    }
    assert api.get(f"{BTC}/volatility-guard").json() == guard
    desk.rest(Side.SELL, 601_000, 400)
    api.post("/orders", json=ORDER | {"price": "60100"})
    session = api.get(BTC).json()
    assert (session["phase"], session["auction"]["price"]) == ("VOLATILITY_AUCTION", "60100.0")
    assert api.get("/instruments").json()["instruments"][0]["phase"] == "VOLATILITY_AUCTION"


def test_a_best_price_at_its_limit_is_told(desk: ServedDesk, api) -> None:
    body = {"limit_band": "0.001", "limit_state_ms": 15_000, "pause_ms": 60_000}
    api.put(f"{BTC}/volatility-guard", json=body)
    desk.rest(Side.BUY, 600_600, 10)
    session = api.get(BTC).json()
    assert session["limit_state"] == {"side": "BUY", "until": str(START_NS + 15 * SECOND_NS)}
    assert (session["next_phase"], session["next_change"]) == ("HALTED", str(START_NS + 15 * SECOND_NS))
    assert_problem(api.post("/orders", json=ORDER | {"price": "60060.1"}), 422, "OUTSIDE_PRICE_LIMITS")
    desk.host.advance(15 * SECOND_NS)
    assert api.get(BTC).json()["halt"]["reason"] == "LIMIT_STATE"


def test_a_calendar_moves_an_instrument(desk: ServedDesk, api) -> None:
    body = {"steps": WEEK, "extension_ms": 120_000, "extension_band": "0.05"}
    calendar = api.put(f"{BTC}/calendar", json=body).json()
    assert [step["at"] for step in calendar["steps"]] == ["MON 08:30:00", "MON 09:00:00", "FRI 17:00:00.5"]
    assert (calendar["extension_ms"], calendar["extension_band"]) == (120_000, "0.05")
    assert api.get(f"{BTC}/calendar").json() == calendar
    session = api.get(BTC).json()  # START_NS is a Friday, 08:00
    assert (session["phase"], session["next_phase"]) == ("CONTINUOUS", "CLOSED")
    due_ns = int(session["next_change"])
    assert due_ns == START_NS + 9 * 3600 * SECOND_NS + SECOND_NS // 2
    desk.host.advance(due_ns - START_NS)
    session = api.get(BTC).json()
    assert (session["phase"], session["next_phase"]) == ("CLOSED", "OPENING_AUCTION")
    assert api.put(f"{BTC}/calendar", json={"steps": []}).json()["steps"] == []
    assert api.get(BTC).json()["next_change"] is None


def test_a_halted_instrument_takes_no_step_but_the_close(desk: ServedDesk, api) -> None:
    steps = [{"at": "FRI 09:00", "phase": "CONTINUOUS"}, {"at": "FRI 17:00", "phase": "CLOSED"}]
    api.put(f"{BTC}/calendar", json={"steps": steps})
    assert api.get(BTC).json()["next_phase"] == "CONTINUOUS"
    assert api.post(f"{BTC}/halt", json={"cause": "x"}).json()["next_phase"] == "CLOSED"


def test_the_channel_says_what_comes_next_once_the_market_is_no_longer_closed_for_the_day(
    desk: ServedDesk, api
) -> None:
    steps = [{"at": f"{day} 09:00", "phase": "CONTINUOUS"} for day in ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")]
    api.put(f"{BTC}/calendar", json={"steps": steps})
    api.put("/circuit-breaker", json={"level_3": "0.01", "index": "BTCUSDT"})
    desk.rest(Side.BUY, 590_000, 10)
    with stream(desk) as client:
        client.subscribe("sessions")
        api.post("/orders", json=ORDER | {"side": "SELL", "price": "59000", "qty": "0.01"})
        (closed,) = client.next()["data"]
        assert (closed["phase"], closed["next_change"]) == ("CLOSED", None)
        desk.host.advance(DAY_NS - START_NS % DAY_NS)
        (update,) = client.next()["data"]
        assert (update["phase"], update["next_phase"]) == ("CLOSED", "CONTINUOUS")


def test_the_circuit_breaker_halts_the_market_and_says_so(desk: ServedDesk, api) -> None:
    body = {
        "level_1": "0.01",
        "level_2": "0.05",
        "level_3": "0.1",
        "cool_down_1_ms": 900_000,
        "cool_down_2_ms": 900_000,
    }
    breaker = api.put("/circuit-breaker", json=body | {"index": "BTCUSDT"}).json()
    assert (breaker["index"], breaker["level_2"], breaker["tripped"], breaker["fall"]) == ("BTCUSDT", "0.05", 0, None)
    desk.rest(Side.BUY, 590_000, 10)
    api.post("/orders", json=ORDER | {"side": "SELL", "price": "59000", "qty": "0.01"})
    tripped = api.get("/circuit-breaker").json()
    assert (tripped["tripped"], tripped["until"]) == (1, str(START_NS + 900 * SECOND_NS))
    assert tripped["fall"] == "0.016666"
    assert api.get(BTC).json()["halt"] == {"reason": "CIRCUIT_BREAKER", "cause": ""}
    desk.host.advance(24 * 3600 * SECOND_NS)
    assert api.get("/circuit-breaker").json()["tripped"] == 0
    assert api.put("/circuit-breaker", json={}).json()["level_1"] == "0"


def test_the_market_is_halted_and_resumed_by_hand(desk: ServedDesk, api, outside) -> None:
    grid = {"tick_size": "1", "lot_size": "1", "reference_price": "10", "max_order_qty": "10"}
    api.post("/instruments", json={"symbol": "SECOND", **grid})
    tripped = api.post("/circuit-breaker/trip", json={"cause": "drill", "duration_ms": 1_000}).json()["sessions"]
    assert [(each["symbol"], each["phase"]) for each in tripped] == [("BTCUSDT", "HALTED"), ("SECOND", "HALTED")]
    lifted = api.post("/circuit-breaker/lift", json={"phase": "volatility_auction"}).json()["sessions"]
    assert {each["phase"] for each in lifted} == {"VOLATILITY_AUCTION"}
    assert_problem(api.post("/circuit-breaker/lift"), 409, "INVALID_TRANSITION")


def test_the_channel_follows_phases_and_indications(desk: ServedDesk, api) -> None:
    with stream(desk) as client:
        (snapshot,) = client.subscribe("sessions")
        assert [session["phase"] for session in snapshot["data"]] == ["CONTINUOUS"]
        api.post(f"{BTC}/phase", json={"phase": "CLOSING_AUCTION"})
        desk.rest(Side.SELL, 600_000, 400)
        api.post("/orders", json=ORDER)
        while (update := client.next())["data"][0]["auction"] is None or not update["data"][0]["auction"]["price"]:
            assert update["data"][0]["phase"] == "CLOSING_AUCTION"
        assert update["data"][0]["auction"]["qty"] == "0.400"


def test_an_outside_instrument_has_no_session(api, outside) -> None:
    assert_problem(api.get("/sessions/FARAWAY"), 404, "NOT_FOUND")
    assert_problem(api.post("/sessions/FARAWAY/phase", json={"phase": "CLOSED"}), 409, "INVALID_TRANSITION")
    assert_problem(api.put("/sessions/FARAWAY/calendar", json={"steps": []}), 409, "INVALID_TRANSITION")
    assert [session["symbol"] for session in api.get("/sessions").json()["sessions"]] == ["BTCUSDT"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/sessions/DOGE", None, 404, "UNKNOWN_INSTRUMENT"),
        ("GET", "/sessions/DOGE/calendar", None, 404, "UNKNOWN_INSTRUMENT"),
        ("POST", "/sessions/DOGE/phase", {"phase": "CLOSED"}, 404, "UNKNOWN_INSTRUMENT"),
        ("POST", "/sessions/DOGE/halt", {"cause": "x"}, 404, "UNKNOWN_INSTRUMENT"),
        ("POST", f"{BTC}/phase", {"phase": "LUNCH"}, 400, "INVALID_REQUEST"),
        ("POST", f"{BTC}/phase", {"phase": 1}, 400, "INVALID_REQUEST"),
        ("POST", f"{BTC}/phase", {}, 400, "INVALID_REQUEST"),
        ("POST", f"{BTC}/phase", {"phase": "CLOSED", "cause": "x"}, 400, "INVALID_REQUEST"),
        ("POST", f"{BTC}/halt", {}, 400, "INVALID_REQUEST"),
        ("POST", f"{BTC}/halt", {"cause": ""}, 400, "INVALID_REQUEST"),
        ("POST", f"{BTC}/halt", {"cause": "x", "duration_ms": -1}, 400, "INVALID_REQUEST"),
        ("POST", f"{BTC}/halt", {"cause": "x", "duration_ms": 86_400_001}, 400, "INVALID_REQUEST"),
        ("POST", f"{BTC}/halt", {"cause": "x", "duration_ms": "1s"}, 400, "INVALID_REQUEST"),
        ("POST", f"{BTC}/halt", {"cause": "x", "duration_ms": 1.5}, 400, "INVALID_REQUEST"),
        ("POST", f"{BTC}/resume", {"phase": "NOON"}, 400, "INVALID_REQUEST"),
        ("PUT", f"{BTC}/calendar", {}, 400, "INVALID_REQUEST"),
        ("PUT", f"{BTC}/calendar", {"steps": [{"at": "MON 25:00", "phase": "CLOSED"}]}, 400, "INVALID_REQUEST"),
        ("PUT", f"{BTC}/calendar", {"steps": [{"at": "MONDAY", "phase": "CLOSED"}]}, 400, "INVALID_REQUEST"),
        ("PUT", f"{BTC}/calendar", {"steps": [{"at": 5, "phase": "CLOSED"}]}, 400, "INVALID_REQUEST"),
        ("PUT", f"{BTC}/calendar", {"steps": [{"at": "MON 09:00"}]}, 400, "INVALID_REQUEST"),
        ("PUT", f"{BTC}/calendar", {"steps": WEEK[::-1]}, 422, "INVALID_DEFINITION"),
        ("PUT", f"{BTC}/calendar", {"steps": [WEEK[0], WEEK[0]]}, 422, "INVALID_DEFINITION"),
        ("PUT", f"{BTC}/calendar", {"steps": [{"at": "MON 09:00", "phase": "HALTED"}]}, 422, "INVALID_DEFINITION"),
        ("PUT", f"{BTC}/calendar", {"steps": WEEK * 100}, 400, "INVALID_REQUEST"),
        ("PUT", f"{BTC}/calendar", {"steps": WEEK, "extension_band": "wide"}, 400, "INVALID_REQUEST"),
        ("PUT", f"{BTC}/volatility-guard", {"dynamic_band": "0.01"}, 422, "INVALID_DEFINITION"),
        ("PUT", f"{BTC}/volatility-guard", {"dynamic_band": "1", "auction_ms": 1}, 422, "INVALID_DEFINITION"),
        ("PUT", f"{BTC}/volatility-guard", {"dynamic_band": "1.1", "auction_ms": 1}, 400, "INVALID_REQUEST"),
        ("PUT", f"{BTC}/volatility-guard", {"dynamic_band": "0.0000001"}, 400, "INVALID_REQUEST"),
        ("PUT", f"{BTC}/volatility-guard", {"dynamic_band": 0.01}, 400, "INVALID_REQUEST"),
        ("PUT", f"{BTC}/volatility-guard", {"band": "0.01"}, 400, "INVALID_REQUEST"),
        ("PUT", "/circuit-breaker", {"index": "DOGE"}, 404, "UNKNOWN_INSTRUMENT"),
        ("PUT", "/circuit-breaker", {"level_1": "0.1"}, 422, "INVALID_DEFINITION"),
        (
            "PUT",
            "/circuit-breaker",
            {"level_1": "0.2", "level_3": "0.1", "cool_down_1_ms": 1},
            422,
            "INVALID_DEFINITION",
        ),
        ("PUT", "/circuit-breaker", {"level_3": "a lot"}, 400, "INVALID_REQUEST"),
        ("POST", "/circuit-breaker/trip", {}, 400, "INVALID_REQUEST"),
        ("POST", "/circuit-breaker/lift", {"phase": "x"}, 400, "INVALID_REQUEST"),
        ("DELETE", "/circuit-breaker", None, 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_what_cannot_be_set_changes_nothing(api, method: str, path: str, body: Any, status: int, code: str) -> None:
    reads = ("/sessions", f"{BTC}/calendar", f"{BTC}/volatility-guard", "/circuit-breaker")
    before = [api.get(each).json() for each in reads]
    assert_problem(api.request(method, path, json=body), status, code)
    assert [api.get(each).json() for each in reads] == before
