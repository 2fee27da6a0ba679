"""`cambist bench`: measure on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.table import Table

from cambist.presentation.cli.console import results, write_json
from cambist.presentation.cli.operations import Operations
from cambist.presentation.cli.options import AsJson, KernelName

_OPS_HELP = "24-byte records: op u8, side u8, flags u16, qty u32, price u64, id u64, little-endian."


def bench_app(operations: Operations) -> App:
    """The commands under `bench`."""
    bench = App(name="bench", help="Measure on this machine.")

    @bench.command
    def matching(
        *,
        ops: Annotated[Path | None, Parameter(help=_OPS_HELP)] = None,
        count: Annotated[int, Parameter(help="How many to make where no file is named.")] = 1_000_000,
        kernel: KernelName = None,
        as_json: AsJson = False,
    ) -> None:
        """Drive order operations through the books alone, hash trades and final books."""
        result = operations.bench_matching(ops, count, kernel)
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

    @bench.command
    def desk(
        *,
        directory: Annotated[Path | None, Parameter(help="On the disk to measure; a temporary one by default.")] = None,
        orders: Annotated[int, Parameter(help="How many.")] = 200_000,
        orders_in_flight: Annotated[int, Parameter(help="How many may wait for the disk at once.")] = 1_024,
        as_json: AsJson = False,
    ) -> None:
        """Send orders through gate, matching, ledger and journal: by batch, one by one, durable, replayed."""
        _show(operations.bench_desk(directory, orders, orders_in_flight), "The native desk", as_json)

    @bench.command
    def shards(
        *,
        engines: Annotated[int, Parameter(help="How many, each on a thread of its own.")] = 2,
        orders: Annotated[int, Parameter(help="How many.")] = 200_000,
        as_json: AsJson = False,
    ) -> None:
        """Send the same orders through one engine and through several, with the instruments spread over them."""
        _show(operations.bench_shards(engines, orders), "Native engines side by side", as_json)

    return bench


def _show(result: dict[str, Any], title: str, as_json: bool) -> None:
    if as_json:
        write_json(result)
        return
    table = Table(title=title, show_header=False)
    for name, value in result.items():
        table.add_row(name, f"{value:,}" if isinstance(value, int) else str(value))
    results().print(table)
