"""What seeded streams of commands share: an opening, then commands without end, each stamped."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from cambist.domain.message import Command


class RandomStream(ABC):
    """A subclass says what is defined first, what comes then, and how much time passes."""

    def __init__(self, seed: int | str) -> None:
        self._random = Random(seed)
        self._sequence = 0
        self._now_ns = 0

    def stream(self, count: int, now_ns: int) -> Iterator[Command]:
        """The opening, then `count` commands, stamped from sequence 1 on."""
        opened = self._opening()
        for sequence in range(1, len(opened) + count + 1):
            self._sequence, self._now_ns = sequence, now_ns
            made = opened[sequence - 1] if sequence <= len(opened) else self._any()
            yield replace(made, sequence=sequence, now_ns=now_ns)
            now_ns += self._pause_ns()

    @abstractmethod
    def _opening(self) -> list[Command]:
        """Accounts and instruments."""

    @abstractmethod
    def _any(self) -> Command:
        """The next command, unstamped."""

    @abstractmethod
    def _pause_ns(self) -> int:
        """What passes behind a command."""
