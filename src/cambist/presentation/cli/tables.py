"""Rows of the API as tables that a terminal of 80 columns can hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

_WHOLE_WORDS = ("order_id", "strategy", "name", "symbol", "side", "qty", "price", "filled_of_qty", "state", "phase")
"""Columns that make no sense in pieces, however narrow the terminal."""


def table(title: str, rows: Sequence[dict[str, Any]], *columns: str) -> Table:
    """The named fields of each row; a field that is null stays empty."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        made.add_column(column.replace("_", " "), overflow="fold", no_wrap=column in _WHOLE_WORDS)
    for row in rows:
        made.add_row(*("" if row[column] is None else str(row[column]) for column in columns))
    return made
