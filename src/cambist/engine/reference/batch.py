"""The packed commands of a batch. They are decoded before the first is applied, so that damage applies nothing."""

from __future__ import annotations

from cambist.domain.errors import ValueOutOfRange
from cambist.domain.message import Command
from cambist.protocols.records import decode


def decode_batch(records: bytes) -> list[tuple[Command, bytes]]:
    """Each command with its own bytes. Raises ValueOutOfRange where the bytes are not commands only."""
    batch: list[tuple[Command, bytes]] = []
    offset = 0
    while offset < len(records):
        message, end = decode(records, offset)
        if not isinstance(message, Command):
            raise ValueOutOfRange(f"The record at offset {offset} is an event.", "Send commands only.")
        batch.append((message, records[offset:end]))
        offset = end
    return batch
