"""Slow work of strategies on threads of its own; results come back to the plane's thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol

_THREADS = 2


class Owner(Protocol):
    """Whoever asked for the work."""

    @property
    def strategy_id(self) -> int:
        """To whom the result goes."""


Delivery = tuple[Owner, Callable[[], None]]


class Background:
    """A small pool, started when it is first needed."""

    def __init__(self) -> None:
        self.wake: Callable[[], None] = lambda: None
        self._results: deque[Delivery] = deque()
        self._pool: ThreadPoolExecutor | None = None

    @property
    def has_results(self) -> bool:
        """True where `take` has something."""
        return bool(self._results)

    def run(self, owner: Owner, work: Callable[[], Any], then: Callable[[Any], None] | None) -> None:
        """Begin; `then` gets the result. What the work raised is raised by its delivery."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="cambist-background")
        self._pool.submit(work).add_done_callback(lambda future: self._finish(owner, future, then))

    def take(self) -> list[Delivery]:
        """Finished work, oldest first: calling a delivery hands the result over."""
        return [self._results.popleft() for _ in range(len(self._results))]

    def close(self) -> None:
        """Begin nothing more, wait for nothing."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _finish(self, owner: Owner, future: Future[Any], then: Callable[[Any], None] | None) -> None:
        if future.cancelled():
            return

        def deliver() -> None:
            result = future.result()
            if then is not None:
                then(result)

        self._results.append((owner, deliver))
        self.wake()
