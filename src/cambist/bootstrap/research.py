"""Backtests from a file and a few words: what is missing comes from the settings."""

from __future__ import annotations

from pathlib import Path

from cambist.application.research.backtest import BacktestSetup, Progress, run_backtest
from cambist.application.research.result import BacktestResult
from cambist.application.strategy import Strategy
from cambist.application.strategy.loading import load_strategy
from cambist.bootstrap.deployments import symbols_of
from cambist.bootstrap.market_input import choose_input
from cambist.bootstrap.settings import load_settings
from cambist.engine.kernels import open_kernel
from cambist.infrastructure.persistence.journal import MemoryJournal
from cambist.infrastructure.system_clock import SystemClock
from cambist.presentation.cli.durations import parse_duration_ns
from cambist.presentation.cli.operations import BacktestOptions

_DEFAULT_RUN_NS = 300 * 10**9
_DEFAULT_SEED = 1


def backtest(
    strategy: type[Strategy] | str | Path,
    *,
    recording: str | Path | None = None,
    seed: int | None = None,
    run_for: str | None = None,
    kernel: str | None = None,
) -> BacktestResult:
    """Run a strategy (its class, its file, or the name of an installed one) on a recording or a seeded market.

    `run_for` is simulated time such as "5m": by default a recording's whole length, else five minutes.
    Raises StrategyError, RecordingError, InputError.
    """
    options = BacktestOptions(
        strategy=str(strategy),
        recording=None if recording is None else Path(recording),
        seed=seed,
        run_ns=None if run_for is None else parse_duration_ns(run_for),
        kernel=kernel,
    )
    if isinstance(strategy, type):
        return _run(strategy, strategy.__name__, options)
    return _run(load_strategy(strategy), Path(strategy).stem, options)


def backtest_file(options: BacktestOptions, progress: Progress) -> BacktestResult:
    """The same for the command line. Raises CambistError."""
    return _run(load_strategy(options.strategy), Path(options.strategy).stem, options, progress)


def _run(
    author_class: type[Strategy], name: str, options: BacktestOptions, progress: Progress | None = None
) -> BacktestResult:
    settings = load_settings(kernel=options.kernel)
    seed = _DEFAULT_SEED if options.seed is None and options.recording is None else options.seed
    market = choose_input(seed=seed, recording=options.recording, rate=settings.rate, clock=SystemClock())
    strategy = author_class()
    setup = BacktestSetup(
        kernel=open_kernel(settings.kernel),
        journal=MemoryJournal(),
        sources=market.open_sources(seed or 0, market.start_ns or 0, False),
        run_ns=_DEFAULT_RUN_NS if options.run_ns is None and market.recording is None else options.run_ns,
        start_ns=market.start_ns,
        seed=seed or 0,
        capital=settings.desk.deposit,
        maker_fee_ppm=settings.desk.maker_fee_ppm,
        taker_fee_ppm=settings.desk.taker_fee_ppm,
        leverage=settings.desk.leverage,
        symbols=symbols_of(strategy, market.symbols),
    )
    result = run_backtest(strategy, setup, name=name, progress=progress)
    if market.recording is not None and market.recording.failure is not None:
        raise market.recording.failure
    return result
