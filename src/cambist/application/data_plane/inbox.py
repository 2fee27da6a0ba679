"""The door for other threads: what is submitted waits here until the plane's thread takes it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from cambist.application.ports.engine_host import Receipt
from cambist.domain.errors import CambistError, ValueOutOfRange
from cambist.domain.message import Command
from cambist.protocols.records import encode


@dataclass(slots=True)
class Submission:
    """Commands that are applied together, and who waits for them."""

    records: list[bytes]
    """Unstamped."""
    answer: Future[list[Receipt]] = field(default_factory=Future)
    arrived_ns: int = field(default_factory=time.perf_counter_ns)
    receipts: list[Receipt] = field(default_factory=list)


class Inbox:
    """A queue that can be closed: every submission is either taken by the plane, or fails with the cause."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: deque[Submission] = deque()
        self._closed_by: CambistError | None = None

    def __len__(self) -> int:
        return len(self._queue)

    def submit(self, commands: Sequence[Command]) -> Future[list[Receipt]]:
        """Queue commands. Those that cannot be packed fail here, in the caller's own future."""
        try:
            submission = Submission([encode(command) for command in commands])
        except ValueOutOfRange as error:
            return _failed(error)
        with self._lock:
            if self._closed_by is not None:
                return _failed(self._closed_by)
            self._queue.append(submission)
        return submission.answer

    def take(self, at_most: int) -> list[Submission]:
        """The oldest submissions; those canceled by their caller meanwhile are left out."""
        taken: list[Submission] = []
        while self._queue and len(taken) < at_most:
            submission = self._queue.popleft()
            if submission.answer.set_running_or_notify_cancel():
                taken.append(submission)
        return taken

    def close(self, cause: CambistError) -> list[Submission]:
        """Refuse everything from now on with `cause`, and hand back what still waits."""
        with self._lock:
            self._closed_by = self._closed_by or cause
        return self.take(len(self._queue))


def _failed(error: CambistError) -> Future[list[Receipt]]:
    answer: Future[list[Receipt]] = Future()
    answer.set_exception(error)
    return answer
