"""Opening the database: its address, its settings, its migrations."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from cambist.domain.errors import StorageFailure

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def sqlite_address(data_directory: Path) -> str:
    """The address of the embedded database in a data directory."""
    return f"sqlite:///{data_directory / 'cambist.sqlite'}"


def connect(address: str) -> Engine:
    """An engine for an address. SQLite runs in WAL mode, so that readers never wait for the projector."""
    engine = create_engine(address)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
    return engine


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision (`head`, `base`, or one by name).

    Raises StorageFailure where the database cannot be opened or written.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            going_down = revision == "base"
            (command.downgrade if going_down else command.upgrade)(config, revision)
    except OperationalError as error:
        raise StorageFailure(
            f"The database cannot be prepared: {error.orig}.", "Check that its directory is writable and not full."
        ) from error
    except DBAPIError as error:
        raise StorageFailure(
            f"The database {engine.url.database or ''} cannot be used: {error.orig}.",
            "Remove it while the market stands still, and the next start builds it again from the journal. "
            "Where the journal was pruned, restore both from a backup.",
        ) from error


def _configure_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
