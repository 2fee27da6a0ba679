"""Keeps the projector's process alive: its death never stops trading, only delays what the tables show."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 15.0
_DRAIN_S = 30.0


class ProjectorProcess:
    """One child process, started again whenever it ends by itself."""

    def __init__(self, data_directory: Path) -> None:
        self.restarts = 0
        self.ready = threading.Event()
        """Set once the tables hold what was durable when they were opened."""
        self._command = [sys.executable, "-m", "cambist.bootstrap.project", str(data_directory)]
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._child = self._spawn()
        self._watcher = threading.Thread(target=self._watch, name="projector-watch", daemon=True)
        self._watcher.start()

    @property
    def pid(self) -> int:
        """Of the present child."""
        return self._child.pid

    def stop(self) -> None:
        """Let it project what is durable, then end it."""
        with self._lock:
            self._stopping.set()
        if self._child.stdin is not None:
            self._child.stdin.close()
        try:
            self._child.wait(_DRAIN_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
        self._watcher.join()
        _close_pipes(self._child)

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _watch(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            self._note_readiness(self._child)
            self._child.wait()
            if self._stopping.wait(pause_s):
                return
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            with self._lock:
                if self._stopping.is_set():
                    return
                _close_pipes(self._child)
                self.restarts += 1
                self._child = self._spawn()

    def _note_readiness(self, child: subprocess.Popen[bytes]) -> None:
        """Block until the child says that it is ready, or has ended."""
        if child.stdout is not None and child.stdout.readline():
            self.ready.set()


def _close_pipes(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
