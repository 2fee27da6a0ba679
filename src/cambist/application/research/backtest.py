"""One strategy against sources that can be repeated, on the very data plane that trades."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cambist.application.data_plane.pacing import Unpaced
from cambist.application.data_plane.plane import DataPlane, PlaneOptions
from cambist.application.ports.engine_host import Commit
from cambist.application.ports.journal import Journal
from cambist.application.ports.source import Source
from cambist.application.research.recorder import Recorder
from cambist.application.research.result import BacktestResult, summarise
from cambist.application.strategy.author import Strategy
from cambist.application.strategy.deployment import Deployment
from cambist.application.strategy.executor import Executor
from cambist.application.strategy.mode import Mode
from cambist.domain.commands import AdjustBalance, OpenAccount, SetFees
from cambist.domain.errors import ValueOutOfRange
from cambist.domain.grid import DecimalInput, exact_e8
from cambist.domain.limits import Limits
from cambist.domain.message import Command
from cambist.domain.plain_commands import set_limits
from cambist.domain.vocabulary import AccountKind
from cambist.engine.kernel import Kernel

ACCOUNT = 1
STRATEGY = 1
Progress = Callable[[int, int | None], None]
"""Called after each commit with the engine time done, and the whole where it is known, in ns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestSetup:
    """What a backtest runs on. An empty kernel and journal, and sources at their beginning."""

    kernel: Kernel
    journal: Journal
    sources: Sequence[Source]
    run_ns: int | None = None
    """How much engine time; None: until every source has ended."""
    start_ns: int | None = None
    """When engine time begins; None: when the first source acts."""
    seed: int = 0
    """Of the strategy's random numbers."""
    capital: DecimalInput = 1_000_000
    maker_fee_ppm: int = 100
    taker_fee_ppm: int = 400
    leverage: int = 10
    symbols: tuple[str, ...] | None = None
    """Instead of those that the strategy names."""


def run_backtest(
    strategy: Strategy, setup: BacktestSetup, *, name: str = "", progress: Progress | None = None
) -> BacktestResult:
    """Run to the end and say what came of it. The same setup gives the same result, to the last bit.

    A strategy that raises ends in ERROR and in the result's `errors`. Raises CambistError where the run itself failed,
    and ValueOutOfRange for sources that never end without `run_ns`.
    """
    deployment = Deployment(
        strategy=strategy,
        strategy_id=STRATEGY,
        account_id=ACCOUNT,
        name=name or type(strategy).__name__,
        mode=Mode.BACKTEST,
        symbols=setup.symbols,
    )
    executor = Executor([deployment], seed=setup.seed)
    plane = DataPlane(
        setup.kernel,
        setup.journal,
        setup.sources,
        executor,
        Unpaced(),
        definitions=_desk(setup),
        start_ns=setup.start_ns,
        options=PlaneOptions(ends_with_sources=True, snapshot_commands=0, snapshot_at_stop=False),
    )
    until_ns = None if setup.run_ns is None else plane.start_ns + setup.run_ns
    recorder = Recorder(STRATEGY, ACCOUNT)
    plane.subscribe(recorder.on_commit)
    if progress is not None:
        plane.subscribe(_reporting(progress, plane.start_ns, setup.run_ns))
    plane.run(until_ns)
    if plane.failure is not None:
        raise plane.failure
    runner = executor.runners[0]
    return summarise(runner.name, setup.kernel, recorder, start_ns=plane.start_ns)


def _desk(setup: BacktestSetup) -> list[Command]:
    """One account with capital, fees and leverage, and no limit but its margin."""
    if exact_e8(setup.capital) < 0:
        raise ValueOutOfRange(f"A capital of {setup.capital} is not possible.", "Start with 0 or more.")
    return [
        OpenAccount(account_id=ACCOUNT, account_kind=AccountKind.DESK, name="backtest"),
        AdjustBalance(account_id=ACCOUNT, amount=exact_e8(setup.capital)),
        SetFees(account_id=ACCOUNT, instrument_id=0, maker_fee=setup.maker_fee_ppm, taker_fee=setup.taker_fee_ppm),
        set_limits(ACCOUNT, limits=Limits(leverage=setup.leverage)),
    ]


def _reporting(progress: Progress, start_ns: int, run_ns: int | None) -> Callable[[Commit], None]:
    return lambda commit: progress(commit.now_ns - start_ns, run_ns)
