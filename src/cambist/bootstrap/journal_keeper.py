"""Keeps a running market's journal from filling the disk: old segments go after a snapshot was kept.

On a thread of its own, since the tables are asked how far they are and the engine must not wait for that. A failure
here is told and tried again after the next snapshot; it never stops the market.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from cambist.bootstrap.data_directory import DataDirectory
from cambist.infrastructure.persistence.journal import prune_beside_writer

_LOG = logging.getLogger("cambist.journal")
_STOP_WITHIN_S = 10.0


class JournalKeeper:
    """Prunes whenever it is told that a snapshot was kept, until it is stopped."""

    def __init__(self, directory: DataDirectory, keep_bytes: int) -> None:
        """`keep_bytes` of the newest segments stay, and all that recovery or the tables need; 0: everything stays."""
        self._directory = directory
        self._keep_bytes = keep_bytes
        self._due = threading.Event()
        self._is_stopping = False
        self._thread = threading.Thread(target=self._work, name="journal-keeper", daemon=True)
        if keep_bytes:
            self._thread.start()

    def after_snapshot(self) -> None:
        """Look what can go, soon. Returns at once."""
        self._due.set()

    def stop(self) -> None:
        """Finish what is under way."""
        self._is_stopping = True
        self._due.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_WITHIN_S)

    def prune(self) -> list[str]:
        """Remove what nothing needs beyond the newest `keep_bytes`; the names. Never raises."""
        try:
            needed_from = _sequence_of_tables(self._directory.path) + 1
            removed = prune_beside_writer(self._directory.journal, needed_from, self._keep_bytes)
        except Exception as error:  # whatever it was: the market must not stop for tidying up
            _LOG.warning("Old segments of the journal cannot be pruned: %s. It is tried again later.", error)
            return []
        if removed:
            _LOG.info("Pruned %d segments of the journal, %s to %s.", len(removed), removed[0], removed[-1])
        return removed

    def _work(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            if self._is_stopping:
                return
            self.prune()


def _sequence_of_tables(path: Path) -> int:
    """The last command whose events the tables hold. SQL is imported here: a market starts without it."""
    from cambist.infrastructure.persistence.projections.database import connect, sqlite_address  # noqa: PLC0415
    from cambist.infrastructure.persistence.projections.offset import projected_sequence  # noqa: PLC0415

    engine = connect(sqlite_address(path))
    try:
        return projected_sequence(engine)
    finally:
        engine.dispose()
