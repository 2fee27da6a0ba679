"""Two accounts behind one API: the firm where none is named, one of them where it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from stream_client import stream

from cambist.domain.commands import CreateStrategy, SetStrategyState
from cambist.domain.vocabulary import Side, StrategyState
from cambist.testing.builders import E8, limit_order, open_desk_account
from cambist.testing.served_desk import ServedDesk

SECOND, QUOTER = 3, 2
MARKET_BUY = {"symbol": "BTCUSDT", "side": "BUY", "order_type": "MARKET", "qty": "0.5"}


@pytest.fixture
def quoting(desk: ServedDesk) -> ServedDesk:
    """Beside `main` the account `strategies`, whose strategy holds the best prices of the book."""
    desk.host.apply(open_desk_account(SECOND, "strategies", 500_000 * E8))
    desk.host.apply([CreateStrategy(strategy_id=QUOTER, account_id=SECOND, name="quoter")])
    desk.host.apply([SetStrategyState(strategy_id=QUOTER, state=StrategyState.RUNNING, cause="test")])
    desk.host.apply(
        [
            limit_order(side, 1_000, price, account_id=SECOND, strategy_id=QUOTER)
            for side, price in ((Side.BUY, 599_990), (Side.SELL, 600_010))
        ]
    )
    return desk


def accounts_of(api, path: str, **query: str) -> set[str]:
    (rows,) = (value for value in api.get(path, params=query).json().values() if isinstance(value, list))
    return {row["account"] for row in rows}


def test_an_order_by_hand_trades_with_a_strategys_quote(quoting: ServedDesk, api) -> None:
    order = api.post("/orders", json=MARKET_BUY).json()
    assert (order["account"], order["status"], order["avg_price"]) == ("main", "FILLED", "60001.0")


def test_an_order_in_the_strategies_account_still_does_not(quoting: ServedDesk, api) -> None:
    order = api.post("/orders", json=MARKET_BUY | {"account": "strategies"}).json()
    assert (order["status"], order["reason"]) == ("CANCELED", "SELF_TRADE")


def test_amounts_without_an_account_are_the_firms(quoting: ServedDesk, api) -> None:
    api.post("/orders", json=MARKET_BUY)
    quoting.host.advance(10**9)
    firm, main, strategies = (
        api.get("/account", params={"account": name} if name else {}).json() for name in ("", "main", "strategies")
    )
    assert [each["account"] for each in (firm, main, strategies)] == ["firm", "main", "strategies"]
    for name in ("balance", "equity", "position_notional", "margin_required", "peak_equity", "daily_pnl"):
        assert Decimal(firm[name]) == Decimal(main[name]) + Decimal(strategies[name]), name
    assert firm["open_orders"] == 2
    ratio = Decimal(firm["equity"]) / Decimal(firm["margin_required"])
    assert abs(Decimal(firm["margin_ratio"]) - ratio) < Decimal("0.000001")


def test_the_firms_curve_is_the_sum_of_its_accounts(quoting: ServedDesk, api) -> None:
    api.post("/orders", json=MARKET_BUY)
    for _ in range(2):
        quoting.host.advance(10**9)
    firm, main, strategies = (
        api.get("/account/pnl", params={"account": name} if name else {}).json()["points"]
        for name in ("", "main", "strategies")
    )
    assert [point["time"] for point in firm] == [point["time"] for point in main]
    assert Decimal(firm[-1]["equity"]) == Decimal(main[-1]["equity"]) + Decimal(strategies[-1]["equity"])


def test_lists_hold_every_account_or_the_one_named(quoting: ServedDesk, api) -> None:
    api.post("/orders", json=MARKET_BUY)
    for path in ("/orders", "/fills", "/positions"):
        assert accounts_of(api, path) == {"main", "strategies"}
        assert accounts_of(api, path, account="main") == {"main"}
        assert accounts_of(api, path, account="strategies") == {"strategies"}


def test_cancel_all_reaches_every_account(quoting: ServedDesk, api) -> None:
    resting = api.post("/orders", json=MARKET_BUY | {"order_type": "LIMIT", "price": "59900"}).json()
    only = api.post("/orders/cancel-all", json={"account": "main"}).json()["canceled"]
    assert only == [resting["order_id"]]
    assert len(api.post("/orders/cancel-all").json()["canceled"]) == 2


def test_the_firms_limits_are_grouped_by_account_and_strategy(quoting: ServedDesk, api) -> None:
    changed = api.put("/risk/limits", json={"strategy": "quoter", "max_open_orders": 3}).json()
    assert changed["account"] == "strategies"
    assert api.put("/risk/limits", json={"max_open_orders": 9}).json()["account"] == "main"
    risk = api.get("/risk").json()
    limits = {
        (each["scope"], each["account"], each["strategy"]): each["limit"]
        for each in risk["limits"]
        if each["name"] == "max_open_orders"
    }
    assert limits == {
        ("account", "main", None): "9",
        ("account", "strategies", None): None,
        ("quoter", "strategies", "quoter"): "3",
    }


def test_limits_of_a_strategy_are_not_set_in_another_account(quoting: ServedDesk, api) -> None:
    refused = api.put("/risk/limits", json={"account": "main", "strategy": "quoter", "max_open_orders": 3})
    assert (refused.status_code, refused.json()["code"]) == (404, "UNKNOWN_STRATEGY")


def test_one_accounts_kill_switch_leaves_the_firm_and_the_other_account_trading(quoting: ServedDesk, api) -> None:
    api.post("/risk/kill", json={"cause": "drill", "account": "strategies"})
    risk = api.get("/risk").json()
    assert (risk["trading_state"], risk["account_state"], risk["killed"]) == ("ACTIVE", "HALTED", False)
    states = {each["account"]: (each["trading_state"], each["killed"]) for each in risk["accounts"]}
    assert states == {"main": ("ACTIVE", False), "strategies": ("HALTED", True)}
    assert api.post("/orders", json=MARKET_BUY | {"order_type": "LIMIT", "price": "59900"}).status_code == 201


def test_channels_follow_the_firm_or_one_account(quoting: ServedDesk, api) -> None:
    names = [kind + name for kind in ("account", "risk", "pnl") for name in ("", ".main", ".strategies")]
    with stream(quoting) as client:
        snapshots = {frame["channel"]: frame["data"] for frame in client.subscribe(*names)}
        api.post("/orders", json=MARKET_BUY)
        quoting.host.advance(10**9)
        updates: dict[str, Any] = {}
        while not set(names) <= set(updates):
            frame = client.next()
            updates[frame["channel"]] = frame["data"]
    for kind in ("account", "risk"):
        told = [snapshots[kind + name]["account"] for name in ("", ".main", ".strategies")]
        assert told == ["firm", "main", "strategies"]
    (firm,), (main,), (strategies,) = (updates[f"pnl{name}"] for name in ("", ".main", ".strategies"))
    assert Decimal(firm["equity"]) == Decimal(main["equity"]) + Decimal(strategies["equity"])


def test_there_is_no_channel_of_an_unknown_account(desk: ServedDesk) -> None:
    with stream(desk) as client:
        client.ask(op="subscribe", channels=["account.nobody", "pnl.", "risk.BTCUSDT"])
        assert [client.next()["code"] for _ in range(3)] == ["UNKNOWN_CHANNEL"] * 3
