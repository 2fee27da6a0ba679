"""The process that the kill drill kills: `python -m cambist.testing.drill DIRECTORY KERNEL < script`.

It recovers, says where the journal ends, skips what of the script the journal holds, and applies the rest: one line of
the script is a batch of packed commands in hex, one batch is one commit. What a batch caused is acknowledged on
standard output, one line of JSON, after its commit and never before.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TextIO

from cambist.application.data_plane.recovery import recover
from cambist.domain.commands import NewOrder
from cambist.domain.events import OrderFilled
from cambist.engine.kernel import Kernel
from cambist.engine.kernels import open_kernel
from cambist.infrastructure.persistence.journal import DiskJournal, open_journal
from cambist.protocols.journal import commands_after
from cambist.protocols.records import decode_all

SEGMENT_BYTES = 64 << 10
SNAPSHOT_COMMITS = 50
"""A snapshot is kept after so many commits."""


def run(directory: Path, choice: str, script: TextIO, answers: TextIO) -> None:
    """Recover, apply the rest of the script, and end in order. `choice` is auto, native or python."""
    journal = open_journal(directory, kernel=choice, segment_bytes=SEGMENT_BYTES)
    recovered = recover(lambda snapshot: open_kernel(choice, snapshot), journal)
    kernel = recovered.kernel
    _say(answers, {"ready": kernel.sequence, "replayed": recovered.replayed, "state_hash": kernel.state_hash()})
    for commits, line in enumerate(script, start=1):
        _apply(bytes.fromhex(line), kernel, journal, answers)
        if commits % SNAPSHOT_COMMITS == 0:
            journal.save_snapshot(kernel.sequence, kernel.snapshot())
    journal.close()
    _say(answers, {"done": kernel.sequence, "state_hash": kernel.state_hash(), "head": journal.head()})


def _apply(batch: bytes, kernel: Kernel, journal: DiskJournal, answers: TextIO) -> None:
    """Apply, commit, acknowledge what the journal does not hold yet."""
    missing, _ = commands_after(batch, journal.last_sequence)
    if missing:
        records = kernel.apply_batch(missing)
        journal.append(records)
        _say(answers, {"durable": journal.commit(), **_acknowledgement(records)})


def _acknowledgement(records: bytes) -> dict[str, list[list[object]]]:
    """The orders taken in, by client_order_id and order_id, and the fills, by trade, order and quantity."""
    orders: list[list[object]] = []
    fills: list[list[object]] = []
    for message in decode_all(records):
        if isinstance(message, NewOrder):
            orders.append([message.client_order_id, message.sequence])
        elif isinstance(message, OrderFilled):
            fills.append([message.trade_id, message.order_id, message.last_qty, message.last_price])
    return {"orders": orders, "fills": fills}


def _say(answers: TextIO, line: dict[str, object]) -> None:
    answers.write(json.dumps(line) + "\n")
    answers.flush()


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2], sys.stdin, sys.stdout)
