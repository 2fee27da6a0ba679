"""In continuous trading the book is never crossed, and what was said about its levels adds up to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from cambist.domain import events as facts
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import Phase, Side
from cambist.protocols.snapshot import RestingRow, Sections
from cambist.testing.checkers.checker import Violation

Level = tuple[int, Side, int]
"""instrument_id, side, price."""


class BookNotCrossed:
    """Keeps the displayed levels from their deltas."""

    def __init__(self) -> None:
        self._phases: dict[int, Phase] = {}
        self._levels: dict[Level, tuple[int, int]] = {}

    def take(self, command: Command, events: Sequence[Event]) -> None:  # noqa: ARG002
        """After a command, the best bid is below the best ask."""
        for event in events:
            match event:
                case facts.InstrumentDefined() | facts.PhaseChanged():
                    self._phases[event.instrument_id] = event.phase
                case facts.BookDelta(qty=0):
                    self._levels.pop((event.instrument_id, event.side, event.price), None)
                case facts.BookDelta():
                    level = (event.instrument_id, event.side, event.price)
                    self._levels[level] = (event.qty, event.order_count)
                case _:
                    pass
        self._compare_bests(list(self._levels))

    def look(self, sections: Sections) -> None:
        """The levels are those of the engine's orders; hidden orders are not crossed either."""
        levels: defaultdict[Level, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for row in sections[RestingRow]:
            if row.displayed_qty:
                qty, count = levels[row.instrument_id, row.side, row.price]
                levels[row.instrument_id, row.side, row.price] = (qty + row.displayed_qty, count + 1)
        if levels != self._levels:
            odd = sorted(set(levels.items()) ^ set(self._levels.items()))
            raise Violation(f"The levels said and the orders held differ: {odd[:4]}.")
        self._compare_bests([(row.instrument_id, row.side, row.price) for row in sections[RestingRow]])

    def _compare_bests(self, levels: Sequence[Level]) -> None:
        bids: dict[int, int] = {}
        asks: dict[int, int] = {}
        for instrument_id, side, price in levels:
            if side is Side.BUY:
                bids[instrument_id] = max(price, bids.get(instrument_id, price))
            else:
                asks[instrument_id] = min(price, asks.get(instrument_id, price))
        for instrument_id in bids.keys() & asks.keys():
            if self._phases[instrument_id] is Phase.CONTINUOUS and bids[instrument_id] >= asks[instrument_id]:
                raise Violation(
                    f"Instrument {instrument_id} is bid {bids[instrument_id]} and offered at {asks[instrument_id]}."
                )
