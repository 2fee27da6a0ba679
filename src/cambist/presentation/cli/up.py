"""`cambist up`: open a market, show how it is doing, drain it when asked to."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cambist.presentation.cli.console import remarks, results, write_json
from cambist.presentation.cli.durations import format_duration, parse_duration_ns
from cambist.presentation.cli.operations import MarketFacts, MarketPulse, OpenMarket, Operations, RunSummary, UpOptions
from cambist.presentation.cli.options import AsJson, DataDirectory, KernelName, Recording, RunFor

_REFRESH_S = 0.25
_ECHO_S = 0.5
"""A launcher in front of us may pass on a signal that reached us already: so soon, a second one is the first."""
EXIT_ENDED_AT_ONCE = 130


def register(app: App, operations: Operations) -> None:
    """Add the command."""

    @app.command
    def up(
        *,
        run_for: RunFor = None,
        seed: Annotated[int | None, Parameter(help="Repeatable: the same seed ends with the same state hash.")] = None,
        rate: Annotated[int | None, Parameter(help="Events per second of the synthetic market.")] = None,
        recording: Recording = None,
        speed: Annotated[str | None, Parameter(help="Simulated seconds per second, or max.")] = None,
        strategy: Annotated[Path | None, Parameter(help="A Python file with one more strategy to run.")] = None,
        port: Annotated[int | None, Parameter(help="Where to serve; 0 takes any free port.")] = None,
        data: DataDirectory = None,
        kernel: KernelName = None,
        as_json: AsJson = False,
    ) -> None:
        """Open the market and serve it on http://127.0.0.1:8080 until Ctrl-C.

        With --seed or --recording and without --data, all is kept in a temporary directory and removed at the end.
        """
        options = UpOptions(
            run_ns=None if run_for is None else parse_duration_ns(run_for),
            seed=seed,
            rate=rate,
            recording=recording,
            speed=speed,
            strategy_file=strategy,
            port=port,
            data_dir=data,
            kernel=kernel,
        )
        market = _run(operations, options)
        summary = market.summary()
        if as_json:
            write_json(summary)
        else:
            results().print(_summary_table(summary))
        if complaint := market.complaint():
            raise complaint


def _run(operations: Operations, options: UpOptions) -> OpenMarket:
    """From opening to draining. A second signal ends the process at once."""
    with _asked_to_stop() as stop:
        market = operations.open_market(options, _say)
        try:
            remarks().print(_banner(market.facts))
            _watch(market, stop)
        finally:
            market.close()
    return market


@contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set; whoever asks again does not want to wait for the drain."""
    stop = threading.Event()
    asked_s = 0.0

    def ask(*_: object) -> None:
        nonlocal asked_s
        if stop.is_set() and time.monotonic() - asked_s > _ECHO_S:
            _end_at_once()
        elif not stop.is_set():
            asked_s = time.monotonic()
            stop.set()

    previous = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _say(sentence: str) -> None:
    remarks().print(sentence, markup=False)


def _end_at_once() -> None:
    """The journal needs no farewell: what was acknowledged is in it. Nor does anything else wait for threads."""
    os.write(sys.stderr.fileno(), b"Ended at once, without draining: nothing that was acknowledged is lost.\n")
    os._exit(EXIT_ENDED_AT_ONCE)


def _watch(market: OpenMarket, stop: threading.Event) -> None:
    """Until it ends or is asked to: a live line on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        while not stop.is_set() and not market.wait(_REFRESH_S):
            pass
        return
    with Live(console=remarks(), auto_refresh=False, transient=True) as live:
        while not stop.is_set() and not market.wait(_REFRESH_S):
            live.update(_status_line(market.pulse()), refresh=True)


def _banner(facts: MarketFacts) -> Panel:
    lines = Table.grid(padding=(0, 2))
    lines.add_column(style="dim")
    lines.add_column(overflow="fold")
    lines.add_row("page" if facts.page_is_built else "API", Text(facts.url, style="bold underline"))
    if not facts.page_is_built:
        lines.add_row("", "the page is not built: install Node.js and run 'make web'")
    lines.add_row("data", f"{facts.data_dir}{' (temporary)' if facts.is_temporary else ''}")
    lines.add_row("market", facts.source)
    lines.add_row("strategies", ", ".join(facts.strategies) or "none")
    lines.add_row("kernel", facts.kernel)
    if facts.recovered_sequence:
        lines.add_row("recovered", f"carries on after command {facts.recovered_sequence:,}")
    return Panel(lines, title="[bold]Cambist[/]", subtitle="Ctrl-C drains and stops", expand=False)


def _status_line(pulse: MarketPulse) -> Text:
    rate = pulse.events * 10**9 // pulse.ran_ns if pulse.ran_ns else 0
    color = "green" if not pulse.pnl.startswith("-") else "red"
    return Text.assemble(
        (f" {pulse.trading_state} ", "bold reverse green" if pulse.trading_state == "ACTIVE" else "bold reverse red"),
        f"  {format_duration(pulse.ran_ns)}  {rate:,} events/s  {pulse.orders:,} orders  {pulse.fills:,} fills  today ",
        (pulse.pnl, f"bold {color}"),
    )


def _summary_table(summary: RunSummary) -> Table:
    table = Table(title="The run", show_header=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    for name, value in (
        ("simulated seconds", summary.ran_seconds),
        ("events", f"{summary.events:,}"),
        ("our orders", f"{summary.orders:,}"),
        ("our fills", f"{summary.fills:,}"),
        ("P&L", summary.pnl),
        ("equity", summary.equity),
        ("last command", f"{summary.sequence:,}"),
        ("kernel", summary.kernel),
        ("state hash", summary.state_hash),
    ):
        table.add_row(name, value)
    return table
