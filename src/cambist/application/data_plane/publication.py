"""What is applied and not yet told: told in order, as soon as it is durable and never before."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from cambist.application.data_plane.statistics import PlaneStatistics
from cambist.application.data_plane.submissions import Submission
from cambist.application.ports.engine_host import Commit, CommitListener
from cambist.domain.errors import CambistError


@dataclass(frozen=True, slots=True)
class Unpublished:
    """One slice of work, and who waits for it."""

    sequence: int
    """Of its last command: once that is durable, all of it is."""
    commit: Commit
    submissions: Sequence[Submission]
    snapshots: Sequence[Future[bytes]]
    snapshot: bytes
    """The state at its end, where somebody asked for it."""

    @property
    def is_empty(self) -> bool:
        """True where there is nothing to tell anybody."""
        return not (self.commit.receipts or self.commit.market or self.submissions or self.snapshots)


class Publication:
    """Belongs to the plane's thread."""

    def __init__(self, statistics: PlaneStatistics) -> None:
        self.listeners: list[CommitListener] = []
        self._statistics = statistics
        self._owed: deque[Unpublished] = deque()

    @property
    def is_owed(self) -> bool:
        """True where something is not told yet."""
        return bool(self._owed)

    @property
    def oldest_sequence(self) -> int:
        """What must be durable before the next thing can be told."""
        return self._owed[0].sequence

    def owe(self, finished: Unpublished) -> None:
        """Remember to tell it."""
        if not finished.is_empty:
            self._owed.append(finished)

    def publish(self, durable_sequence: int) -> None:
        """Tell everything up to here: listeners first, then those who wait for an answer."""
        while self._owed and self._owed[0].sequence <= durable_sequence:
            finished = self._owed.popleft()
            if finished.commit.receipts or finished.commit.market:
                self._tell(finished.commit)
            self._answer(finished)

    def fail(self, error: CambistError, waiting: Sequence[Submission]) -> None:
        """Nothing more will be told: whoever waits learns why."""
        for finished in self._owed:
            _fail_all(finished.submissions, error)
            for snapshot in finished.snapshots:
                if snapshot.set_running_or_notify_cancel():
                    snapshot.set_exception(error)
        self._owed.clear()
        _fail_all(waiting, error)

    def _tell(self, commit: Commit) -> None:
        began_ns = time.perf_counter_ns()
        self._statistics.commits += 1
        for listener in self.listeners:
            listener(commit)
        self._statistics.latencies["publish"].record(time.perf_counter_ns() - began_ns)

    def _answer(self, finished: Unpublished) -> None:
        for submission in finished.submissions:
            self._statistics.latencies["submit"].record(time.perf_counter_ns() - submission.arrived_ns)
            submission.answer.set_result(submission.receipts)
        for snapshot in finished.snapshots:
            resolve(snapshot, finished.snapshot)


def resolve(answer: Future[bytes], data: bytes) -> None:
    """Give an answer, unless nobody wants it any more."""
    if answer.set_running_or_notify_cancel():
        answer.set_result(data)


def _fail_all(submissions: Sequence[Submission], error: CambistError) -> None:
    for submission in submissions:
        if not submission.answer.done():
            submission.answer.set_exception(error)
