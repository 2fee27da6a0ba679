"""Backtests: the same data plane as the market's, on a memory journal, as fast as the machine does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cambist.application.data_plane.pacing import Unpaced
from cambist.application.data_plane.plane import DataPlane, PlaneOptions
from cambist.application.ports.engine_host import Commit
from cambist.application.strategy import Mode
from cambist.application.strategy.executor import Executor
from cambist.bootstrap.closing_state import ClosingState
from cambist.bootstrap.deployments import deploy
from cambist.bootstrap.desk import desk_definitions
from cambist.bootstrap.market_input import choose_input
from cambist.bootstrap.settings import load_settings
from cambist.bootstrap.strategy_files import load_strategy_file
from cambist.domain.errors import CambistError
from cambist.domain.events import OrderDenied, OrderFilled, OrderSubmitted
from cambist.domain.money import Money
from cambist.domain.vocabulary import StrategyState
from cambist.engine.kernel import Kernel
from cambist.engine.kernels import open_kernel
from cambist.infrastructure.persistence.journal import MemoryJournal
from cambist.infrastructure.system_clock import SystemClock
from cambist.presentation.cli.durations import parse_duration_ns
from cambist.presentation.cli.operations import BacktestOptions, BacktestReport, Progress

_DEFAULT_RUN_NS = 300 * 10**9
_DEFAULT_SEED = 1
_MS = 10**6


def backtest(
    strategy_file: str | Path,
    *,
    recording: str | Path | None = None,
    seed: int | None = None,
    run_for: str | None = None,
    kernel: str | None = None,
) -> BacktestReport:
    """Run the strategy of a file against a recording or a seeded synthetic market.

    `run_for` is simulated time such as "5m": by default a recording's whole length, else five minutes.
    Raises StrategyError, RecordingError, InputError.
    """
    options = BacktestOptions(
        strategy_file=Path(strategy_file),
        recording=None if recording is None else Path(recording),
        seed=seed,
        run_ns=None if run_for is None else parse_duration_ns(run_for),
        kernel=kernel,
    )
    return run_backtest(options, lambda _done, _whole: None)


def run_backtest(options: BacktestOptions, progress: Progress) -> BacktestReport:
    """Run to the end and report. Raises CambistError."""
    run = _Backtest(options)
    run.go(progress)
    return run.report()


class _Counter:
    """What a strategy did, from commits."""

    def __init__(self, on_time: Callable[[int], None]) -> None:
        self.orders = self.denied = self.fills = 0
        self._on_time = on_time

    def on_commit(self, commit: Commit) -> None:
        for receipt in commit.receipts:
            for event in receipt.events:
                if isinstance(event, OrderSubmitted):
                    self.orders += 1
                elif isinstance(event, OrderDenied):
                    self.orders += 1
                    self.denied += 1
                elif isinstance(event, OrderFilled) and event.strategy_id:
                    self.fills += 1
        self._on_time(commit.now_ns)


class _Backtest:
    """One strategy, one market, one run."""

    def __init__(self, options: BacktestOptions) -> None:
        settings = load_settings(kernel=options.kernel)
        seed = options.seed
        if seed is None and options.recording is None:
            seed = _DEFAULT_SEED
        self._name, strategy = load_strategy_file(options.strategy_file)
        self._input = choose_input(seed=seed, recording=options.recording, rate=settings.rate, clock=SystemClock())
        self._kernel: Kernel = open_kernel(settings.kernel, None)
        self._deployment = deploy({self._name: strategy}, self._input.symbols, mode=Mode.BACKTEST)
        executor = Executor(self._deployment, seed=seed or 0)
        self._runner = executor.runners[0]
        self._plane = DataPlane(
            self._kernel,
            MemoryJournal(),
            self._input.open_sources(seed or 0, self._input.start_ns or 0),
            executor,
            Unpaced(),
            definitions=desk_definitions(settings.desk),
            start_ns=self._input.start_ns,
            options=PlaneOptions(ends_with_sources=self._input.recording is not None, snapshot_at_stop=False),
        )
        self._run_ns = options.run_ns
        if self._run_ns is None and self._input.recording is None:
            self._run_ns = _DEFAULT_RUN_NS

    def go(self, progress: Progress) -> None:
        """Run on this thread. Raises what made the plane fail."""
        start_ns, run_ns = self._plane.start_ns, self._run_ns
        whole_ms = None if run_ns is None else run_ns // _MS
        self._counter = _Counter(lambda now_ns: progress((now_ns - start_ns) // _MS, whole_ms))
        self._plane.subscribe(self._counter.on_commit)
        self._plane.run(None if run_ns is None else start_ns + run_ns)
        failure: CambistError | None = self._plane.failure
        if failure is None and self._input.recording is not None:
            failure = self._input.recording.failure
        if failure is not None:
            raise failure

    def report(self) -> BacktestReport:
        """What the strategy did."""
        state = ClosingState(self._kernel.snapshot())
        row = state.strategy(self._name)
        unrealised = state.strategy_unrealised(row.strategy_id)
        failed = row.state is StrategyState.ERROR
        return BacktestReport(
            strategy=self._name,
            source=self._input.description,
            kernel=self._kernel.name,
            engine_seconds=f"{(state.engine.now_ns - self._plane.start_ns) / 10**9:.3f}",
            orders=self._counter.orders,
            denied=self._counter.denied,
            fills=self._counter.fills,
            volume=str(Money(row.volume)),
            trades=row.trades,
            win_rate=f"{row.wins / row.trades:.1%}" if row.trades else None,
            net_pnl=str(Money(row.net_pnl)),
            unrealised_pnl=str(Money(unrealised)),
            pnl=str(Money(row.net_pnl + unrealised)),
            commission=str(Money(state.strategy_commission(row.strategy_id))),
            max_drawdown=str(Money(row.max_drawdown)),
            state_hash=self._kernel.state_hash(),
            errors=(self._runner.cause,) if failed else (),
        )
