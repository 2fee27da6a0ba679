"""Does the system keep up? A busy market with a page open: what waits where, early and at the end."""

from __future__ import annotations

import http.client
import json
import sqlite3
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from harness import Figure, Options, options_of, report
from market_process import MarketProcess

QUESTION = "Does the system keep up?"
EVENTS_PER_SECOND = 20_000
SECONDS = 60
EARLY_SHARE = 1 / 3
_CHANNELS = [
    *("book.BTCUSDT", "trades.BTCUSDT", "candles.BTCUSDT.1s", "quotes", "orders", "fills"),
    *("positions", "account", "pnl", "strategies", "risk", "stats"),
]
_START_S = 30.0


@dataclass(frozen=True, slots=True)
class Depths:
    """What waits at one moment."""

    submissions: int
    lag_ms: float
    commands_to_project: int


class Page:
    """Subscribes to what the page shows, and remembers when it last heard of it."""

    def __init__(self, port: int) -> None:
        self.messages = 0
        self.heard_at = 0.0
        self._address = f"ws://127.0.0.1:{port}/api/v1/ws"
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def close(self) -> None:
        """Leave."""
        self._closing.set()
        self._thread.join()

    def _listen(self) -> None:
        with connect(self._address, subprotocols=["cambist.v1.json"], max_size=None) as connection:
            connection.send(json.dumps({"op": "subscribe", "channels": _CHANNELS}))
            while not self._closing.is_set():
                try:
                    message = json.loads(connection.recv(timeout=1))
                except TimeoutError:
                    continue
                if message["type"] in ("snapshot", "update"):
                    self.messages += 1
                    self.heard_at = time.monotonic()


def measure(options: Options) -> list[Figure]:
    """Depths early and at the end, and how fresh the page is."""
    seconds = options.seconds if options.seconds is not None else float(SECONDS)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with MarketProcess("--data", folder, "--rate", str(EVENTS_PER_SECOND)) as market:
            _wait_until_ready(market.port, data)
            page = Page(market.port)
            before, spent = _stats(market.port), market.processor_seconds()
            time.sleep(seconds * EARLY_SHARE)
            early = _depths(market.port, data)
            time.sleep(seconds * (1 - EARLY_SHARE))
            age_ms = (time.monotonic() - page.heard_at) * 1000
            after, late = _stats(market.port), _depths(market.port, data)
            spent = {name: seconds - spent.get(name, 0.0) for name, seconds in market.processor_seconds().items()}
            page.close()
    wall_s = (int(after["wall_time"]) - int(before["wall_time"])) / 1e9
    return [
        *_pace(before, after, wall_s),
        *_waiting(early, late),
        *(Figure(f"processor time, {name}", seconds / wall_s, "s/s") for name, seconds in spent.items()),
        Figure("age of the page's last update, end", age_ms, "ms"),
        Figure("messages to the page", page.messages / wall_s, "messages/s"),
        Figure("commit, p50", float(after["latency_us"]["commit"]["p50"]) / 1000, "ms"),
        Figure("commit, p99", float(after["latency_us"]["commit"]["p99"]) / 1000, "ms"),
    ]


def _pace(before: dict[str, Any], after: dict[str, Any], wall_s: float) -> list[Figure]:
    engine_s = (int(after["engine_time"]) - int(before["engine_time"])) / 1e9
    commands = int(after["sequence"]) - int(before["sequence"])
    return [
        Figure("commands per second", commands / wall_s, "commands/s"),
        Figure("events per second", float(after["events_per_second"]), "events/s"),
        Figure("simulated seconds per second", engine_s / wall_s, "s/s"),
    ]


def _waiting(early: Depths, late: Depths) -> list[Figure]:
    return [
        Figure("submissions waiting, early", early.submissions, "submissions"),
        Figure("submissions waiting, end", late.submissions, "submissions"),
        Figure("engine time behind, early", early.lag_ms, "ms"),
        Figure("engine time behind, end", late.lag_ms, "ms"),
        Figure("commands not yet projected, early", early.commands_to_project, "commands"),
        Figure("commands not yet projected, end", late.commands_to_project, "commands"),
    ]


def _depths(port: int, data: Path) -> Depths:
    """The tables are asked first: what the market does until it is asked too counts as not yet projected, never less
    than nothing.
    """
    tables = sqlite3.connect(f"file:{data / 'cambist.sqlite'}?mode=ro", uri=True)
    try:
        (projected,) = tables.execute("SELECT sequence FROM hft_projection_offset").fetchone()
    finally:
        tables.close()
    stats = _stats(port)
    return Depths(int(stats["queue_depth"]), float(stats["lag_ms"]), int(stats["sequence"]) - int(projected))


def _stats(port: int) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/admin/stats")
        stats: dict[str, Any] = json.loads(connection.getresponse().read())["stats"]
    finally:
        connection.close()
    return stats


def _wait_until_ready(port: int, data: Path) -> None:
    """Until the server answers and the projector has written something."""
    deadline = time.monotonic() + _START_S
    while True:
        try:
            _depths(port, data)
        except (OSError, sqlite3.OperationalError, TypeError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    chosen = options_of(QUESTION)
    report(
        QUESTION,
        __file__,
        measure(chosen),
        [
            f"`cambist up --rate {EVENTS_PER_SECOND}` for {SECONDS} s with both reference strategies, the projector,",
            "and one page that subscribes to everything it can show. Early is after a third of the time. The rate",
            "counts the participants' commands; each causes about three events.",
        ],
        chosen,
    )
