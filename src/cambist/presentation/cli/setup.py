"""`cambist doctor` and `cambist new-strategy`: is everything here, and a first strategy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.table import Table

from cambist.presentation.cli.console import results, write_json
from cambist.presentation.cli.operations import Finding, Operations, Verdict
from cambist.presentation.cli.options import AsJson, DataDirectory
from cambist.presentation.cli.strategy_template import write_strategy

_EXIT_BAD = 3
_MARKS = {Verdict.GOOD: "[green]good[/]", Verdict.NOTICE: "[yellow]notice[/]", Verdict.BAD: "[bold red]bad[/]"}


def register(app: App, operations: Operations) -> None:
    """Add the commands."""

    @app.command
    def doctor(
        *,
        data: DataDirectory = None,
        port: Annotated[int | None, Parameter(help="Where the market would be served.")] = None,
        as_json: AsJson = False,
    ) -> int:
        """Look at this installation and say what is missing and what to do. Ends with 3 where something is bad."""
        findings = list(operations.examine(data, port))
        if as_json:
            write_json({"findings": findings})
        else:
            results().print(_findings_table(findings))
        return _EXIT_BAD if any(finding.verdict is Verdict.BAD for finding in findings) else 0

    @app.command
    def new_strategy(
        name: Annotated[str, Parameter(help="Words joined by dashes or underscores, such as mean-reversion.")],
    ) -> None:
        """Write a commented strategy and its test into the present directory."""
        strategy, test = write_strategy(name, Path.cwd())
        console = results()
        console.print(f"Wrote {strategy.name} and {test.name}.")
        console.print(f"Try it:   cambist backtest {strategy.name} --seed 7", markup=False)
        console.print(f"Run it:   cambist up --strategy {strategy.name}", markup=False)
        console.print(f"Test it:  python -m pytest {test.name}", markup=False)


def _findings_table(findings: list[Finding]) -> Table:
    table = Table(title="This installation")
    for column in ("", "subject", "what was found", "what to do"):
        table.add_column(column, overflow="fold")
    for finding in findings:
        table.add_row(_MARKS[finding.verdict], finding.subject, finding.detail, finding.action)
    return table
