"""The tables as a witness of the journal: they never hold what was not durable, so it must reach at least as far."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from cambist.domain.errors import JournalCorrupt

_OFFSET = "SELECT max(sequence) FROM hft_projection_offset"


def compare_with_tables(database: Path, journal: Path, last_sequence: int) -> None:
    """Raises JournalCorrupt where the tables hold commands that are not in the journal: they would pass over whatever
    takes the place of these. Reads with the standard library, as every start waits for it; tables that cannot be read
    are the projector's matter.
    """
    held = _last_held(database)
    if held > last_sequence:
        raise JournalCorrupt(
            f"The journal at {journal} is refused: it ends after command {last_sequence}, "
            f"but the tables hold what was durable through {held}.",
            "Restore the directory from a backup. To give up what is missing instead, remove "
            f"{database.name}: it is built again from the journal as it is.",
        )


def _last_held(database: Path) -> int:
    if not database.is_file():
        return 0
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=rw", uri=True)) as connection:
            return connection.execute(_OFFSET).fetchone()[0] or 0
    except sqlite3.Error:
        return 0
