"""How long until the first order? From the start of the process to the first REST answer 201, data directory empty."""

from __future__ import annotations

import http.client
import json
import statistics
import tempfile
import time

from harness import Figure, Options, options_of, report
from market_process import MarketProcess

QUESTION = "How long until the first order?"
RUNS, QUICK_RUNS = 11, 1
_PAUSE_S = 0.002
_LONGEST_S = 60.0
_ORDER = {"symbol": "BTCUSDT", "side": "BUY", "order_type": "LIMIT", "qty": "0.01", "price": "60000"}


def measure(options: Options) -> list[Figure]:
    """Milliseconds over several starts."""
    taken_ms = sorted(_first_order_ms() for _ in range(QUICK_RUNS if options.is_quick else RUNS))
    return [
        Figure("process start to first 201, median", statistics.median(taken_ms), "ms"),
        Figure("process start to first 201, best", taken_ms[0], "ms"),
        Figure("process start to first 201, worst", taken_ms[-1], "ms"),
    ]


def _first_order_ms() -> float:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with MarketProcess("--data", folder) as market:
            while not _is_accepted(market.port):
                if time.perf_counter() - began > _LONGEST_S:
                    raise SystemExit("no order was accepted within a minute")
                time.sleep(_PAUSE_S)
            return (time.perf_counter() - began) * 1000


def _is_accepted(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("POST", "/api/v1/orders", json.dumps(_ORDER), {"Content-Type": "application/json"})
        return connection.getresponse().status == http.client.CREATED
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    chosen = options_of(QUESTION)
    report(
        QUESTION,
        __file__,
        measure(chosen),
        [
            f"`cambist up` in an empty data directory, {RUNS} times; the order is sent again until it is accepted.",
            "Includes the interpreter, imports, the synthetic market's definitions, the server, and the order's sync.",
        ],
        chosen,
    )
