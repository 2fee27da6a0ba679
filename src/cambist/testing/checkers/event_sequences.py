"""Sequences without gaps, of commands, events and trades, and time that never steps back."""

from __future__ import annotations

from collections.abc import Sequence

from cambist.domain.events import Trade
from cambist.domain.message import Command, Event
from cambist.protocols.snapshot import EngineRow, Sections
from cambist.testing.checkers.checker import Violation


class EventSequences:
    """Commands and events have a sequence each; both have the engine's time."""

    def __init__(self) -> None:
        self._sequence = 0
        self._event_sequence = 0
        self._trade_id = 0
        self._now_ns = 0

    def take(self, command: Command, events: Sequence[Event]) -> None:
        """Each is the next one."""
        if command.sequence != self._sequence + 1:
            raise Violation(f"Command {command.sequence} follows command {self._sequence}.")
        self._sequence = command.sequence
        for event in events:
            if event.sequence != self._event_sequence + 1:
                raise Violation(f"Event {event.sequence} follows event {self._event_sequence}.")
            if not self._now_ns <= event.now_ns <= command.now_ns:
                raise Violation(f"Event {event.sequence} has time {event.now_ns}, out of order.")
            self._event_sequence, self._now_ns = event.sequence, event.now_ns
            if isinstance(event, Trade):
                self._number(event)
        if command.now_ns < self._now_ns:
            raise Violation(f"Command {command.sequence} steps back to {command.now_ns}.")
        self._now_ns = command.now_ns

    def _number(self, trade: Trade) -> None:
        if trade.trade_id != self._trade_id + 1:
            raise Violation(f"Trade {trade.trade_id} follows trade {self._trade_id}.")
        self._trade_id = trade.trade_id

    def look(self, sections: Sections) -> None:
        """The engine counts the same."""
        row = sections[EngineRow][0]
        if (row.sequence, row.event_sequence, row.now_ns) != (self._sequence, self._event_sequence, self._now_ns):
            raise Violation(f"The engine stands at {row.sequence} and {row.event_sequence}, not where its events end.")
