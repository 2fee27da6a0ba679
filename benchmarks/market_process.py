"""A market in a process of its own, for benchmarks that look at it from outside."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType

_DRAIN_S = 60


class MarketProcess:
    """`cambist up` on a free port, drained at the end."""

    def __init__(self, *arguments: str) -> None:
        self.port = _free_port()
        self._command = [Path(sys.executable).with_name("cambist"), "up", "--port", str(self.port), *arguments]

    def __enter__(self) -> MarketProcess:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(_DRAIN_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
