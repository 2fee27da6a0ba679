"""Giving disk back: old segments of a data directory whose market does not run."""

from __future__ import annotations

from pathlib import Path

from cambist.bootstrap.data_directory import DataDirectory
from cambist.domain.errors import InputError
from cambist.infrastructure.persistence.journal import open_journal
from cambist.infrastructure.persistence.projections.database import connect, migrate, sqlite_address
from cambist.infrastructure.persistence.projections.projector import Projector


def prune_journal(path: Path, kernel: str) -> list[str]:
    """Remove the segments that neither recovery from the two kept snapshots nor the tables need; their names.

    What was removed cannot be replayed and the tables cannot be rebuilt from it: copy it first where it must be kept.
    Raises StorageFailure where the market runs, JournalCorrupt where the journal is damaged.
    """
    directory = DataDirectory(path, is_temporary=False)
    if not directory.journal.is_dir():
        raise InputError(f"There is no journal in {path}.", "Name the data directory with --data.")
    journal = open_journal(directory.journal, kernel=kernel, minimum_free_bytes=0)  # pruning is what makes room
    try:
        engine = connect(sqlite_address(directory.path))
        try:
            migrate(engine)
            return journal.prune(needed_from=Projector(engine).sequence + 1)
        finally:
            engine.dispose()
    finally:
        journal.close()
