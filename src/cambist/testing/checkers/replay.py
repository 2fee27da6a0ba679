"""Replay equals state: the same commands, applied again, give the same events and the same state."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cambist.domain.message import Command
from cambist.engine.kernel import Kernel
from cambist.protocols.records import encode
from cambist.testing.checkers.checker import Violation


class ReplayEqualsState:
    """Keeps commands and events as bytes, for a kernel that has never seen them."""

    def __init__(self) -> None:
        self._commands: list[bytes] = []
        self._stream: list[bytes] = []

    def take(self, command: Command, record: bytes) -> None:
        """A command, and the record of it with those of its events."""
        self._commands.append(encode(command))
        self._stream.append(record)

    def compare(self, fresh: Callable[[], Kernel], state_hash: str) -> None:
        """Apply everything again. Raises Violation where anything comes out otherwise."""
        kernel = fresh()
        given = kernel.apply_batch(b"".join(self._commands))
        expected: Sequence[bytes] = self._stream
        if given != b"".join(expected):
            raise Violation(f"Applied again, the commands give other events on the {kernel.name} kernel.")
        if kernel.state_hash() != state_hash:
            raise Violation(f"Applied again, the commands lead to {kernel.state_hash()}, not {state_hash}.")
