"""Strategies, limits, trading state and the kill switch over REST."""

from __future__ import annotations

from typing import Any

import pytest

from cambist.domain.vocabulary import Side
from cambist.testing.builders import open_desk_account
from cambist.testing.served_desk import ServedDesk

ORDER = {"symbol": "BTCUSDT", "side": "BUY", "order_type": "LIMIT", "qty": "0.5", "price": "59900"}


def limit_of(risk: dict[str, Any], name: str, scope: str = "account") -> dict[str, Any]:
    return next(limit for limit in risk["limits"] if (limit["scope"], limit["name"]) == (scope, name))


def test_a_strategy_goes_through_its_life(desk: ServedDesk, api) -> None:
    assert api.get("/strategies").json()["strategies"][0]["state"] == "STOPPED"
    for step, state in (("start", "RUNNING"), ("pause", "PAUSED"), ("resume", "RUNNING"), ("stop", "STOPPED")):
        answer = api.post(f"/strategies/steady/{step}", json={"cause": f"to {step}"})
        assert (answer.status_code, answer.json()["state"]) == (200, state)
        assert answer.json()["cause"] == f"to {step}"
    assert api.get("/strategies/steady").json()["state"] == "STOPPED"


@pytest.mark.parametrize("step", ["pause", "resume", "stop"])
def test_a_stopped_strategy_can_only_be_started(api, step: str) -> None:
    refused = api.post(f"/strategies/steady/{step}")
    assert (refused.status_code, refused.json()["code"]) == (409, "INVALID_TRANSITION")


def test_a_strategys_wins_are_set_against_its_losses(desk: ServedDesk, api) -> None:
    api.post("/strategies/steady/start")
    assert api.get("/strategies/steady").json()["profit_factor"] is None
    for bought_at, sold_at in ((600_000, 600_030), (600_040, 600_030)):
        for own, other, price in ((Side.BUY, Side.SELL, bought_at), (Side.SELL, Side.BUY, sold_at)):
            desk.rest(other, price, 10)
            desk.trade_by_strategy(own, price, 10)
    desk.host.advance(2_000_000_000)
    strategy = api.get("/strategies/steady").json()
    assert (strategy["trades"], strategy["win_rate"], strategy["profit_factor"]) == (2, "0.5", "3")


@pytest.mark.parametrize(("own", "other"), [(Side.BUY, Side.SELL), (Side.SELL, Side.BUY)])
def test_a_strategys_position_is_closed_in_its_own_name(desk: ServedDesk, api, own: Side, other: Side) -> None:
    api.post("/strategies/steady/start")
    desk.quote()
    desk.trade_by_strategy(own, 600_010 if own is Side.BUY else 599_990, 10)
    (order,) = api.post("/strategies/steady/flatten", json={"symbol": "BTCUSDT"}).json()["orders"]
    assert (order["strategy"], order["side"], order["status"]) == ("steady", other.name, "FILLED")
    assert (order["order_type"], order["time_in_force"], order["reduce_only"]) == ("MARKET", "IOC", True)
    strategy = api.get("/strategies/steady").json()
    assert strategy["state"] == "RUNNING"
    assert [position["side"] for position in strategy["positions"]] == ["FLAT"]
    assert api.post("/strategies/steady/flatten").json() == {"orders": []}


def test_a_strategy_that_does_not_run_cannot_be_flattened(desk: ServedDesk, api) -> None:
    api.post("/strategies/steady/start")
    desk.quote()
    desk.trade_by_strategy(Side.BUY, 600_010, 10)
    api.post("/strategies/steady/pause")
    refused = api.post("/strategies/steady/flatten")
    assert (refused.status_code, refused.json()["code"]) == (409, "STRATEGY_NOT_RUNNING")
    assert "PAUSED" in refused.json()["message"]
    api.post("/strategies/steady/resume")
    assert [order["status"] for order in api.post("/strategies/steady/flatten").json()["orders"]] == ["FILLED"]


def test_a_position_that_the_market_does_not_take_is_told_as_it_is(desk: ServedDesk, api) -> None:
    api.post("/strategies/steady/start")
    desk.rest(Side.SELL, 600_010, 10)
    desk.trade_by_strategy(Side.BUY, 600_010, 10)
    desk.rest(Side.BUY, 599_990, 4)
    (order,) = api.post("/strategies/steady/flatten").json()["orders"]
    assert (order["status"], order["filled_qty"], order["reason"]) == ("CANCELED", "0.004", "UNFILLED_REMAINDER")


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [("nobody", {}, "UNKNOWN_STRATEGY"), ("steady", {"symbol": "NOTHING"}, "UNKNOWN_INSTRUMENT")],
)
def test_what_is_to_be_flattened_must_exist(api, path: str, body: dict[str, str], code: str) -> None:
    refused = api.post(f"/strategies/{path}/flatten", json=body)
    assert (refused.status_code, refused.json()["code"]) == (404, code)


def test_pausing_cancels_the_strategys_orders(desk: ServedDesk, api) -> None:
    api.post("/strategies/steady/start")
    order_id = desk.trade_by_strategy(Side.BUY, 599_000, 10)
    assert api.get("/strategies/steady").json()["open_orders"] == 1
    api.post("/strategies/steady/pause")
    assert not desk.is_open(order_id)


def test_live_parameters_change_while_it_runs_and_others_do_not(api) -> None:
    api.post("/strategies/steady/start")
    changed = api.patch("/strategies/steady/parameters", json={"size": "0.02"})
    values = {parameter["name"]: parameter["value"] for parameter in changed.json()["parameters"]}
    assert (changed.status_code, values) == (200, {"size": "0.02", "window_s": 5})
    refused = api.patch("/strategies/steady/parameters", json={"window_s": 6})
    assert (refused.status_code, refused.json()["code"]) == (409, "INVALID_TRANSITION")
    api.post("/strategies/steady/stop")
    changed = api.patch("/strategies/steady/parameters", json={"window_s": 6})
    values = {parameter["name"]: parameter["value"] for parameter in changed.json()["parameters"]}
    assert values == {"size": "0.02", "window_s": 6}


def test_limits_change_one_by_one_and_show_their_use(api) -> None:
    api.put("/risk/limits", json={"max_open_orders": 4, "max_exposure_notional": "100000", "leverage": 5})
    risk = api.put("/risk/limits", json={"max_drawdown": "0.25"}).json()
    assert limit_of(risk, "max_open_orders") == {
        "scope": "account",
        "account": "main",
        "strategy": None,
        "name": "max_open_orders",
        "limit": "4",
        "used": "0",
        "use": "0",
    }
    assert (limit_of(risk, "max_drawdown")["limit"], limit_of(risk, "leverage")["limit"]) == ("0.25", "5")
    api.post("/orders", json=ORDER)
    used = limit_of(api.get("/risk").json(), "max_exposure_notional")
    assert (used["used"], used["use"]) == ("29950", "0.2995")
    risk = api.put("/risk/limits", json={"max_exposure_notional": None}).json()
    assert limit_of(risk, "max_exposure_notional")["limit"] is None


@pytest.mark.parametrize("limit", [{"max_drawdown": "0.1"}, {"leverage": 2}])
def test_a_limit_that_would_not_hold_for_a_strategy_is_refused(api, limit: dict[str, Any]) -> None:
    refused = api.put("/risk/limits", json={"strategy": "steady", **limit})
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_REQUEST")
    assert next(iter(limit)) in refused.json()["message"]


def test_a_limit_reached_refuses_the_order(api) -> None:
    api.put("/risk/limits", json={"max_order_notional": "29949.99"})
    refused = api.post("/orders", json=ORDER)
    assert (refused.status_code, refused.json()["code"]) == (422, "ORDER_NOTIONAL_LIMIT")


def test_a_strategy_has_limits_of_its_own(api) -> None:
    risk = api.put("/risk/limits", json={"strategy": "steady", "max_open_orders": 1}).json()
    assert limit_of(risk, "max_open_orders", "steady")["limit"] == "1"
    assert limit_of(risk, "max_open_orders")["limit"] is None


def test_the_kill_switch_halts_and_stays_until_it_is_reset(desk: ServedDesk, api) -> None:
    order_id = int(api.post("/orders", json=ORDER).json()["order_id"])
    risk = api.post("/risk/kill", json={"cause": "drill"}).json()
    assert (risk["trading_state"], risk["killed"]) == ("HALTED", True)
    assert not desk.is_open(order_id)
    assert api.post("/orders", json=ORDER).json()["code"] == "TRADING_HALTED"
    refused = api.post("/risk/trading-state", json={"state": "ACTIVE", "cause": "too early"})
    assert (refused.status_code, refused.json()["code"]) == (409, "KILL_SWITCH_ENGAGED")
    risk = api.post("/risk/kill/reset", json={"cause": "drill over"}).json()
    assert (risk["trading_state"], risk["killed"]) == ("HALTED", False)
    api.post("/risk/trading-state", json={"state": "active", "cause": "go on"})
    assert api.post("/orders", json=ORDER).status_code == 201


def test_one_account_can_be_stopped_by_itself(api) -> None:
    risk = api.post("/risk/trading-state", json={"state": "HALTED", "cause": "look", "account": "main"}).json()
    assert (risk["firm_state"], risk["account_state"], risk["trading_state"]) == ("ACTIVE", "HALTED", "HALTED")


def test_resetting_what_is_not_killed_is_refused(api) -> None:
    refused = api.post("/risk/kill/reset", json={"cause": "nothing"})
    assert (refused.status_code, refused.json()["code"]) == (409, "INVALID_TRANSITION")


def test_one_strategy_is_killed_by_itself_and_resumed(desk: ServedDesk, api) -> None:
    api.post("/strategies/steady/start")
    order_id = desk.trade_by_strategy(Side.BUY, 599_000, 10)
    by_hand = int(api.post("/orders", json=ORDER).json()["order_id"])
    risk = api.post("/risk/kill", json={"cause": "drill", "strategy": "steady"}).json()
    assert risk["strategies"] == [
        {
            "strategy": "steady",
            "account": "main",
            "trading_state": "HALTED",
            "strategy_state": "HALTED",
            "killed": True,
        }
    ]
    assert (risk["account"], risk["trading_state"], risk["killed"]) == ("main", "ACTIVE", False)
    assert (desk.is_open(order_id), desk.is_open(by_hand)) == (False, True)
    denied = desk.trade_by_strategy(Side.BUY, 599_000, 10)
    assert api.get(f"/orders/{denied}").json()["reason"] == "TRADING_HALTED"
    again = {"state": "ACTIVE", "cause": "too early", "strategy": "steady"}
    assert api.post("/risk/trading-state", json=again).json()["code"] == "KILL_SWITCH_ENGAGED"
    api.post("/risk/kill/reset", json={"cause": "over", "strategy": "steady", "account": "main"})
    (switch,) = api.post("/risk/trading-state", json=again).json()["strategies"]
    assert (switch["trading_state"], switch["killed"]) == ("ACTIVE", False)
    assert desk.is_open(desk.trade_by_strategy(Side.BUY, 599_000, 10))


def test_a_strategy_is_held_by_the_switch_of_its_account_too(api) -> None:
    (switch,) = api.post("/risk/kill", json={"cause": "drill", "account": "main"}).json()["strategies"]
    assert (switch["trading_state"], switch["strategy_state"], switch["killed"]) == ("HALTED", "ACTIVE", True)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"strategy": "nobody"}, 404, "UNKNOWN_STRATEGY"),
        ({"strategy": "steady", "account": "nobody"}, 404, "UNKNOWN_ACCOUNT"),
        ({"strategy": "steady", "account": "second"}, 404, "UNKNOWN_STRATEGY"),
        ({"strategy": 1}, 400, "INVALID_REQUEST"),
        ({"strategy": ["steady"]}, 400, "INVALID_REQUEST"),
        ({"strategies": "steady"}, 400, "INVALID_REQUEST"),
        ({"strategy": "steady", "cause": ""}, 400, "INVALID_REQUEST"),
    ],
)
@pytest.mark.parametrize("path", ["/risk/kill", "/risk/kill/reset", "/risk/trading-state"])
def test_a_scope_that_does_not_exist_is_not_killed(desk: ServedDesk, api, path, body, status, code) -> None:
    desk.host.apply(open_desk_account(3, "second"))
    state = {"state": "HALTED"} if path.endswith("state") else {}
    refused = api.post(path, json={"cause": "drill", **state, **body})
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert {each["trading_state"] for each in api.get("/risk").json()["strategies"]} == {"ACTIVE"}


def test_a_symbol_is_forbidden_and_allowed_again(desk: ServedDesk, api) -> None:
    resting = api.post("/orders", json=ORDER).json()["order_id"]
    forbidden = api.put("/risk/symbols", json={"symbol": "BTCUSDT", "allowed": False}).json()
    assert (forbidden["account"], forbidden["forbidden"]) == ("main", [{"account": "main", "symbol": "BTCUSDT"}])
    refused = api.post("/orders", json=ORDER)
    assert (refused.status_code, refused.json()["code"]) == (422, "SYMBOL_NOT_ALLOWED")
    assert api.get(f"/orders/{resting}").json()["status"] == "NEW"
    assert api.get("/risk").json()["forbidden"] == forbidden["forbidden"]
    allowed = api.put("/risk/symbols", json={"symbol": "btcusdt", "allowed": True, "account": "main"}).json()
    assert allowed["forbidden"] == []
    assert api.post("/orders", json=ORDER).status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"symbol": "NONE", "allowed": True}, 404, "UNKNOWN_INSTRUMENT"),
        ({"symbol": "BTCUSDT", "allowed": True, "account": "member"}, 404, "UNKNOWN_ACCOUNT"),
        ({"symbol": "BTCUSDT", "allowed": "no"}, 400, "INVALID_REQUEST"),
        ({"symbol": "BTCUSDT"}, 400, "INVALID_REQUEST"),
    ],
)
def test_a_permission_that_cannot_be_changed_is_refused(api, change, status: int, code: str) -> None:
    refused = api.put("/risk/symbols", json=change)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
