"""Progress of long work on a terminal; nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cambist.presentation.cli.console import remarks
from cambist.presentation.cli.operations import Progress as Report


@contextmanager
def progress_bar(title: str) -> Iterator[Report]:
    """A function to call with engine time done and the whole, where it is known, in ns."""
    columns = (TextColumn(title), BarColumn(), TextColumn("{task.completed:,.0f} s"), TimeElapsedColumn())
    with Progress(*columns, console=remarks(), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, whole: bar.update(task, completed=done / 1e9, total=None if whole is None else whole / 1e9)
