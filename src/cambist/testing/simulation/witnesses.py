"""All checkers together, fed with whatever is durable, in order."""

from __future__ import annotations

from cambist.domain.events import Trade
from cambist.protocols.records import encode_all, split_stream
from cambist.protocols.snapshot import decode_snapshot
from cambist.testing.checkers.acknowledgements import NothingAcknowledgedIsLost
from cambist.testing.checkers.cash import CashConserved
from cambist.testing.checkers.checker import Checker, Violation
from cambist.testing.checkers.crossing import BookNotCrossed
from cambist.testing.checkers.event_sequences import EventSequences
from cambist.testing.checkers.positions import PositionsSumToZero
from cambist.testing.checkers.priority import PriorityKept
from cambist.testing.checkers.quantities import QuantityConserved
from cambist.testing.checkers.replay import ReplayEqualsState


class Witnesses:
    """What they have seen is what the journal holds: never more, or a crash would make liars of them."""

    def __init__(self) -> None:
        self.acknowledged = NothingAcknowledgedIsLost()
        self.replay = ReplayEqualsState()
        self.sequence = 0
        self.events = 0
        self.trades = 0
        self._checkers: tuple[Checker, ...] = (
            EventSequences(),
            QuantityConserved(),
            PositionsSumToZero(),
            CashConserved(),
            BookNotCrossed(),
            PriorityKept(),
        )
        self._hashes: dict[int, str] = {}

    def take(self, records: bytes) -> list[bytes]:
        """Durable records from `sequence + 1` on; the bytes of each command with its events."""
        taken: list[bytes] = []
        for command, events in split_stream(records):
            for checker in self._checkers:
                checker.take(command, events)
            taken.append(encode_all([command, *events]))
            self.replay.take(command, taken[-1])
            self.sequence = command.sequence
            self.events += len(events)
            self.trades += sum(isinstance(event, Trade) for event in events)
        return taken

    def look(self, snapshot: bytes) -> None:
        """The state after the last command taken."""
        _, sections = decode_snapshot(snapshot)
        for checker in self._checkers:
            checker.look(sections)

    def compare_state(self, sequence: int, state_hash: str) -> None:
        """Whenever the engine stands at a sequence, it is in the same state."""
        known = self._hashes.setdefault(sequence, state_hash)
        if known != state_hash:
            raise Violation(f"After command {sequence} the state was {known}; recovered, it is {state_hash}.")
