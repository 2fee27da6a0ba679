"""`cambist backtest` and `cambist bench`: run as fast as the machine does, and say what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.table import Table

from cambist.presentation.cli.console import results, write_json
from cambist.presentation.cli.durations import parse_duration_ns
from cambist.presentation.cli.operations import BacktestOptions, BacktestReport, Operations
from cambist.presentation.cli.options import AsJson, KernelName, Recording, RunFor
from cambist.presentation.cli.progress import progress_bar

_OPS_HELP = "24-byte records: op u8, side u8, flags u16, qty u32, price u32, zero u32, id u64, little-endian."


def register(app: App, operations: Operations) -> None:
    """Add the commands."""

    @app.command
    def backtest(
        strategy: Annotated[Path, Parameter(help="A Python file with one strategy.")],
        *,
        recording: Recording = None,
        seed: Annotated[int | None, Parameter(help="Of the synthetic market; 1 where no recording is given.")] = None,
        run_for: RunFor = None,
        kernel: KernelName = None,
        as_json: AsJson = False,
    ) -> None:
        """Run the strategy of a file against a recording or a seeded synthetic market, and print what it did."""
        options = BacktestOptions(
            strategy_file=strategy,
            recording=recording,
            seed=seed,
            run_ns=None if run_for is None else parse_duration_ns(run_for),
            kernel=kernel,
        )
        with progress_bar("Running", "simulated ms") as progress:
            report = operations.backtest(options, progress)
        if as_json:
            write_json(report)
        else:
            results().print(_report_table(report))

    bench = App(name="bench", help="Measure on this machine.")
    app.command(bench)

    @bench.command
    def matching(
        *,
        ops: Annotated[Path, Parameter(help=_OPS_HELP)],
        kernel: KernelName = None,
        as_json: AsJson = False,
    ) -> None:
        """Drive a file of order operations through the books alone, hash trades and final books."""
        result = operations.bench_matching(ops, kernel)
        if as_json:
            write_json(result)
            return
        table = Table(title=f"Matching on the {result['kernel']} kernel", show_header=False)
        for name, value in result.items():
            table.add_row(name, f"{value:,}" if isinstance(value, int) else str(value))
        results().print(table)


def _report_table(report: BacktestReport) -> Table:
    table = Table(title=f"{report.strategy} on {report.source}", show_header=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    for name in report.__struct_fields__:
        value = getattr(report, name)
        if name in ("strategy", "source", "errors") or value is None:
            continue
        table.add_row(name.replace("_", " "), f"{value:,}" if isinstance(value, int) else value)
    for error in report.errors:
        table.add_row("[red]stopped[/]", error)
    return table
