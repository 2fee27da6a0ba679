"""A market under load over REST loses power three times; nothing that it answered is lost or done twice.

The kill drill of tests/simulation holds kernel and journal to this; here it is everything together, with the threads of
the runtime, the group commit and the tables.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from running_market import RunningMarket

from cambist.engine.native import is_installed
from cambist.infrastructure.persistence.journal import verify
from cambist.infrastructure.persistence.journal.durable_mark import DurableMark
from cambist.infrastructure.persistence.journal.local_disk import LocalDisk
from cambist.protocols.journal_scan import iterate_blocks

CLIENTS = 4
ANSWERS_PER_LIFE = 80
LIVES = 3
NATIVE = pytest.param(
    "native", marks=pytest.mark.skipif(not is_installed(), reason="cambist-kernel is not installed: make kernel")
)


class Client:
    """Asks one thing after the other; the connection may end at any moment."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and answer. Raises OSError, HTTPException."""
        content = None if body is None else json.dumps(body)
        self._connection.request(method, f"/api/v1{path}", content, {"Content-Type": "application/json"})
        response = self._connection.getresponse()
        return response.status, json.loads(response.read())

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def body(client_order_id: str) -> dict[str, str]:
    """Every other id buys; orders trade at once or are gone."""
    side = "BUY" if int(client_order_id.rpartition("-")[2]) % 2 else "SELL"
    market = {"order_type": "MARKET", "time_in_force": "IOC"}
    return {"symbol": "BTCUSDT", "side": side, "qty": "0.01", "client_order_id": client_order_id, **market}


class Load:
    """Clients that send orders until the market is gone. What was answered is what counts."""

    def __init__(self, life: int, port: int) -> None:
        self.answers: dict[str, Any] = {}
        self.is_enough = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(f"{life}-{n}", port)) for n in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """All have noticed."""
        for thread in self._threads:
            thread.join()

    def _send(self, name: str, port: int) -> None:
        with closing(Client(port)) as client, suppress(OSError, http.client.HTTPException, ValueError):
            for number in count():
                status, order = client.ask("POST", "/orders", body(f"{name}-{number}"))
                if status == 201:
                    self.answers[order["client_order_id"]] = order
                if len(self.answers) >= ANSWERS_PER_LIFE:
                    self.is_enough.set()


def lose_power(data: Path) -> None:
    """What lies beyond the mark of what is durable is gone: nobody may have been told of it."""
    journal, disk = data / "journal", LocalDisk()
    durable = DurableMark(disk, journal).read()
    assert durable
    segment = max(journal.glob("*.seg"))
    content = segment.read_bytes()
    blocks = [
        (place, block.header) for place, block in iterate_blocks(content) if block.header.last_sequence <= durable
    ]
    place, header = blocks[-1]
    assert header.last_sequence == durable
    with segment.open("r+b") as file:
        file.truncate(place + header.block_bytes)


def is_there(client: Client, order: Any) -> bool:
    """Found by its order_id under its client id, with what it had filled."""
    for _ in range(200):
        status, found = client.ask("GET", f"/orders/{order['order_id']}")
        if status != 503:  # the tables are still catching up
            break
        time.sleep(0.1)
    fields = ("client_order_id", "filled_qty", "status")
    return status == 200 and all(found[field] == order[field] for field in fields)


@pytest.fixture(params=["python", NATIVE])
def market(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningMarket]:
    monkeypatch.setenv("HFT_RUNTIME", request.param)
    running = RunningMarket(tmp_path / "data", "--rate", "300")
    yield running
    running.kill()


def check(port: int, answered: dict[str, Any]) -> None:
    """Everything is there, and what is sent again is the same."""
    with closing(Client(port)) as client:
        assert [order for order in answered.values() if not is_there(client, order)] == []
        for order in list(answered.values())[-10:]:
            status, repeated = client.ask("POST", "/orders", body(order["client_order_id"]))
            assert (status, repeated["order_id"]) == (200, order["order_id"])


@pytest.mark.timeout(300)
def test_what_was_answered_is_there_after_every_loss_of_power(market: RunningMarket) -> None:
    answered: dict[str, Any] = {}
    for life in range(LIVES):
        market.start()
        check(market.port, answered)
        load = Load(life, market.port)
        assert load.is_enough.wait(60)
        market.kill()
        load.end()
        lose_power(market.data)
        answered |= load.answers
    market.start()
    check(market.port, answered)
    market.stop()
    assert verify(market.data / "journal").is_sound
