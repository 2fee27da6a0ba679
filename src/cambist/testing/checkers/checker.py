"""The common shape of checkers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cambist.domain.message import Command, Event
from cambist.protocols.snapshot import Sections


class Violation(AssertionError):
    """Something that must always hold does not."""


class Checker(Protocol):
    """Fed in order, without gaps, from the first command on."""

    def take(self, command: Command, events: Sequence[Event]) -> None:
        """The next command and what it caused. Raises Violation."""

    def look(self, sections: Sections) -> None:
        """The engine's state after the last command taken. Raises Violation."""
