"""A market in a process of its own, for benchmarks that look at it from outside."""

from __future__ import annotations

import os
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

    def processor_seconds(self) -> dict[str, float]:
        """Spent so far by the market and by its projector; nothing where the system does not tell."""
        pid = self._process.pid
        children = [child for child in _processes() if _parent_of(child) == pid]
        spent = {"market": _spent(pid), "projector": sum(map(_spent, children))}
        return spent if spent["market"] else {}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(_DRAIN_S)


def _processes() -> list[int]:
    folder = Path("/proc")
    return [int(entry.name) for entry in folder.iterdir() if entry.name.isdigit()] if folder.is_dir() else []


def _parent_of(pid: int) -> int:
    fields = _fields_of(pid)
    return int(fields[1]) if fields else 0


def _spent(pid: int) -> float:
    """Seconds in the program and in the system for it."""
    fields = _fields_of(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _fields_of(pid: int) -> list[str]:
    """What the system tells of a process behind its name; nothing where it has ended or nothing is told."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
