"""A real `cambist up` in a process of its own, for tests of the page and for its pictures."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

READY_WITHIN_S = 60.0
STOPPED_WITHIN_S = 30.0


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningMarket:
    """Started on a port that it keeps over restarts, so that an open page finds it again."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self._log = data.with_suffix(".log")

    def start(self) -> None:
        """Return when it is ready; raise with what it said where it is not."""
        command = [sys.executable, "-m", "cambist.bootstrap.main", "up"]
        arguments = ["--port", str(self.port), "--data", str(self.data), *self._options]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([*command, *arguments], stdout=log, stderr=log, start_new_session=True)
        deadline_s = time.monotonic() + READY_WITHIN_S
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline_s:
                said = self._log.read_text(errors="replace")[-4000:]
                self.stop()
                raise RuntimeError(f"cambist up is not ready:\n{said}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Drain and wait."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    def kill(self) -> None:
        """End it at once, without a word."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
