"""What a kernel is. `reference` is the specification in plain Python, `native` the same in Rust."""

from __future__ import annotations

from typing import Protocol

from cambist.domain.message import Command, Event

ENGINE_VERSION = 3
"""Grows with every change of a rule: a journal is replayed only by the version that wrote it."""


class Kernel(Protocol):
    """A deterministic state machine: the same commands give the same events and the same snapshot."""

    @property
    def name(self) -> str:
        """`python` or `native`."""

    @property
    def sequence(self) -> int:
        """Of the last applied command; 0 at first."""

    @property
    def event_sequence(self) -> int:
        """Of the last event; 0 at first."""

    @property
    def now_ns(self) -> int:
        """The engine's time."""

    def apply(self, command: Command) -> list[Event]:
        """Apply one stamped command. Raises InvariantBroken where sequence or time do not continue."""

    def apply_batch(self, commands: bytes) -> bytes:
        """Apply packed stamped commands: each comes back followed by its events. Refused bytes apply nothing."""

    def snapshot(self) -> bytes:
        """The whole state as canonical bytes."""

    def state_hash(self) -> str:
        """16 hex digits: the first 8 bytes of BLAKE2b over the snapshot."""
