"""No acknowledged command is lost: what anybody was told stays in the journal, byte for byte."""

from __future__ import annotations

from cambist.protocols.records import split_stream
from cambist.testing.checkers.checker import Violation


class NothingAcknowledgedIsLost:
    """Remembers every record that left the process."""

    def __init__(self) -> None:
        self._told: list[bytes] = []
        """Per command: its record and its events'. The first has sequence 1."""

    @property
    def sequence(self) -> int:
        """Of the last command that anybody was told of."""
        return len(self._told)

    def acknowledge(self, commands: list[bytes]) -> None:
        """These commands, each with its events, were answered after their commit."""
        self._told += commands

    def recovered(self, last_sequence: int, first_sequence: int, records: bytes) -> None:
        """A restarted journal ends with `last_sequence`, and holds these records from `first_sequence` on."""
        if last_sequence < self.sequence:
            raise Violation(f"Command {self.sequence} was acknowledged; the journal ends with {last_sequence}.")
        known = self._told[first_sequence - 1 :]
        if not records.startswith(b"".join(known)):
            raise Violation(
                f"{len(split_stream(records))} commands from {first_sequence} on are not what was acknowledged."
            )
