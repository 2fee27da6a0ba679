"""Who acts next: sources in their listed order, then strategies' timers, then the plane's own housekeeping."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cambist.application.ports.source import Source
from cambist.domain.durations import SECOND_NS


class Timed(Protocol):
    """Something that acts in engine time by itself."""

    def next_ns(self) -> int | None:
        """When it acts next, ns since epoch, or None for never."""


class WholeSeconds:
    """Due at every whole second of engine time: when states are saved and idle time is told."""

    def __init__(self) -> None:
        self._next_ns = 0

    def start(self, now_ns: int) -> None:
        """Due first at the first whole second after `now_ns`."""
        self._next_ns = (now_ns // SECOND_NS + 1) * SECOND_NS

    def next_ns(self) -> int | None:
        """The next whole second."""
        return self._next_ns


class Timeline:
    """Merges what is due by time, then by order: the one order in which things happen, whatever the pace."""

    def __init__(self, sources: Sequence[Source], executor: Timed, seconds: WholeSeconds) -> None:
        self.sources = tuple(sources)
        self._actors: tuple[Timed, ...] = (*sources, executor, seconds)

    def next_due(self) -> tuple[int, int]:
        """The earliest instant (there is always the next whole second), and who acts then: the index of a source,
        their number for the strategies, one more for the plane itself.
        """
        earliest_ns, earliest = -1, 0
        for index, actor in enumerate(self._actors):
            due_ns = actor.next_ns()
            if due_ns is not None and (earliest_ns < 0 or due_ns < earliest_ns):
                earliest_ns, earliest = due_ns, index
        return earliest_ns, earliest

    def next_due_besides(self, index: int) -> int:
        """The earliest instant of everybody but one source; there is always the next whole second."""
        due = (actor.next_ns() for place, actor in enumerate(self._actors) if place != index)
        return min(due_ns for due_ns in due if due_ns is not None)

    def first_ns(self) -> int | None:
        """When the first source begins, or None without any."""
        return min(self._sources_due(), default=None)

    def last_known_ns(self) -> int | None:
        """The latest instant that a source has announced, or None where all have ended."""
        return max(self._sources_due(), default=None)

    def _sources_due(self) -> list[int]:
        return [due_ns for source in self.sources if (due_ns := source.next_ns()) is not None]
