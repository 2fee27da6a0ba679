"""Streams of records as a kernel would return them, made without one: for tests of what carries them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from cambist.domain.commands import AdvanceTime, SaveState
from cambist.domain.events import BookDelta, OrderRepeated
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import Side
from cambist.protocols.records import encode


@dataclass(slots=True)
class RecordStream:
    """Makes commands with events, continuing both sequences; seeded, so that a seed is a journal."""

    seed: int = 0
    sequence: int = 0
    event_sequence: int = 0
    now_ns: int = 0

    def take(self, commands: int) -> bytes:
        """The next `commands` commands with zero to three events each."""
        parts: list[bytes] = []
        for _ in range(commands):
            parts.extend(self._one())
        return b"".join(parts)

    def _one(self) -> list[bytes]:
        self.sequence += 1
        self.now_ns += 1_000
        random_source = random.Random(f"{self.seed}/{self.sequence}")
        parts = [encode(self._command(random_source))]
        for _ in range(random_source.randrange(4)):
            self.event_sequence += 1
            parts.append(encode(self._event(random_source)))
        return parts

    def _command(self, random_source: random.Random) -> Command:
        if random_source.random() < 0.5:
            return AdvanceTime(sequence=self.sequence, now_ns=self.now_ns)
        state = random_source.randbytes(random_source.randrange(200))
        return SaveState(sequence=self.sequence, now_ns=self.now_ns, slot=random_source.randrange(9), state=state)

    def _event(self, random_source: random.Random) -> Event:
        stamp = {"sequence": self.event_sequence, "now_ns": self.now_ns}
        if random_source.random() < 0.5:
            return OrderRepeated(**stamp, order_id=self.sequence, account_id=1, client_order_id=f"c{self.sequence}")
        return BookDelta(
            **stamp, instrument_id=1, side=Side.BUY, price=random_source.randrange(1, 9), qty=7, order_count=1
        )
