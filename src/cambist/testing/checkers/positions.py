"""Positions across all accounts sum to zero: what one side of our venue holds, the other owes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from cambist.domain import events as facts
from cambist.domain import participant_events as participants
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import VenueKind
from cambist.protocols.snapshot import PositionRow, Sections
from cambist.testing.checkers.checker import Violation

Key = tuple[int, int, int]
"""account_id, strategy_id, instrument_id."""


class PositionsSumToZero:
    """Adds up fills, those of members too, of whom the engine keeps no positions."""

    def __init__(self) -> None:
        self._internal: set[int] = set()
        self._held: defaultdict[Key, int] = defaultdict(int)

    def take(self, command: Command, events: Sequence[Event]) -> None:  # noqa: ARG002
        """Each fill moves a position; together they come to nothing."""
        moved: set[int] = set()
        for event in events:
            match event:
                case facts.InstrumentDefined(venue=VenueKind.INTERNAL):
                    self._internal.add(event.instrument_id)
                case facts.OrderFilled():
                    key = (event.account_id, event.strategy_id, event.instrument_id)
                    self._held[key] += event.side.sign * event.last_qty
                    moved.add(event.instrument_id)
                case participants.FillAdjusted():
                    key = (event.account_id, event.strategy_id, event.instrument_id)
                    self._held[key] += event.side.sign * event.qty
                    moved.add(event.instrument_id)
                case facts.PositionOpened() | facts.PositionChanged() | facts.PositionClosed():
                    self._compare((event.account_id, event.strategy_id, event.instrument_id), event.qty)
                case _:
                    pass
        for instrument_id in moved & self._internal:
            total = sum(qty for key, qty in self._held.items() if key[2] == instrument_id)
            if total:
                raise Violation(f"Positions in instrument {instrument_id} sum to {total}, not to zero.")

    def look(self, sections: Sections) -> None:
        """The engine holds the same positions."""
        for row in sections[PositionRow]:
            self._compare((row.account_id, row.strategy_id, row.instrument_id), row.qty)

    def _compare(self, key: Key, qty: int) -> None:
        if self._held[key] != qty:
            raise Violation(f"The position {key} is {qty} by the engine, {self._held[key]} by its fills.")
