"""`cambist journal verify|dump|head` read the journal of a data directory, running or not; `prune` shortens it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter
from rich.table import Table
from rich.text import Text

from cambist.domain.errors import JournalCorrupt
from cambist.presentation.cli.console import remarks, results, write_json
from cambist.presentation.cli.operations import JournalReport, Operations
from cambist.presentation.cli.options import AsJson, DataDirectory


def journal_app(operations: Operations) -> App:
    """The three commands under one name."""
    app = App(name="journal", help="Read and check the journal, the record of everything.")

    @app.command
    def verify(*, data: DataDirectory = None, as_json: AsJson = False) -> int:
        """Read every block and check lengths, checksums, sequences and the chain of hashes. Ends with 5 on damage."""
        with remarks().status("Reading every block"):
            report = operations.verify_journal(data)
        if as_json:
            write_json(report)
        else:
            results().print(_report_table(report))
        return JournalCorrupt.exit_code if report.problems else 0

    @app.command
    def dump(
        *,
        data: DataDirectory = None,
        start: Annotated[int, Parameter(name="--from", help="Begin with this command.")] = 1,
        limit: Annotated[int | None, Parameter(help="Stop after so many commands.")] = None,
    ) -> None:
        """Print commands and events in order, one JSON line each."""
        for record in operations.journal_records(data, start, limit):
            write_json(record)

    @app.command
    def head(*, data: DataDirectory = None, as_json: AsJson = False) -> None:
        """Print the last sequence and the chain's hash; kept elsewhere, it makes tampering evident."""
        found = operations.journal_head(data)
        if as_json:
            write_json(found)
        else:
            results().print(f"{found['last_sequence']} {found['head']}")

    @app.command
    def prune(*, data: DataDirectory = None, as_json: AsJson = False) -> None:
        """Remove old segments that neither recovery nor the tables need. The market must not be running.

        What is removed can be replayed no more: copy it first where it must be kept.
        """
        removed = operations.prune_journal(data)
        if as_json:
            write_json({"removed": removed})
        else:
            results().print("\n".join(removed) or "Nothing to remove: recovery or the tables still need every segment.")

    return app


def _report_table(report: JournalReport) -> Table:
    title = "[bold red]The journal is damaged[/]" if report.problems else "The journal is whole"
    table = Table(title=title, show_header=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    for name in report.__struct_fields__:
        value = getattr(report, name)
        if name != "problems":
            table.add_row(name.replace("_", " "), f"{value:,}" if isinstance(value, int) else value)
    for problem in report.problems:
        table.add_row("[red]problem[/]", Text(problem))
    return table
