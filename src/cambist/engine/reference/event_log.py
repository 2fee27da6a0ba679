"""Where the engine states its facts: each gets the next event sequence and the engine's time."""

from __future__ import annotations

from msgspec.structs import force_setattr

from cambist.domain.message import Event


class EventLog:
    """The facts of the present command, and the engine's clock, which only commands and timers move."""

    __slots__ = ("_events", "event_sequence", "now_ns")

    def __init__(self) -> None:
        self.event_sequence = 0
        self.now_ns = 0
        self._events: list[Event] = []

    def emit(self, event: Event) -> None:
        """State a fact. It is stamped here, before anyone else sees it."""
        self.event_sequence += 1
        force_setattr(event, "sequence", self.event_sequence)
        force_setattr(event, "now_ns", self.now_ns)
        self._events.append(event)

    def take(self) -> list[Event]:
        """The facts since the last take."""
        events, self._events = self._events, []
        return events
