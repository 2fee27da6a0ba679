"""Where submissions wait until the plane's thread takes them: a bounded queue, in Python or in the native runtime."""

from __future__ import annotations

import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from cambist.application.ports.engine_host import Receipt

PLACES = 16_384
RESERVED_PLACES = 1_024
"""Behind the others, for emergencies only (`engine_host.EMERGENCIES`)."""


@dataclass(slots=True)
class Submission:
    """Commands that are applied together, and who waits for them."""

    records: list[bytes]
    """Unstamped."""
    answer: Future[list[Receipt]] = field(default_factory=Future)
    arrived_ns: int = field(default_factory=time.perf_counter_ns)
    receipts: list[Receipt] = field(default_factory=list)
    ticket: int = 0
    """What the native ring knows it by."""
    is_emergency: bool = False


class SubmissionQueue(Protocol):
    """First in, first out. Put from any thread, taken by the plane's."""

    def __len__(self) -> int:
        """How many wait."""

    def put(self, submission: Submission) -> bool:
        """Queue it at once; False where every place is taken."""

    def take(self, at_most: int) -> list[Submission]:
        """The oldest, which no longer wait."""


class PythonQueue:
    """Implements SubmissionQueue in this process's memory."""

    def __init__(self, places: int = PLACES) -> None:
        self._places = places
        self._lock = threading.Lock()
        self._waiting: deque[Submission] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, submission: Submission) -> bool:
        """Queue it at once; False where every place is taken."""
        places = self._places + (RESERVED_PLACES if submission.is_emergency else 0)
        with self._lock:
            has_place = len(self._waiting) < places
            if has_place:
                self._waiting.append(submission)
        return has_place

    def take(self, at_most: int) -> list[Submission]:
        """The oldest."""
        return [self._waiting.popleft() for _ in range(min(at_most, len(self._waiting)))]
