"""What the command line needs done, as protocols and plain values: the composition root implements them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from cambist.domain.errors import CambistError

if TYPE_CHECKING:
    from cambist.application.research.result import BacktestResult


class UpOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What `up` was asked for; None where the settings decide."""

    run_ns: int | None = None
    """How long to run, in engine time."""
    seed: int | None = None
    rate: int | None = None
    """Events per second of the synthetic market."""
    recording: Path | None = None
    speed: str | None = None
    """Engine seconds per second of the world, as decimal text, or `max`."""
    strategy_file: Path | None = None
    port: int | None = None
    data_dir: Path | None = None
    kernel: str | None = None


class MarketFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the banner says of a market that just opened."""

    url: str
    data_dir: Path
    is_temporary: bool
    kernel: str
    source: str
    strategies: tuple[str, ...]
    recovered_sequence: int
    """Commands replayed from the journal; 0 for a new data directory."""
    page_is_built: bool


class MarketPulse(msgspec.Struct, frozen=True, kw_only=True):
    """How the market is doing this moment, for the status line. Counts are those of this run."""

    engine_ns: int
    ran_ns: int
    """Engine time since the start of this run."""
    events: int
    orders: int
    fills: int
    pnl: str
    """Of the day, all accounts of the desk together, in quote units as decimal text."""
    trading_state: str
    """The firm's; an account may be held to a stricter one."""


class RunSummary(msgspec.Struct, frozen=True, kw_only=True):
    """How a run ended, for all accounts of the desk together."""

    state_hash: str
    orders: int
    fills: int
    pnl: str
    """Of the desk since it was opened, in quote units as decimal text."""
    equity: str
    events: int
    commands: int
    sequence: int
    kernel: str
    engine_time: str
    ran_seconds: str
    data_dir: str | None
    """None where it was temporary and is gone."""


class OpenMarket(Protocol):
    """A market that is running on threads of its own."""

    @property
    def facts(self) -> MarketFacts:
        """For the banner."""

    def pulse(self) -> MarketPulse:
        """For the status line."""

    def wait(self, timeout_s: float) -> bool:
        """True once it has ended by itself, well or not."""

    def close(self) -> None:
        """Drain, make everything durable, release all."""

    def summary(self) -> RunSummary:
        """How the run ended, once it is closed. Raises the CambistError that ended it."""

    def complaint(self) -> CambistError | None:
        """What was wrong with the input, although everything up to there was played."""


class Verdict(StrEnum):
    """How a doctor's finding is to be taken."""

    GOOD = "good"
    NOTICE = "notice"
    BAD = "bad"


class Finding(msgspec.Struct, frozen=True):
    """One thing the doctor looked at; `action` is empty where nothing is to be done."""

    subject: str
    verdict: Verdict
    detail: str
    action: str = ""


class JournalReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a whole reading of a journal found."""

    segments: int
    blocks: int
    commands: int
    events: int
    snapshots: int
    first_sequence: int
    """Of the first command still there; 0 where there is none."""
    last_sequence: int
    unfinished_bytes: int
    """Behind the last whole block: being written, or left by a crash and never acknowledged."""
    head: str
    problems: tuple[str, ...]
    """What must not be there, each with its place and what to do."""


class BacktestOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What to run a strategy against."""

    strategy: str
    """A file, or the name of an installed one."""
    recording: Path | None = None
    seed: int | None = None
    run_ns: int | None = None
    kernel: str | None = None


Progress = Callable[[int, int | None], None]
"""Called now and then with the engine time done and, where it is known, the whole, in ns."""


Say = Callable[[str], None]
"""Told, as a sentence, what a long start is waiting for."""


class Operations(Protocol):
    """Everything behind the commands."""

    def open_market(self, options: UpOptions, say: Say) -> OpenMarket:
        """Start a market and return once it answers. Raises CambistError."""

    def examine(self, data_dir: Path | None, port: int | None) -> Iterator[Finding]:
        """Look at this installation, one finding after the other. Finds; never raises."""

    def verify_journal(self, data_dir: Path | None) -> JournalReport:
        """Read every block and check every chain. Raises StorageFailure where it cannot be read at all."""

    def journal_records(
        self, data_dir: Path | None, from_sequence: int, commands_max: int | None
    ) -> Iterator[dict[str, Any]]:
        """Commands and their events in order, as plain values. Raises JournalCorrupt, StorageFailure."""

    def journal_head(self, data_dir: Path | None) -> dict[str, Any]:
        """The last sequence and the chain's hash, to be kept elsewhere."""

    def prune_journal(self, data_dir: Path | None) -> list[str]:
        """Remove segments that nothing here needs any more; their names. Raises StorageFailure where a market runs."""

    def backtest(self, options: BacktestOptions, progress: Progress) -> BacktestResult:
        """Run a strategy as fast as the machine does. Raises CambistError."""

    def bench_matching(self, ops_file: Path | None, count: int, kernel: str | None) -> dict[str, Any]:
        """Drive a file's operations, or as many of the canonical ones, through the books alone. Raises CambistError."""

    def bench_journal(self, directory: Path | None, records: int, records_per_commit: int) -> dict[str, Any]:
        """Make records durable in a new journal and read them back. Raises CambistError."""

    def bench_desk(self, directory: Path | None, orders: int, orders_in_flight: int) -> dict[str, Any]:
        """Send orders through the whole desk, in memory and durable. Raises CambistError."""

    def bench_shards(self, shards: int, orders: int) -> dict[str, Any]:
        """Send orders through one engine and through several at once. Raises CambistError."""

    def server_port(self) -> int:
        """Where a running server is expected, from the settings."""
