"""Submissions in the runtime's ring: their bytes wait there, who waits for them is remembered here."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from cambist.application.data_plane.submissions import Submission

if TYPE_CHECKING:
    from cambist.engine.native import Runtime


class RingQueue:
    """Implements SubmissionQueue. Its number of places is the ring's."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lock = threading.Lock()
        self._by_ticket: dict[int, Submission] = {}

    def __len__(self) -> int:
        return len(self._by_ticket)

    def put(self, submission: Submission) -> bool:
        """Into the ring at once; False where it is full. One that comes after the runtime failed waits for the plane,
        which will know the cause.
        """
        with self._lock:
            try:
                ticket = self._runtime.submit(b"".join(submission.records), submission.is_emergency)
            except (OSError, RuntimeError):
                ticket = -1 - len(self._by_ticket)
            if ticket is None:
                return False
            submission.ticket = ticket
            self._by_ticket[ticket] = submission
        return True

    def take(self, at_most: int) -> list[Submission]:
        """The oldest. Their bytes stay with the runtime until they are applied; where it has failed, all that wait."""
        if not at_most or not self._by_ticket:
            return []
        try:
            tickets = self._runtime.take(at_most)
        except (OSError, RuntimeError):
            tickets = list(self._by_ticket)
        with self._lock:
            return [self._by_ticket.pop(ticket) for ticket in tickets]
