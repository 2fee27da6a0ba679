"""The plane's sequencer over the native runtime: the engine on its own thread, the journal on another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from cambist.application.data_plane.sequencer import Advance, HostedSource, Reach
from cambist.application.data_plane.submissions import PLACES, Submission
from cambist.application.ports.engine_host import Receipt
from cambist.application.ports.latency_reading import LatencyReading
from cambist.application.ports.source import Source
from cambist.domain.errors import CambistError, InvariantBroken, StorageFailure, ValueOutOfRange
from cambist.engine.native import NativeKernel, load_module
from cambist.infrastructure.runtime.ring import RingQueue
from cambist.infrastructure.runtime.stages import NativeStage
from cambist.protocols.journal import Position
from cambist.protocols.records import split_stream

if TYPE_CHECKING:
    from cambist.engine.native import JournalWriter, Runtime

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class RuntimeOptions:
    """How the runtime works, never what comes out."""

    wait_strategy: str = "park"
    """`park`, `yield` or `spin`."""
    engine_cpu: int | None = None
    journal_cpu: int | None = None
    places: int = PLACES
    """In the ring."""


@dataclass(frozen=True, slots=True)
class JournalParts:
    """What the runtime needs of a journal that is open."""

    writer: JournalWriter
    directory: Path
    minimum_free_bytes: int
    failure_of: Callable[[OSError], StorageFailure]
    """What a failed file operation means."""


_STAGES = {"ring": "ring", "engine": "apply", "gate": "gate", "match": "match", "commit": "journal"}
"""As they are shown, and as the runtime calls them."""


class NativeSequencer:
    """Implements Sequencer."""

    name = "native"
    has_journal_thread = True

    def __init__(
        self,
        kernel: NativeKernel,
        journal: JournalParts,
        options: RuntimeOptions | None = None,
    ) -> None:
        """Take over the kernel's engine and the journal's writer, until `close`. Raises StorageFailure where the mark
        cannot be opened or a thread not be bound.
        """
        chosen = options or RuntimeOptions()
        self._kernel = kernel
        self._failure_of = journal.failure_of
        self._next_sequence = kernel.sequence + 1
        self._hosted_next_ns = 0
        self._runtime: Runtime = self._call(
            lambda: load_module().Runtime(
                kernel.engine,
                journal.writer,
                journal.directory,
                journal.minimum_free_bytes,
                chosen.places,
                chosen.wait_strategy,
                chosen.engine_cpu,
                chosen.journal_cpu,
                is_attended=True,
            )
        )
        kernel.engine = self._runtime
        self._queue = RingQueue(self._runtime)
        self._stages: dict[str, LatencyReading] = {
            shown: NativeStage(self._runtime, stage) for shown, stage in _STAGES.items()
        }

    @property
    def queue(self) -> RingQueue:
        """The ring."""
        return self._queue

    @property
    def next_sequence(self) -> int:
        """Of the next command."""
        return self._next_sequence

    @property
    def position(self) -> Position:
        """Behind the last durable block."""
        return Position(*self._runtime.position)

    def apply(self, records: Sequence[bytes], now_ns: int) -> list[Receipt]:
        """Apply unstamped packed commands together at `now_ns`."""
        if not records:
            return []
        return self._receipts(self._call(lambda: self._runtime.apply(b"".join(records), now_ns)))

    def apply_submission(self, submission: Submission, now_ns: int) -> list[Receipt]:
        """The same with commands that lie in the ring."""
        return self._receipts(self._call(lambda: self._runtime.apply_taken(submission.ticket, now_ns)))

    def host(self, source: Source) -> bool:
        """Let participants that can live on the engine's thread move there."""
        if not hasattr(source, "move_to"):
            return False
        hosted = cast(HostedSource, source)
        self._quiet_accounts = hosted.quiet_accounts
        self._hosted_next_ns = hosted.next_ns() or 0
        self._call(lambda: self._runtime.host(hosted.move_to(self)))
        return True

    def next_ns(self) -> int:
        """When the hosted participants act next."""
        return self._hosted_next_ns

    def save_participants(self) -> bytes:
        """Their state."""
        return self._call(self._runtime.save_participants)

    def advance_hosted(self, reach: Reach) -> Advance:
        """Let them act until they may go no further, or until something of interest happened."""
        stream, now_ns, self._hosted_next_ns = self._call(
            lambda: self._runtime.run(
                reach.now_ns,
                reach.horizon_ns,
                reach.wall_ns,
                reach.commands,
                reach.interest.books,
                reach.interest.trades,
                self._quiet_accounts,
            )
        )
        return Advance(self._receipts(stream), now_ns)

    def commit(self) -> None:
        """Hand everything applied to the journal's thread; waits only where too much is there already."""
        self._call(self._runtime.commit)

    def durable_sequence(self, at_least: int = 0, wait_s: float = 0.0) -> int:
        """The last durable command; waits up to `wait_s` until that is `at_least` this one."""
        return self._call(lambda: self._runtime.await_durable(at_least, int(wait_s * 1e9)))

    def latencies(self) -> Mapping[str, LatencyReading]:
        """ring: waiting in it. engine: per command. commit: from the hand-over of a batch until it is durable."""
        return self._stages

    def close(self) -> None:
        """Commit, end its threads, and give the kernel its engine back, unless that failed."""
        engine = self._runtime.stop()
        if engine is not None:
            self._kernel.engine = engine

    def _receipts(self, stream: bytes) -> list[Receipt]:
        receipts = [Receipt(command, tuple(events)) for command, events in split_stream(stream)]
        if receipts:
            self._next_sequence = receipts[-1].command.sequence + 1
        return receipts

    def _call(self, operation: Callable[[], Result]) -> Result:
        """What the runtime raises, in the words of the house."""
        try:
            return operation()
        except (ValueError, OSError, RuntimeError) as error:
            raise self._translated(error) from error

    def _translated(self, error: Exception) -> CambistError:
        if isinstance(error, OSError):
            return self._failure_of(error)
        if isinstance(error, ValueError):
            return ValueOutOfRange(f"The bytes are not commands, {error}.", "Check what produced them.")
        return InvariantBroken(f"The native runtime refuses: {error}.", "Restart from the journal.")


class RuntimeWriter:
    """Implements BlockWriter for looking only: the runtime's threads are those that write."""

    def __init__(self, sequencer: NativeSequencer) -> None:
        self._sequencer = sequencer

    @property
    def position(self) -> Position:
        """Behind the last durable block."""
        return self._sequencer.position

    @property
    def pending_bytes(self) -> int:
        """Nothing waits here."""
        return 0

    def append(self, records: bytes) -> None:
        """Never called: there is one way into the journal."""
        raise InvariantBroken(f"{len(records)} bytes were to be journaled past the runtime.", "Report it.")

    def commit(self) -> int:
        """Nothing to write; the last durable sequence."""
        return self.position.last_sequence

    def close(self) -> None:
        """The runtime's own thread closes its file."""
