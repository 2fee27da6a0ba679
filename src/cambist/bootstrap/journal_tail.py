"""What sources must live through again at a start: the receipts behind the state that each of them saved last."""

from __future__ import annotations

from collections.abc import Collection

from cambist.application.ports.engine_host import Receipt
from cambist.application.ports.journal import JournalHistory
from cambist.domain.commands import SaveState
from cambist.protocols.journal import commands_after
from cambist.protocols.records import split_stream

REACH = 32_768
"""How many commands from the end are looked at first: about as many as a busy market journals between two states."""


def receipts_behind_states(
    journal: JournalHistory, after_sequence: int, slots: Collection[int], reach: int = REACH
) -> list[Receipt]:
    """Whole receipts later than `after_sequence`, at least from the last state of each of these slots on; all of them
    where one was not saved since.

    A journal may be millions of commands longer than its snapshot, and sources save their state every second: it is
    read from further and further back until every slot is found.
    """
    while True:
        since = max(after_sequence, journal.last_sequence - reach)
        receipts = _receipts_after(journal, since)
        saved = {receipt.command.slot for receipt in receipts if isinstance(receipt.command, SaveState)}
        if since == after_sequence or saved.issuperset(slots):
            return receipts
        reach *= 4


def _receipts_after(journal: JournalHistory, sequence: int) -> list[Receipt]:
    return [
        Receipt(command, tuple(events))
        for block in journal.blocks(sequence)
        for command, events in split_stream(commands_after(block.payload, sequence)[1])
    ]
