"""A journal that keeps nothing: for backtests, where the run can be repeated from its inputs."""

from __future__ import annotations

from cambist.engine.kernel import ENGINE_VERSION
from cambist.infrastructure.persistence.journal.implementation import choose_implementation
from cambist.infrastructure.persistence.journal.local_disk import LocalDisk
from cambist.protocols.journal import Position, RecordCount, count_records, encode_block


class MemoryJournal:
    """Implements the port `Journal` without any durability: it checks, counts and chains, and forgets."""

    def __init__(self, engine_version: int = ENGINE_VERSION) -> None:
        self._engine_version = engine_version
        self._pack = choose_implementation("auto", LocalDisk()).pack
        self._position = Position()
        self._pending: list[bytes] = []
        self._commands = 0
        self._events = 0

    @property
    def last_sequence(self) -> int:
        """Of the last committed command; 0 at first."""
        return self._position.last_sequence

    @property
    def last_event_sequence(self) -> int:
        """Of the last committed event; 0 at first."""
        return self._position.next_event_sequence - 1

    def append(self, records: bytes) -> None:
        """Count whole commands with their events. Raises InvariantBroken where they do not continue."""
        next_event_sequence = self._position.next_event_sequence + self._events
        count = count_records(records, self._position.next_sequence + self._commands, next_event_sequence)
        self._pending.append(records)
        self._commands += count.commands
        self._events += count.events

    def commit(self) -> int:
        """Chain what was appended, as a journal on disk would, and drop it."""
        if self._pending:
            count = RecordCount(self._commands, self._events)
            payload = b"".join(self._pending)
            block = encode_block(self._position, payload, count, self._engine_version, self._pack)
            self._position = block.next_position
            self._pending.clear()
            self._commands = self._events = 0
        return self.last_sequence

    def head(self) -> str:
        """The chain's hash after the last commit: the one a journal on disk with the same commits would have."""
        return self._position.head.hex()

    def save_snapshot(self, sequence: int, data: bytes) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Commit what is buffered."""
        self.commit()
