"""Clients that send the same commands again until they are acknowledged."""

from __future__ import annotations

from cambist.domain.message import Command
from cambist.protocols.records import encode
from cambist.testing.builders import START_NS
from cambist.testing.random_auctions import RandomAuctions
from cambist.testing.random_commands import RandomCommands
from cambist.testing.random_groups import RandomGroups

_STREAMS = (RandomCommands, RandomGroups, RandomAuctions)
"""By turns: everything there is, much of it refused; orders that wait, are pegged or tied; auctions that trade."""


class CommandSource:
    """A fixed list of random commands; the place of each is its sequence."""

    def __init__(self, seed: int, count: int) -> None:
        stream = _STREAMS[seed % len(_STREAMS)](seed)
        self._commands: list[Command] = list(stream.stream(count, START_NS))

    def __len__(self) -> int:
        return len(self._commands)

    def take(self, after_sequence: int, count: int) -> list[bytes]:
        """The packed commands after those that are there already."""
        return [encode(command) for command in self._commands[after_sequence : after_sequence + count]]

    def pause_ns(self, sequence: int) -> int:
        """The time that passes before a command."""
        if sequence <= 1 or sequence > len(self._commands):
            return 0
        return self._commands[sequence - 1].now_ns - self._commands[sequence - 2].now_ns
