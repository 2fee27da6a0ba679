"""One seed: sessions of the engine on a failing disk until all commands are durable, watched by every checker.

A session opens the journal, recovers the engine on a kernel drawn by chance, applies and commits until its fault
strikes, and ends by a loss of power or of the process. What clients were told is compared with what comes back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

from cambist.application.data_plane.python_sequencer import PythonSequencer
from cambist.application.data_plane.recovery import recover
from cambist.domain.errors import CambistError, JournalCorrupt, JournalVersion, StorageFailure
from cambist.engine.kernel import Kernel
from cambist.infrastructure.persistence.journal import DiskJournal, open_journal
from cambist.protocols.records import encode_all
from cambist.testing.builders import START_NS
from cambist.testing.checkers.checker import Violation
from cambist.testing.kernel_factory import KERNEL_NAMES, KernelFactory, kernel_factory
from cambist.testing.simulated_disk import SimulatedDisk
from cambist.testing.simulation.command_source import CommandSource
from cambist.testing.simulation.faults import ROOMY_BYTES, Fault, plan_fault
from cambist.testing.simulation.simulated_clock import SimulatedClock
from cambist.testing.simulation.witnesses import Witnesses

DIRECTORY = Path("/journal")
COMMANDS = 600
SESSIONS_MAX = 12
"""After so many sessions with faults the rest is done in one without."""
STEPS_MAX = 15
_SEGMENT_SUFFIX = ".seg"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a seed has seen."""

    commands: int
    events: int
    state_hash: str
    trades: int
    faults: dict[str, int]
    """How often each struck; one that was planned and never came is not counted."""


class EngineSimulation:
    """Everything that happens follows from the seed and the kernels that are installed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(f"simulate {seed}")
        self._disk = SimulatedDisk(seed)
        self._clock = SimulatedClock(START_NS)
        self._source = CommandSource(seed, COMMANDS)
        self._witnesses = Witnesses()
        self._faults: Counter[str] = Counter()
        self._kernels = [factory for name in KERNEL_NAMES if (factory := kernel_factory(name))]
        self._segment_bytes = self._random.choice((4_000, 20_000, 1 << 20))
        self._free_bytes = self._random.choice((0, 4_000))

    def run(self) -> Outcome:
        """Raises Violation where something that must hold does not."""
        for _ in range(SESSIONS_MAX):
            fault = plan_fault(self._disk, self._clock, DIRECTORY, self._free_bytes, self._random)
            has_failed = self._session(STEPS_MAX)
            if has_failed or fault is Fault.SLOW_SYNC:
                self._faults[fault.value] += 1
            self._end_session()
            if self._random.random() < 0.3:
                self._flip_a_bit()
        self._session(len(self._source))
        return self._final_outcome()

    def _session(self, steps_max: int) -> bool:
        """Whether it ended by a failure of the disk."""
        try:
            journal = self._open()
            sequencer = self._recover(journal, self._any_kernel())
            for _ in range(self._random.randrange(1, steps_max + 1) if steps_max == STEPS_MAX else steps_max):
                if sequencer.kernel.sequence == len(self._source):
                    break
                self._step(journal, sequencer)
            if steps_max != STEPS_MAX or self._random.random() < 0.3:
                journal.close()
        except StorageFailure as failure:
            if not failure.action:
                raise Violation(f"{failure.message} It does not say what to do.") from failure
            return True
        return False

    def _any_kernel(self) -> KernelFactory:
        """One draw, however many there are: a seed means the same faults with and without the Rust kernel."""
        return self._kernels[int(self._random.random() * len(self._kernels))]

    def _open(self) -> DiskJournal:
        return open_journal(
            DIRECTORY, disk=self._disk, segment_bytes=self._segment_bytes, minimum_free_bytes=self._free_bytes
        )

    def _recover(self, journal: DiskJournal, factory: KernelFactory) -> PythonSequencer:
        """Carry on from what the disk holds, and compare it with what was acknowledged."""

        def kernel_from(snapshot: bytes | None) -> Kernel:
            return factory.empty() if snapshot is None else factory.restore(snapshot)

        kernel = recover(kernel_from, journal).kernel
        first, records = self._content(journal)
        self._witnesses.acknowledged.recovered(journal.last_sequence, first, records)
        self._tell_witnesses(b"".join(block.payload for block in journal.blocks(self._witnesses.sequence)))
        self._look(kernel)
        return PythonSequencer(kernel, journal)

    def _content(self, journal: DiskJournal) -> tuple[int, bytes]:
        """Everything the journal still holds, and the sequence it begins with."""
        names = (name for name in self._disk.names(DIRECTORY) if name.endswith(_SEGMENT_SUFFIX))
        oldest = min((int(name.split("-")[-1].removesuffix(_SEGMENT_SUFFIX)) for name in names), default=1)
        blocks = list(journal.blocks(oldest - 1))
        first = blocks[0].header.first_sequence if blocks else journal.last_sequence + 1
        return first, b"".join(block.payload for block in blocks)

    def _step(self, journal: DiskJournal, sequencer: PythonSequencer) -> None:
        """Apply one or two submissions, commit, and only then answer."""
        stream = b""
        for _ in range(self._random.choice((1, 1, 2))):
            after = sequencer.kernel.sequence
            self._clock.now_ns = max(self._clock.now_ns, sequencer.kernel.now_ns)
            self._clock.advance(self._source.pause_ns(after + 1))
            packed = self._source.take(after, self._random.choice((1, 1, 2, 3, 12)))
            receipts = sequencer.apply(packed, self._clock.now_ns)
            stream += b"".join(encode_all([receipt.command, *receipt.events]) for receipt in receipts)
        journal.commit()
        self._tell_witnesses(stream)
        if self._random.random() < 0.3:
            self._look(sequencer.kernel)
        if self._random.random() < 0.15:
            journal.save_snapshot(sequencer.kernel.sequence, sequencer.kernel.snapshot())
        if self._random.random() < 0.1:
            journal.prune()

    def _tell_witnesses(self, records: bytes) -> None:
        self._witnesses.acknowledged.acknowledge(self._witnesses.take(records))

    def _look(self, kernel: Kernel) -> None:
        self._witnesses.look(kernel.snapshot())
        self._witnesses.compare_state(kernel.sequence, kernel.state_hash())

    def _end_session(self) -> None:
        if self._random.random() < 0.6:
            self._disk.crash()
        else:
            self._disk.kill()
        self._disk.capacity = ROOMY_BYTES

    def _flip_a_bit(self) -> None:
        """A single turned bit is refused with a name, or harms nothing. Then it is turned back, as from a backup."""
        names = sorted(name for name in self._disk.names(DIRECTORY) if self._disk.size(DIRECTORY / name))
        if not names:
            return
        self._faults["flipped bit"] += 1
        victim = DIRECTORY / self._random.choice(names)
        bit = self._random.randrange(8 * self._disk.size(victim))
        self._disk.flip_bit(victim, bit)
        try:
            journal = self._open()
            self._recover(journal, self._any_kernel())
            journal.close()
        except (JournalCorrupt, JournalVersion) as error:
            self._check_refusal(error)
        self._disk.kill()
        if victim.name in self._disk.names(DIRECTORY):
            self._disk.flip_bit(victim, bit)

    def _check_refusal(self, error: CambistError) -> None:
        if str(DIRECTORY) not in error.message or not error.action:
            raise Violation(f"A refusal does not name the place or what to do: {error.message}") from error

    def _final_outcome(self) -> Outcome:
        """Everything is durable: every kernel recovers it, and every kernel does it again from the first command."""
        kernel: Kernel | None = None
        for factory in self._kernels:
            journal = self._open()
            kernel = self._recover(journal, factory).kernel
            journal.close()
            if kernel.sequence != len(self._source):
                raise Violation(f"{len(self._source)} commands were sent, {kernel.sequence} came back.")
            self._witnesses.replay.compare(factory.empty, kernel.state_hash())
        state_hash = kernel.state_hash() if kernel else ""
        witnesses, faults = self._witnesses, self._faults + self._disk.damages
        return Outcome(witnesses.sequence, witnesses.events, state_hash, witnesses.trades, dict(faults))
