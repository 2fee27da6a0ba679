"""Where the command line writes: results to standard output, everything about them to standard error."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
from rich.console import Console

from cambist.domain.errors import CambistError


def results() -> Console:
    """For what was asked for. Plain text where it is not a terminal."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())


def remarks() -> Console:
    """For banners, progress and failures."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=not sys.stderr.isatty())


def write_json(value: Any) -> None:
    """One line of JSON."""
    sys.stdout.write(msgspec.json.encode(value, enc_hook=str).decode() + "\n")
    sys.stdout.flush()


def report_failure(error: CambistError) -> int:
    """One sentence and what to do about it; the exit code."""
    remarks().print(f"[bold red]{error.code}[/] ", end="")
    remarks().print(str(error), markup=False)
    return error.exit_code
