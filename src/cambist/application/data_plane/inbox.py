"""The door for other threads: what is submitted waits here until the plane's thread takes it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future

from cambist.application.data_plane.submissions import Submission, SubmissionQueue
from cambist.application.ports.engine_host import EMERGENCIES, Receipt
from cambist.domain.errors import CambistError, QueueFull, ValueOutOfRange
from cambist.domain.message import Command
from cambist.protocols.records import encode


class Inbox:
    """A queue that can be closed: every submission is taken by the plane, or fails with the cause, at the latest when
    the inbox closes.
    """

    def __init__(self, queue: SubmissionQueue) -> None:
        self._lock = threading.Lock()
        self._queue = queue
        self._closed_by: CambistError | None = None

    def __len__(self) -> int:
        return len(self._queue)

    def submit(self, commands: Sequence[Command]) -> Future[list[Receipt]]:
        """Queue commands. Those that cannot be packed or find no place fail in the caller's own future."""
        try:
            submission = Submission(
                [encode(command) for command in commands],
                is_emergency=all(isinstance(command, EMERGENCIES) for command in commands),
            )
        except ValueOutOfRange as error:
            return _failed(error)
        with self._lock:
            if self._closed_by is not None:
                return _failed(self._closed_by)
            if not self._queue.put(submission):
                return _failed(_full(len(self._queue)))
        return submission.answer

    def take(self, at_most: int) -> list[Submission]:
        """The oldest submissions; those canceled by their caller meanwhile are left out."""
        return [found for found in self._queue.take(at_most) if found.answer.set_running_or_notify_cancel()]

    def close(self, cause: CambistError) -> list[Submission]:
        """Refuse everything from now on with `cause`, and hand back what still waits."""
        with self._lock:
            self._closed_by = self._closed_by or cause
        return self.take(len(self._queue))


def _full(waiting: int) -> QueueFull:
    return QueueFull(
        f"{waiting} submissions wait for the engine; this one was not taken.",
        "Send it again in a moment, and fewer at once.",
    )


def _failed(error: CambistError) -> Future[list[Receipt]]:
    answer: Future[list[Receipt]] = Future()
    answer.set_exception(error)
    return answer
