"""Slow work of strategies on threads of its own; results come back to the plane's thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Protocol

_THREADS = 2


class Owner(Protocol):
    """Whoever asked for the work."""

    @property
    def strategy_id(self) -> int:
        """To whom the result goes."""


Delivery = tuple[Owner, Callable[[], None]]
_Work = tuple[Owner, Callable[[], Any], Callable[[Any], None] | None]


class Background:
    """A few threads, started when they are first needed. Daemons: work that does not end never delays the exit."""

    def __init__(self) -> None:
        self.wake: Callable[[], None] = lambda: None
        self._results: deque[Delivery] = deque()
        self._waiting: SimpleQueue[_Work | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._is_closed = False

    @property
    def has_results(self) -> bool:
        """True where `take` has something."""
        return bool(self._results)

    def run(self, owner: Owner, work: Callable[[], Any], then: Callable[[Any], None] | None) -> None:
        """Begin; `then` gets the result. What the work raised is raised by its delivery."""
        if not self._threads:
            self._threads = [
                threading.Thread(target=self._serve, name=f"cambist-background-{number}", daemon=True)
                for number in range(_THREADS)
            ]
            for thread in self._threads:
                thread.start()
        self._waiting.put((owner, work, then))

    def take(self) -> list[Delivery]:
        """Finished work, oldest first: calling a delivery hands the result over."""
        return [self._results.popleft() for _ in range(len(self._results))]

    def close(self) -> None:
        """Begin nothing more, wait for nothing."""
        self._is_closed = True
        for _ in self._threads:
            self._waiting.put(None)

    def _serve(self) -> None:
        while (wanted := self._waiting.get()) is not None:
            if not self._is_closed:
                owner, work, then = wanted
                self._results.append((owner, _done(work, then)))
                self.wake()


def _done(work: Callable[[], Any], then: Callable[[Any], None] | None) -> Callable[[], None]:
    """Do it now; what was returned tells of it later."""
    try:
        result = work()
    except BaseException as error:  # be it SystemExit: it is the strategy's, and its fence deals with it
        return _raising(error)

    def deliver() -> None:
        if then is not None:
            then(result)

    return deliver


def _raising(error: BaseException) -> Callable[[], None]:
    def deliver() -> None:
        raise error

    return deliver
