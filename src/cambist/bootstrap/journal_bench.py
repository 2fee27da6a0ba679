"""`cambist bench journal`: how fast the native journal makes records durable, and reads them back."""

from __future__ import annotations

import os
import random
import struct
import time
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cambist.domain.commands import NewOrder
from cambist.domain.errors import InputError, InvariantBroken, StorageFailure
from cambist.domain.vocabulary import OrderType, Side, TimeInForce
from cambist.engine.kernel import ENGINE_VERSION
from cambist.engine.native import load_module
from cambist.infrastructure.persistence.journal.block_writer import WriterStart
from cambist.infrastructure.persistence.journal.implementation import choose_implementation
from cambist.infrastructure.persistence.journal.local_disk import LocalDisk
from cambist.protocols.journal import Position
from cambist.protocols.records import encode

RECORD_BYTES = 64
_SEQUENCE = slice(8, 16)
_PRICE_AND_QTY = struct.Struct("<qq")
_PRICE_OFFSET = 40


def bench_journal(directory: Path | None, records: int, records_per_commit: int) -> dict[str, Any]:
    """Append 64-byte records to a new journal under `directory` (the system's for temporary files where None), one
    write and one fdatasync per commit, then check every block; beside it the same bytes into a plain file. Raises
    InputError, KernelUnusable, StorageFailure.
    """
    if records < 1 or records_per_commit < 1:
        raise InputError("There is nothing to measure.", "Ask for at least one record in each commit.")
    load_module()
    commits = _commits(records, records_per_commit)
    try:
        with TemporaryDirectory(dir=directory, prefix="cambist-bench-") as folder:
            append_seconds = _append(Path(folder), commits)
            size = sum(segment.stat().st_size for segment in Path(folder).iterdir())
            scan_seconds = _scan(Path(folder), len(commits))
            plain_seconds = _append_plainly(Path(folder) / "plain", commits)
    except OSError as error:
        raise StorageFailure(
            f"The journal could not be measured: {error.strerror or error}.", "Name a directory with space."
        ) from error
    return {
        "records": records,
        "record_bytes": RECORD_BYTES,
        "records_per_commit": records_per_commit,
        "commits": len(commits),
        "disk_bytes_per_record": round(size / records, 1),
        "append_seconds": round(append_seconds, 6),
        "append_records_per_s": int(records / append_seconds),
        "plain_file_records_per_s": int(records / plain_seconds),
        "append_to_plain_file": round(plain_seconds / append_seconds, 3),
        "commit_us": round(append_seconds / len(commits) * 1e6, 1),
        "scan_seconds": round(scan_seconds, 6),
        "scan_records_per_s": int(records / scan_seconds),
    }


def _append(folder: Path, commits: list[bytes]) -> float:
    """Seconds until everything is durable, one commit after the other."""
    start = WriterStart(folder, Position(), ENGINE_VERSION, version("cambist"), segment_bytes=2**40)
    writer = choose_implementation("native", LocalDisk()).begin(start)
    began = time.perf_counter()
    for commit in commits:
        writer.append(commit)
        writer.commit()
    seconds = time.perf_counter() - began
    writer.close()
    return seconds


def _append_plainly(path: Path, commits: list[bytes]) -> float:
    """Seconds until everything is durable in a file without blocks, checksums or packing."""
    with path.open("wb", buffering=0) as file:
        began = time.perf_counter()
        for commit in commits:
            file.write(commit)
            os.fdatasync(file.fileno())
        return time.perf_counter() - began


def _scan(folder: Path, blocks: int) -> float:
    """Seconds to check the one segment."""
    (segment,) = folder.iterdir()
    began = time.perf_counter()
    scan = load_module().scan_journal_segment(segment, [])
    seconds = time.perf_counter() - began
    if scan is None or scan[2] != blocks:
        raise InvariantBroken("The journal does not hold what was appended.", "Report this.")
    return seconds


def _commits(records: int, records_per_commit: int) -> list[bytes]:
    """Orders without a client id, whose records have 64 bytes, with sequences that go on, prices and quantities at
    random.
    """
    record = bytearray(encode(_order()))
    chance = random.Random(1)
    commits = []
    for first in range(1, records + 1, records_per_commit):
        commit = bytearray()
        for sequence in range(first, min(first + records_per_commit, records + 1)):
            record[_SEQUENCE] = sequence.to_bytes(8, "little")
            _PRICE_AND_QTY.pack_into(record, _PRICE_OFFSET, chance.randrange(60_000, 61_000), chance.randrange(1, 500))
            commit += record
        commits.append(bytes(commit))
    return commits


def _order() -> NewOrder:
    return NewOrder(
        sequence=1,
        now_ns=1,
        instrument_id=1,
        account_id=1,
        strategy_id=0,
        side=Side.BUY,
        order_type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        price=100,
        qty=1,
    )
