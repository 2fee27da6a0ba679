"""The projector's process: `python -m cambist.bootstrap.project DIRECTORY` tails the journal into the tables.

It says `ready` on standard output once the tables hold everything that was durable when it began: until then an order
that was acknowledged before a restart could seem unknown. It ends when its standard input is closed, after projecting
what is durable by then; so it never outlives its parent.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from cambist.bootstrap.data_directory import DataDirectory
from cambist.domain.errors import CambistError, StorageFailure
from cambist.infrastructure.persistence.journal import JournalReader
from cambist.infrastructure.persistence.projections.database import connect, migrate, sqlite_address
from cambist.infrastructure.persistence.projections.projector import Projector

_PAUSE_S = 0.05


def main() -> int:
    """Project until told to end; the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides when to end.
    ended = threading.Event()
    threading.Thread(target=_wait_for_parent, args=(ended,), daemon=True).start()
    try:
        project(DataDirectory(Path(sys.argv[1]), is_temporary=False), ended)
    except CambistError as error:
        sys.stderr.write(f"{error.code} The projector stopped: {error}\n")
        return error.exit_code
    return 0


def project(directory: DataDirectory, ended: threading.Event) -> None:
    """Follow the journal until `ended` is set and nothing durable is left over.

    Raises JournalCorrupt, StorageFailure, InvariantBroken.
    """
    engine = connect(sqlite_address(directory.path))
    try:
        migrate(engine)
        projector = Projector(engine)
        reader = JournalReader(directory.journal, projector.sequence)
        try:
            _catch_up(projector, reader, reader.durable_sequence())
        finally:  # Tables that cannot be continued can still be read.
            sys.stdout.write("ready\n")
            sys.stdout.flush()
        while True:
            is_last_round = ended.is_set()
            while blocks := reader.poll():
                _apply(projector, b"".join(block.payload for block in blocks))
            if is_last_round:
                return
            ended.wait(_PAUSE_S)
    finally:
        engine.dispose()


def _catch_up(projector: Projector, reader: JournalReader, durable_sequence: int) -> None:
    """So far and no further: a market that goes on meanwhile must not put it off."""
    while projector.sequence < durable_sequence and (blocks := reader.poll()):
        _apply(projector, b"".join(block.payload for block in blocks))


def _apply(projector: Projector, records: bytes) -> None:
    try:
        projector.apply(records)
    except DBAPIError as error:
        raise StorageFailure(
            f"The tables cannot be written: {error.orig}.",
            "Check the disk under the data directory; it is tried again.",
        ) from error


def _wait_for_parent(ended: threading.Event) -> None:
    """Unbuffered: an interpreter that ends while this waits must not find the buffer's lock taken."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
