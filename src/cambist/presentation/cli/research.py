"""`cambist backtest` and `cambist bench`: run as fast as the machine does, and say what came of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter
from rich.table import Table
from rich.text import Text

from cambist.domain.errors import StrategyError
from cambist.presentation.cli.console import results, write_json
from cambist.presentation.cli.durations import parse_duration_ns
from cambist.presentation.cli.operations import BacktestOptions, Operations
from cambist.presentation.cli.options import AsJson, KernelName, Recording, RunFor
from cambist.presentation.cli.progress import progress_bar

if TYPE_CHECKING:
    from cambist.application.research.result import BacktestResult

_OPS_HELP = "24-byte records: op u8, side u8, flags u16, qty u32, price u32, zero u32, id u64, little-endian."


def register(app: App, operations: Operations) -> None:
    """Add the commands."""

    @app.command
    def backtest(
        strategy: Annotated[str, Parameter(help="A Python file with one strategy, or the name of an installed one.")],
        *,
        recording: Recording = None,
        seed: Annotated[int | None, Parameter(help="Of the synthetic market; 1 where no recording is given.")] = None,
        run_for: RunFor = None,
        kernel: KernelName = None,
        as_json: AsJson = False,
    ) -> int:
        """Run the strategy of a file against a recording or a seeded synthetic market, and print what it did.

        Ends with 2 where the strategy raised.
        """
        options = BacktestOptions(
            strategy=strategy,
            recording=recording,
            seed=seed,
            run_ns=None if run_for is None else parse_duration_ns(run_for),
            kernel=kernel,
        )
        with progress_bar("Running") as progress:
            result = operations.backtest(options, progress)
        summary = _summary(result, options)
        if as_json:
            write_json(summary)
        else:
            results().print(_summary_table(summary))
        return StrategyError.exit_code if result.errors else 0

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
        _show(result, f"Matching on the {result['kernel']} kernel", as_json)

    @bench.command
    def journal(
        *,
        directory: Annotated[Path | None, Parameter(help="On the disk to measure; a temporary one by default.")] = None,
        records: Annotated[int, Parameter(help="How many, of 64 bytes.")] = 1_000_000,
        records_per_commit: Annotated[int, Parameter(help="How many share one write and one fdatasync.")] = 16_384,
        as_json: AsJson = False,
    ) -> None:
        """Append records to a new journal, durably, then check every block; nothing of it stays."""
        _show(operations.bench_journal(directory, records, records_per_commit), "The native journal", as_json)


def _show(result: dict[str, Any], title: str, as_json: bool) -> None:
    if as_json:
        write_json(result)
        return
    table = Table(title=title, show_header=False)
    for name, value in result.items():
        table.add_row(name, f"{value:,}" if isinstance(value, int) else str(value))
    results().print(table)


def _summary(result: BacktestResult, options: BacktestOptions) -> dict[str, Any]:
    """What fits on a screen: counts instead of the orders and fills themselves."""
    market = str(options.recording) if options.recording else f"synthetic, seed {options.seed or 1}"
    return {
        "strategy": result.strategy,
        "market": market,
        "kernel": result.kernel,
        "run_seconds": str(result.run_seconds),
        "orders": len(result.orders),
        "denied": result.denied,
        "rejected": result.rejected,
        "fills": len(result.fills),
        "volume": _amount(result.volume),
        "trades": result.trades,
        "win_rate": None if result.win_rate is None else f"{result.win_rate:.4f}",
        "pnl": _amount(result.pnl),
        "net_pnl": _amount(result.net_pnl),
        "unrealised_pnl": _amount(result.unrealised_pnl),
        "commission": _amount(result.commission),
        "max_drawdown": _amount(result.max_drawdown),
        "capital": _amount(result.capital),
        "state_hash": result.state_hash,
        "errors": list(result.errors),
    }


def _amount(amount: Decimal) -> str:
    """Plain decimal text without trailing zeros."""
    return f"{amount:f}".rstrip("0").rstrip(".") if "." in f"{amount:f}" else f"{amount:f}"


def _summary_table(summary: dict[str, Any]) -> Table:
    table = Table(title=f"{summary['strategy']} on {summary['market']}", show_header=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    for name, value in summary.items():
        if name not in ("strategy", "market", "errors"):
            shown = "" if value is None else f"{value:,}" if isinstance(value, int) else value
            table.add_row(name.replace("_", " "), shown)
    for error in summary["errors"]:
        table.add_row("[red]stopped[/]", Text(error))
    return table
