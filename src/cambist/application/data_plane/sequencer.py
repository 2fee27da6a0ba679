"""What the plane works with: commands are stamped, applied, and made durable in the order of their stamps.

Two implement it: `PythonSequencer` on the plane's own thread, and the native runtime with a thread for the engine and
one for the journal. What comes out is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cambist.application.data_plane.submissions import Submission, SubmissionQueue
from cambist.application.ports.engine_host import Receipt
from cambist.application.ports.latency_reading import LatencyReading
from cambist.application.ports.source import Source
from cambist.application.strategy.interest import Interest


class HostedSource(Source, Protocol):
    """A source that can live beside the engine instead."""

    @property
    def quiet_accounts(self) -> tuple[int, int]:
        """First and last account whose orders concern nobody else."""

    def move_to(self, home: Any) -> Any:
        """Hand over what acts; `home` knows about it from now on."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a hosted source may go by itself."""

    now_ns: int
    horizon_ns: int
    wall_ns: int
    commands: int
    interest: Interest


@dataclass(frozen=True, slots=True)
class Advance:
    """What it did."""

    receipts: list[Receipt]
    now_ns: int


class Sequencer(Protocol):
    """The only one that calls the kernel: one sequence, one clock. Used by the plane's thread alone."""

    @property
    def name(self) -> str:
        """`python` or `native`."""

    @property
    def has_journal_thread(self) -> bool:
        """True where the journal is written beside the plane's thread, and snapshots may be."""

    @property
    def queue(self) -> SubmissionQueue:
        """Where other threads put submissions."""

    @property
    def next_sequence(self) -> int:
        """Of the next command."""

    def apply(self, records: Sequence[bytes], now_ns: int) -> list[Receipt]:
        """Apply unstamped packed commands together at `now_ns`.

        Raises InputError where the kernel cannot read them (nothing is applied), InvariantBroken, StorageFailure.
        """

    def apply_submission(self, submission: Submission, now_ns: int) -> list[Receipt]:
        """The same with commands from outside."""

    def host(self, source: Source) -> bool:
        """Let a source live beside the engine from now on; False where it must stay with the plane."""

    def advance_hosted(self, reach: Reach) -> Advance:
        """Let the hosted source act until it may go no further, or until something of interest happened."""

    def commit(self) -> None:
        """See that everything applied becomes durable, perhaps without waiting until it is. Raises StorageFailure."""

    def durable_sequence(self, at_least: int = 0, wait_s: float = 0.0) -> int:
        """The last durable command; waits up to `wait_s` until that is `at_least` this one. Raises StorageFailure."""

    def latencies(self) -> Mapping[str, LatencyReading]:
        """By stage."""

    def close(self) -> None:
        """Commit, and leave the kernel to whoever looks at it afterwards. Never raises."""
