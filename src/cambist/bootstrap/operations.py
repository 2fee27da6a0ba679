"""What the commands do, each loading only what it needs: the command line must start at once."""

# ruff: noqa: PLC0415 - imports inside functions are the purpose of this module

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cambist.domain.errors import InputError
from cambist.presentation.cli.operations import (
    BacktestOptions,
    Finding,
    JournalReport,
    Progress,
    Say,
    UpOptions,
)

if TYPE_CHECKING:
    from cambist.application.research.result import BacktestResult
    from cambist.bootstrap.local_market import LocalMarket


class LocalOperations:
    """Implements Operations on this machine."""

    def open_market(self, options: UpOptions, say: Say) -> LocalMarket:
        """Start a market and return once it answers."""
        from cambist.bootstrap.compose import open_market

        return open_market(options, say)

    def examine(self, data_dir: Path | None, port: int | None) -> Iterator[Finding]:
        """Look at this installation."""
        from cambist.bootstrap.doctor import examine
        from cambist.bootstrap.settings import load_settings

        return examine(load_settings(data_dir=data_dir, port=port))

    def verify_journal(self, data_dir: Path | None) -> JournalReport:
        """Read every block and check every chain."""
        from cambist.infrastructure.persistence.journal import verify

        report = verify(_journal_of(data_dir))
        return JournalReport(
            segments=report.segments,
            blocks=report.blocks,
            commands=report.commands,
            events=report.events,
            snapshots=len(report.snapshots),
            first_sequence=report.first_sequence,
            last_sequence=report.last_sequence,
            unfinished_bytes=report.torn_tail.size if report.torn_tail else 0,
            head=report.head,
            problems=(
                *(f"{problem.file}: {problem.description}. {problem.action}" for problem in report.problems),
                *(f"snapshot {kept.sequence}: {kept.problem}" for kept in report.snapshots if kept.problem),
            ),
        )

    def journal_records(
        self, data_dir: Path | None, from_sequence: int, commands_max: int | None
    ) -> Iterator[dict[str, Any]]:
        """Commands and their events in order."""
        from cambist.infrastructure.persistence.journal import dump

        if from_sequence < 1 or (commands_max is not None and commands_max < 1):
            raise InputError("Commands are counted from 1.", "Give positive numbers to --from and --limit.")
        return dump(_journal_of(data_dir), from_sequence, commands_max)

    def journal_head(self, data_dir: Path | None) -> dict[str, Any]:
        """The last sequence and the chain's hash."""
        from cambist.infrastructure.persistence.journal import head

        last_sequence, chain_hash = head(_journal_of(data_dir))
        return {"last_sequence": last_sequence, "head": chain_hash}

    def prune_journal(self, data_dir: Path | None) -> list[str]:
        """Remove old segments."""
        from cambist.bootstrap.retention import prune_journal
        from cambist.bootstrap.settings import load_settings

        settings = load_settings(data_dir=data_dir)
        return prune_journal(settings.data_dir, settings.kernel)

    def backtest(self, options: BacktestOptions, progress: Progress) -> BacktestResult:
        """Run a strategy as fast as the machine does."""
        from cambist.bootstrap.research import backtest_file

        return backtest_file(options, progress)

    def bench_matching(self, ops_file: Path | None, count: int, kernel: str | None) -> dict[str, Any]:
        """Drive the workload through the books alone."""
        from cambist.bootstrap.bench import bench_matching

        return bench_matching(ops_file, count, kernel)

    def bench_journal(self, directory: Path | None, records: int, records_per_commit: int) -> dict[str, Any]:
        """Make records durable and read them back."""
        from cambist.bootstrap.journal_bench import bench_journal

        return bench_journal(directory, records, records_per_commit)

    def bench_desk(self, directory: Path | None, orders: int, orders_in_flight: int) -> dict[str, Any]:
        """Send orders through the whole desk, in memory and durable."""
        from cambist.bootstrap.desk_bench import bench_desk

        return bench_desk(directory, orders, orders_in_flight)

    def bench_shards(self, shards: int, orders: int) -> dict[str, Any]:
        """The same orders through one engine and through several."""
        from cambist.bootstrap.shard_bench import bench_shards

        return bench_shards(shards, orders)

    def server_port(self) -> int:
        """From the settings."""
        from cambist.bootstrap.settings import load_settings

        return load_settings().port


def _journal_of(data_dir: Path | None) -> Path:
    from cambist.bootstrap.data_directory import DataDirectory
    from cambist.bootstrap.settings import load_settings

    return DataDirectory(load_settings(data_dir=data_dir).data_dir, is_temporary=False).journal
