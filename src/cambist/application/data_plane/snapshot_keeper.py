"""Keeps snapshots of the engine in the journal: at once, or beside the work where the journal has a thread of its own.

A snapshot is several writes and syncs; on a busy disk that takes as long as thousands of commands.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from cambist.application.ports.journal import Journal
from cambist.domain.errors import CambistError

_LOOK_AGAIN_S = 0.005


class SnapshotKeeper:
    """Used by the plane's thread. One snapshot at a time; the next one waits for the one before."""

    def __init__(self, journal: Journal, after_snapshot: Callable[[], None], *, works_beside: bool) -> None:
        self._journal = journal
        self._after_snapshot = after_snapshot
        self._works_beside = works_beside
        self._thread: threading.Thread | None = None
        self._failure: CambistError | None = None
        self._is_abandoned = False

    @property
    def waits_for_durability(self) -> bool:
        """False where what is kept must be durable before `keep` is called."""
        return not self._works_beside

    def keep(self, sequence: int, data: bytes) -> None:
        """Keep the state after a command, as soon as that is durable. Raises what befell the one before."""
        self.finish()
        if not self._works_beside:
            self._journal.save_snapshot(sequence, data)
            self._after_snapshot()
            return
        self._thread = threading.Thread(
            target=self._keep_beside, args=(sequence, data), name="snapshot-keeper", daemon=True
        )
        self._thread.start()

    def check(self) -> None:
        """Raises what kept a snapshot from being kept."""
        if self._failure is not None:
            raise self._failure

    def finish(self) -> None:
        """Return once the last one is kept. Raises where it cannot be."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self.check()

    def abandon(self) -> None:
        """Keep nothing that is not being written already."""
        self._is_abandoned = True
        if self._thread is not None:
            self._thread.join()

    def _keep_beside(self, sequence: int, data: bytes) -> None:
        pause = threading.Event()
        while self._journal.last_sequence < sequence and not self._is_abandoned:
            pause.wait(_LOOK_AGAIN_S)
        if self._is_abandoned:
            return
        try:
            self._journal.save_snapshot(sequence, data)
            self._after_snapshot()
        except CambistError as error:
            self._failure = error
