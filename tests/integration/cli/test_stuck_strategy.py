"""A strategy that never returns: the market says so, can be ended, and loses nothing."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import Ran

PATIENCE_S = 60.0
LOOPS = '''"""Never returns after a second."""

from cambist import Strategy, every


class Loops(Strategy):
    symbols = ("BTCUSDT",)

    @every("1s")
    def think(self):
        while True:
            pass
'''


class Looping:
    """`cambist up` with that strategy, from its banner on."""

    def __init__(self, folder: Path) -> None:
        strategy = folder / "loops.py"
        strategy.write_text(LOOPS)
        command = [sys.executable, "-m", "cambist.bootstrap.main", "up", "--port", "0", "--data", str(folder / "d")]
        self.process = subprocess.Popen(
            [*command, "--strategy", str(strategy)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.port = self._read_port()

    def _read_port(self) -> int:
        assert self.process.stderr is not None
        port = 0
        for line in self.process.stderr:
            if "http://127.0.0.1:" in line:
                port = int(line.split("http://127.0.0.1:")[1].split()[0])
            if "Ctrl-C" in line:
                return port
        raise AssertionError("it did not start")

    def get(self, path: str, method: str = "GET", body: str | None = None) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def await_stuck(self) -> dict[str, Any]:
        """What /health says once it is not well any more."""
        deadline_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline_s:
            status, health = self.get("/health")
            if status == http.client.SERVICE_UNAVAILABLE:
                return health
            time.sleep(0.1)
        raise AssertionError("it stayed healthy")


@pytest.fixture
def looping(tmp_path: Path) -> Iterator[Looping]:
    running = Looping(tmp_path)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.communicate()


def test_a_hook_that_never_returns_is_named_and_the_market_can_be_ended_and_recovers(
    looping: Looping, cambist: Callable[..., Ran], tmp_path: Path
) -> None:
    message = looping.await_stuck()["checks"]["engine"]["message"]
    assert "STUCK" in message
    assert "loops has been in think" in message
    assert looping.get("/ready")[0] == http.client.SERVICE_UNAVAILABLE
    status, refused = looping.get("/api/v1/risk/kill", "POST", '{"cause": "it hangs"}')
    assert (status, refused["code"]) == (http.client.SERVICE_UNAVAILABLE, "ENGINE_BUSY")
    looping.process.send_signal(signal.SIGINT)
    out, err = looping.process.communicate(timeout=PATIENCE_S)
    assert (looping.process.returncode, out) == (12, "")
    assert err.count("is stuck") == 1
    assert "ENGINE_STUCK" in err.splitlines()[-1]
    assert "Correct think of loops" in err.splitlines()[-1]
    again = cambist("up", "--for", "1s", "--port", 0, "--data", tmp_path / "d", "--json")
    assert again.code == 0
    assert json.loads(again.out)["sequence"] > 0
    assert json.loads(cambist("journal", "verify", "--data", tmp_path / "d", "--json").out)["problems"] == []


def test_asking_twice_ends_it_at_once(looping: Looping, cambist: Callable[..., Ran], tmp_path: Path) -> None:
    looping.await_stuck()
    for _ in range(600):
        looping.process.send_signal(signal.SIGINT)
        try:
            looping.process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    assert looping.process.returncode == 130
    looping.process.communicate()
    assert json.loads(cambist("journal", "verify", "--data", tmp_path / "d", "--json").out)["problems"] == []
