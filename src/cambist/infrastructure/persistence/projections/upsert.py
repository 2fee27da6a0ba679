"""Inserts that meet a row of the same primary key, the one statement whose spelling differs between the databases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows; one that is there under the same primary key is replaced whole."""
    values = list(rows)
    if not values:
        return
    statement = _dialect(connection).insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), values)


def insert_missing(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Write a row unless there is one under the same primary key."""
    connection.execute(_dialect(connection).insert(table).values(row).on_conflict_do_nothing())


def _dialect(connection: Connection) -> ModuleType:
    return postgresql if connection.dialect.name == "postgresql" else sqlite
