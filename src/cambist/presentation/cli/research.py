"""`cambist backtest`: run as fast as the machine does, and say what came of it."""

from __future__ import annotations

from decimal import Decimal
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


def register(app: App, operations: Operations) -> None:
    """Add the command."""

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
