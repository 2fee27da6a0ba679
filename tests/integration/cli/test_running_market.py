"""A market in a process of its own, asked and steered from the command line, drained by a signal."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import Ran, assert_refused

from cambist.presentation.cli.rest_client import RestClient


class Market:
    """A running `cambist up`."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cambist.bootstrap.main", "up", "--port", "0", "--json", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.port = self._read_port()

    def _read_port(self) -> int:
        assert self._process.stderr is not None
        port = 0
        for line in self._process.stderr:
            if "http://127.0.0.1:" in line:
                port = int(line.split("http://127.0.0.1:")[1].split()[0])
            if "Ctrl-C" in line:
                return port
        raise AssertionError("it did not start")

    def end(self, number: signal.Signals) -> Ran:
        """Signal it and wait."""
        self._process.send_signal(number)
        out, err = self._process.communicate(timeout=60)
        return Ran(self._process.returncode, out, err)

    def kill(self) -> None:
        """For tests that failed."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    running = Market("--data", str(tmp_path / "d"), "--rate", "500")
    yield running
    running.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_drains_and_the_next_start_carries_on(
    cambist: Callable[..., Ran], market: Market, number: signal.Signals, tmp_path: Path
) -> None:
    ran = market.end(number)
    summary = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, "")
    head = json.loads(cambist("journal", "head", "--data", tmp_path / "d", "--json").out)
    assert head["last_sequence"] == summary["sequence"]
    verified = json.loads(cambist("journal", "verify", "--data", tmp_path / "d", "--json").out)
    assert (verified["problems"], verified["unfinished_bytes"]) == ([], 0)


def test_status_orders_halt_and_resume(cambist: Callable[..., Ran], market: Market) -> None:
    status = json.loads(cambist("status", "--port", market.port, "--json").out)
    assert status["account"]["account"] == "firm"
    assert [each["account"] for each in status["risk"]["accounts"]] == ["main", "strategies"]
    assert {strategy["account"] for strategy in status["strategies"]} == {"strategies"}
    assert {strategy["name"] for strategy in status["strategies"]} == {"market-maker", "momentum"}
    assert json.loads(cambist("halt", "a drill", "--port", market.port, "--json").out)["trading_state"] == "HALTED"
    assert json.loads(cambist("orders", "--status", "open", "--port", market.port, "--json").out)["orders"] == []
    assert "HALTED" in cambist("status", "--port", market.port).out
    assert "ACTIVE" in cambist("resume", "--port", market.port).out
    assert json.loads(cambist("status", "--port", market.port, "--json").out)["risk"]["killed"] is False
    assert "Orders" in cambist("orders", "--port", market.port).out


def test_kill_and_resume_reach_one_strategy_or_one_account(cambist: Callable[..., Ran], market: Market) -> None:
    port = ("--port", market.port)
    killed = cambist("kill", "a drill", "--strategy", "momentum", *port)
    assert killed.out == "Trading of momentum is HALTED, the kill switch is engaged.\n"
    risk = json.loads(cambist("status", *port, "--json").out)["risk"]
    assert {each["strategy"]: each["killed"] for each in risk["strategies"]} == {
        "market-maker": False,
        "momentum": True,
    }
    assert cambist("resume", "--strategy", "momentum", *port).out == "Trading of momentum is ACTIVE.\n"
    assert "in main is HALTED" in cambist("kill", "--account", "main", *port).out
    assert "in main is ACTIVE" in cambist("resume", "--account", "main", *port).out
    assert_refused(cambist("kill", "--strategy", "nobody", *port), 9, "UNKNOWN_STRATEGY", "nobody")
    assert_refused(cambist("resume", "--account", "nobody", *port), 9, "UNKNOWN_ACCOUNT", "nobody")


def test_sessions_are_steered_from_the_command_line(
    cambist: Callable[..., Ran], market: Market, tmp_path: Path
) -> None:
    port = ("--port", market.port)
    assert cambist("session", "halt", "BTCUSDT", "a drill", "--for", "30m", *port).out == "BTCUSDT is HALTED.\n"
    session = json.loads(cambist("session", "list", *port, "--json").out)["sessions"][0]
    assert (session["halt"]["cause"], session["next_phase"]) == ("a drill", "CONTINUOUS")
    assert cambist("session", "resume", "BTCUSDT", *port).out == "BTCUSDT is CONTINUOUS.\n"
    assert cambist("session", "phase", "BTCUSDT", "opening_auction", *port).out == "BTCUSDT is OPENING_AUCTION.\n"
    assert "OPENING_AUCTION" in cambist("session", "list", *port).out
    assert "HALTED" in cambist("session", "trip", *port).out
    assert "CONTINUOUS" in cambist("session", "lift", *port).out
    file = tmp_path / "definition.json"
    for name, body in (
        (("calendar", "BTCUSDT"), {"steps": [{"at": "MON 09:00:00", "phase": "CONTINUOUS"}]}),
        (("guard", "BTCUSDT"), {"limit_band": "0.1", "limit_state_ms": 5, "pause_ms": 6}),
        (("breaker",), {"level_3": "0.2"}),
    ):
        file.write_text(json.dumps(body))
        told = json.loads(cambist("session", *name, "--set", file, *port).out)
        assert told == json.loads(cambist("session", *name, *port).out)
        assert body.items() <= told.items()
    file.write_text("[]")
    assert_refused(cambist("session", "breaker", "--set", file, *port), 2, "INVALID_INPUT", "no JSON object")
    missing = cambist("session", "breaker", "--set", tmp_path / "none.json", *port)
    assert_refused(missing, 2, "INVALID_INPUT", "cannot be read")
    assert_refused(cambist("session", "halt", "DOGE", *port), 9, "UNKNOWN_INSTRUMENT", "DOGE")
    assert_refused(cambist("session", "halt", "../risk", *port), 2, "INVALID_INPUT", "no symbol")
    assert_refused(cambist("session", "halt", "BTC-É?", *port), 9, "UNKNOWN_INSTRUMENT", "BTC-")
    assert_refused(cambist("session", "phase", "BTCUSDT", "LUNCH", *port), 9, "INVALID_REQUEST", "")
    assert_refused(cambist("session", "resume", "BTCUSDT", *port), 9, "INVALID_TRANSITION", "CONTINUOUS")
    assert_refused(cambist("session", "trip", "--for", "soon", *port), 2, "INVALID_INPUT", "duration")


def test_trades_are_put_right_and_quotes_and_orders_taken_back(cambist: Callable[..., Ran], market: Market) -> None:
    port = ("--port", market.port)
    server = RestClient(market.port)
    order = {"symbol": "BTCUSDT", "side": "BUY", "order_type": "MARKET", "qty": "0.01"}
    server.post("/api/v1/orders", order)
    fill = server.get("/api/v1/fills", account="main")["fills"][0]
    corrected = cambist("correct", fill["trade_id"], fill["price"].split(".")[0] + ".0", "a drill", *port)
    assert (corrected.code, corrected.err) == (0, "")
    busted = json.loads(cambist("bust", fill["trade_id"], "a drill", *port, "--json").out)
    assert busted["trade"]["busted"] is True
    assert_refused(cambist("bust", fill["trade_id"], "again", *port), 9, "TRADE_BUSTED", "")
    assert_refused(cambist("bust", "-1", "x", *port), 2, "INVALID_INPUT", "")
    assert_refused(cambist("bust", "9" * 15, "x", *port), 9, "UNKNOWN_TRADE", "")
    price = float(fill["price"])
    quote = {"quote_id": 1, "bid_price": f"{price * 0.95:.0f}", "bid_qty": "0.01"}
    server.post("/api/v1/quotes", {"symbol": "BTCUSDT", "quotes": [quote]})
    assert "0.010" in cambist("quotes", "--account", "main", *port).out
    assert_refused(cambist("cancel", *port), 2, "INVALID_INPUT", "--all")
    assert_refused(cambist("cancel", "--all", "--side", "BUY", *port), 2, "INVALID_INPUT", "--all")
    assert cambist("cancel", "--account", "main", "--side", "sell", *port).out == "0 orders were canceled.\n"
    assert cambist("cancel", "--account", "main", *port).out == "1 orders were canceled.\n"
    assert_refused(cambist("cancel", "--symbol", "DOGE", *port), 9, "UNKNOWN_INSTRUMENT", "DOGE")
    assert cambist("cancel", "--all", *port).code == 0
    assert json.loads(cambist("quotes", "--account", "main", *port, "--json").out) == {"quotes": []}
    listed = cambist("participants", *port).out
    assert "DESK" in listed and "MEMBER" in listed


def test_spot_is_listed_traded_and_held_while_the_market_runs(
    cambist: Callable[..., Ran], market: Market, tmp_path: Path
) -> None:
    server = RestClient(market.port)
    for name in ("COIN", "CASH"):
        server.post("/api/v1/assets", {"name": name})
        server.post("/api/v1/holdings/adjust", {"asset": name, "amount": "10"})
        server.post("/api/v1/holdings/adjust", {"asset": name, "amount": "500", "account": "strategies"})
    grid = {"tick_size": "0.5", "lot_size": "0.01", "reference_price": "10", "max_order_qty": "100"}
    server.post("/api/v1/instruments", {"symbol": "COINCASH", "base_asset": "COIN", "quote_asset": "CASH", **grid})
    order = {"symbol": "COINCASH", "order_type": "LIMIT", "price": "10", "qty": "0.5"}
    server.post("/api/v1/orders", {**order, "side": "SELL", "account": "strategies"})
    bought = server.post("/api/v1/orders", {**order, "side": "BUY"})
    assert bought["status"] == "FILLED"
    rows = {tuple(line.split()) for line in cambist("holdings", "--port", market.port).out.splitlines()}
    assert {("main", "COIN", "10.5", "0", "10.5"), ("strategies", "CASH", "505", "0", "505")} <= rows
    assert_refused(cambist("holdings", "--account", "nobody", "--port", market.port), 9, "UNKNOWN_ACCOUNT", "nobody")
    assert market.end(signal.SIGTERM).code == 0
    again = Market("--data", str(tmp_path / "d"), "--rate", "500")
    try:
        held = json.loads(cambist("holdings", "--account", "main", "--port", again.port, "--json").out)["holdings"]
        assert [(each["asset"], each["balance"]) for each in held] == [("COIN", "10.5"), ("CASH", "5")]
        assert RestClient(again.port).get("/api/v1/market/COINCASH/quote")["last_price"] == "10.0"
    finally:
        again.kill()


def test_a_refusal_of_the_server_is_one_sentence(cambist: Callable[..., Ran], market: Market) -> None:
    assert_refused(cambist("orders", "--symbol", "NOPE", "--port", market.port), 9, "UNKNOWN_INSTRUMENT", "NOPE")
    assert_refused(cambist("halt", "x" * 5_000, "--port", market.port), 9, "INVALID_REQUEST", "")


def test_the_journal_of_a_running_market_can_be_read(
    cambist: Callable[..., Ran], market: Market, tmp_path: Path
) -> None:
    lines = cambist("journal", "dump", "--data", tmp_path / "d", "--limit", 3).out.splitlines()
    assert json.loads(lines[0])["type"] == "DefineInstrument"
    assert cambist("journal", "verify", "--data", tmp_path / "d").code == 0


def test_a_strategy_whose_code_is_not_there_is_not_started(tmp_path: Path) -> None:
    """It was created by an earlier start, whose file this one does not have."""
    file = tmp_path / "quiet.py"
    file.write_text("from cambist import Strategy\nclass Quiet(Strategy):\n    symbols = ['BTCUSDT']\n")
    data = ("--data", str(tmp_path / "d"))
    first = Market(*data, "--strategy", str(file))
    assert first.end(signal.SIGTERM).code == 0
    second = Market(*data)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", second.port, timeout=20)
        headers = {"Content-Type": "application/json", "Host": f"127.0.0.1:{second.port}"}
        connection.request("POST", "/api/v1/strategies/quiet/start", "{}", headers)
        answer = connection.getresponse()
        problem = json.loads(answer.read())
        connection.close()
        assert (answer.status, problem["code"]) == (409, "STRATEGY_NOT_LOADED")
        assert "--strategy" in problem["action"]
    finally:
        second.kill()
