"""The host of the engine: one thread on which sources, strategies and outside commands meet in engine time.

A discrete-event simulation paced by the world, never driven by it: the same sources and seed give the same journal
at any speed and however the work falls into slices. A slice takes what was submitted, then everything due, then
commits once; only after that are futures resolved and listeners told.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import chain

from cambist.application.data_plane.catch_up import catch_up
from cambist.application.data_plane.inbox import Inbox
from cambist.application.data_plane.publication import Publication, Unpublished, resolve
from cambist.application.data_plane.python_sequencer import PythonSequencer
from cambist.application.data_plane.sequencer import Reach, Sequencer
from cambist.application.data_plane.snapshot_keeper import SnapshotKeeper
from cambist.application.data_plane.standstill import STUCK_NS, Standstill, find_standstill
from cambist.application.data_plane.statistics import PlaneStatistics
from cambist.application.data_plane.submissions import Submission
from cambist.application.data_plane.timeline import Timeline, WholeSeconds
from cambist.application.ports.engine_host import Commit, CommitListener, Receipt
from cambist.application.ports.engine_monitor import HookTimes
from cambist.application.ports.journal import Journal
from cambist.application.ports.latency_reading import LatencyReading
from cambist.application.ports.pacer import Pacer
from cambist.application.ports.source import Source
from cambist.application.strategy.executor import Executor
from cambist.domain.commands import AdvanceTime, SaveState
from cambist.domain.errors import CambistError, EngineStopped, InputError, InvariantBroken
from cambist.domain.market_data import MarketData
from cambist.domain.message import Command
from cambist.engine.kernel import Kernel
from cambist.protocols.records import encode
from cambist.protocols.snapshot import SavedStateRow, decode_snapshot

_STOPPED = EngineStopped("The engine has stopped.", "Start it again; nothing that was acknowledged is lost.")
_DURABLE_WAIT_S = 0.001
"""With nothing else to do, the plane looks this often whether something became due while it waits for the disk."""


@dataclass(frozen=True, slots=True)
class PlaneOptions:
    """How the plane works, never what comes out."""

    slice_ns_max: int = 10_000_000
    """Wall time after which a slice commits, so that submitters do not wait long."""
    slice_commands_max: int = 2_000
    snapshot_commands: int = 50_000
    """A snapshot goes to the journal after about this many commands; 0 for none but at stop."""
    ends_with_sources: bool = False
    """Stop when every source has ended."""
    snapshot_at_stop: bool = True


class DataPlane:
    """Implements EngineHost. `run` belongs to one thread; submit, snapshot, subscribe and stop to any."""

    def __init__(
        self,
        kernel: Kernel,
        journal: Journal,
        sources: Sequence[Source],
        executor: Executor,
        pacer: Pacer,
        *,
        definitions: Sequence[Command] = (),
        start_ns: int | None = None,
        tail: Sequence[Receipt] = (),
        options: PlaneOptions | None = None,
        after_snapshot: Callable[[], None] = lambda: None,
        sequencer: Sequencer | None = None,
    ) -> None:
        """Where the kernel is empty, the sources' own definitions, then `definitions`, then the executor's are applied.
        `start_ns` (default: when the first source acts, else 0) is engine time at that moment. Where the kernel was
        recovered, `tail` holds the receipts after the snapshot it was recovered from. `after_snapshot` is called
        after each snapshot that was kept while it runs: it must return at once. `sequencer` applies and
        makes durable (default: kernel and journal, on the plane's own thread).
        """
        self.statistics = PlaneStatistics()
        self.failure: CambistError | None = None
        self._kernel = kernel
        self._journal = journal
        self._executor = executor
        self._pacer = pacer
        self._definitions = definitions
        self._tail = tail
        self._options = options or PlaneOptions()
        self._seconds = WholeSeconds()
        self._timeline = Timeline(sources, executor, self._seconds)
        self._sequencer = sequencer or PythonSequencer(kernel, journal)
        self._snapshot_keeper = SnapshotKeeper(journal, after_snapshot, works_beside=self._sequencer.has_journal_thread)
        self._hosted: int | None = None
        self._inbox = Inbox(self._sequencer.queue)
        self._publication = Publication(self.statistics)
        self._snapshots: deque[Future[bytes]] = deque()
        self._stopping = False
        self._receipts: list[Receipt] = []
        self._market: list[MarketData] = []
        self._answering: list[Submission] = []
        self._saved: dict[int, bytes] = {}
        self._ended = False
        self._snapshot_sequence = kernel.sequence
        self._snapshot_due = False
        first_ns = self._timeline.first_ns() if start_ns is None else start_ns
        self._now_ns = max(kernel.now_ns, first_ns or 0) if kernel.sequence == 0 else kernel.now_ns
        self.start_ns = self._now_ns
        executor.wake_with(pacer.wake)

    # What other threads call.

    @property
    def kernel_name(self) -> str:
        """`python` or `native`."""
        return self._kernel.name

    @property
    def runtime_name(self) -> str:
        """`python` or `native`: on whose threads the engine and the journal run."""
        return self._sequencer.name

    def latencies(self) -> Mapping[str, LatencyReading]:
        """By stage, from any thread."""
        return {**self.statistics.latencies, **self._sequencer.latencies()}

    def hook_times(self) -> Mapping[str, HookTimes]:
        """By strategy, from any thread."""
        return self._executor.hook_times()

    @property
    def state(self) -> str:
        """RUNNING, STUCK, STOPPING, STOPPED or FAILED."""
        if self.failure is not None:
            return "FAILED"
        if self._ended:
            return "STOPPED"
        if self.standstill() is not None:
            return "STUCK"
        return "STOPPING" if self._stopping else "RUNNING"

    def standstill(self, longer_than_ns: int = STUCK_NS) -> Standstill | None:
        """What has kept it from turning for longer than this in wall time; None where nothing has."""
        return None if self._ended else find_standstill(self.statistics, self._executor, longer_than_ns)

    @property
    def queue_depth(self) -> int:
        """Submissions that wait to be taken."""
        return len(self._inbox)

    def submit(self, commands: Sequence[Command]) -> Future[list[Receipt]]:
        """Queue unstamped commands; the future resolves after they are durable, or fails with a CambistError."""
        answer = self._inbox.submit(commands)
        self._pacer.wake()
        return answer

    def subscribe(self, listener: CommitListener) -> None:
        """Call `listener` after each commit, in order, on the plane's thread."""
        self._publication.listeners.append(listener)

    def snapshot(self) -> Future[bytes]:
        """The canonical snapshot as of the next commit (as of the last one, where the plane has stopped)."""
        answer: Future[bytes] = Future()
        self._snapshots.append(answer)
        submitted = self.submit([])
        submitted.add_done_callback(lambda _: self._answer_late_snapshots())
        return answer

    def stop(self) -> None:
        """Ask `run` to drain and return: all that was submitted is applied, committed and answered."""
        self._stopping = True
        self._pacer.wake()

    # What its thread does.

    def run(self, until_ns: int | None = None) -> None:
        """Work until `stop`, until everything due at or before `until_ns` has happened, or until a failure.

        A failure is kept in `failure`; every pending future fails with it. What is no Exception (KeyboardInterrupt,
        a panic of native code) is raised again after that. Runs once.
        """
        try:
            self._open()
            while not self._is_finished(until_ns):
                self._slice(until_ns)
            self._close(until_ns)
        except CambistError as error:
            self._fail(error)
        except BaseException as error:
            broken = InvariantBroken(f"The data plane failed: {error!r}.", "Report it with the log; restart recovers.")
            broken.__cause__ = error
            self._fail(broken)
            if not isinstance(error, Exception):
                raise

    def _open(self) -> None:
        """Define what the sources and strategies need, or carry on from what was recovered."""
        if self._kernel.sequence == 0:
            self._host_source()
            defined = chain.from_iterable(source.definitions() for source in self._timeline.sources)
            self._settle([*defined, *self._definitions])
        else:
            self._carry_on()
        self._seconds.start(self._now_ns)
        self._settle(self._executor.definitions())
        self._executor.begin(self._now_ns)
        self._settle([])
        self._commit()
        self._pacer.start(self._now_ns)

    def _carry_on(self) -> None:
        _, sections = decode_snapshot(self._kernel.snapshot())
        self._saved = {row.slot: row.state for row in sections[SavedStateRow]}
        for source in self._timeline.sources:
            if source.slot in self._saved:
                source.load(self._saved[source.slot])
            catch_up(source, self._tail)
        self._host_source()
        self._executor.restore(sections, self._now_ns)
        self._tail = ()

    def _host_source(self) -> None:
        """The first source may live beside the engine, if it can: then Python is not asked for each of its actions."""
        for index, source in enumerate(self._timeline.sources[:1]):
            self._hosted = index if self._sequencer.host(source) else None

    def _slice(self, until_ns: int | None) -> None:
        """One round of work, or one wait where there is none."""
        self._turn()
        horizon_ns = self._horizon_ns(until_ns)
        due_ns = self._timeline.next_due()[0]
        self._publish_durable()  # before anything is taken: it may fail, and what was taken must be answered
        submissions = self._inbox.take(self._options.slice_commands_max)
        if not submissions and due_ns > horizon_ns and not self._executor.has_background_results:
            self.statistics.lag_ns = 0
            if self._publication.is_owed:
                self._publish_durable(_DURABLE_WAIT_S)
                return
            waits_for_nothing = self._pacer.horizon_ns() is None
            self._pacer.wait(None if waits_for_nothing else min(due_ns, until_ns or due_ns))
            return
        self._now_ns = max(self._now_ns, min(horizon_ns, due_ns - 1))
        self._take_in(submissions)
        self._executor.deliver_background_results(self._now_ns)
        self._settle([])
        self._run_due(horizon_ns)
        self._commit()

    def _turn(self) -> None:
        """Say that it moves. Nothing that happens depends on it."""
        self.statistics.turned_ns = time.perf_counter_ns()

    def _horizon_ns(self, until_ns: int | None) -> int:
        """How far this slice may go."""
        horizon_ns = self._pacer.horizon_ns()
        if until_ns is not None:
            return until_ns if horizon_ns is None else min(horizon_ns, until_ns)
        if horizon_ns is None:
            return self._timeline.last_known_ns() or self._now_ns
        return horizon_ns

    def _take_in(self, submissions: Sequence[Submission]) -> None:
        """Apply what came from outside, each submission by itself, at the present engine time."""
        self._answering.extend(submissions)
        for submission in submissions:
            try:
                submission.receipts = self._sequencer.apply_submission(submission, self._now_ns)
            except InputError as error:
                self._answering.remove(submission)
                submission.answer.set_exception(error)
                continue
            self._tell(submission.receipts)
            self._settle([])

    def _run_due(self, horizon_ns: int) -> None:
        """Let everything due act, instant by instant, until the horizon or the end of the slice: at least one."""
        ends_ns = time.perf_counter_ns() + self._options.slice_ns_max
        commands_max = self.statistics.commands + self._options.slice_commands_max
        due_ns, index = self._timeline.next_due()
        while due_ns <= horizon_ns and not self._stopping:
            self._now_ns = max(self._now_ns, due_ns)
            self._act(index, horizon_ns, ends_ns)
            due_ns, index = self._timeline.next_due()
            is_long = time.perf_counter_ns() > ends_ns or self.statistics.commands > commands_max
            if due_ns > self._now_ns and (is_long or self._snapshot_due or self._have_sources_ended()):
                break
        self.statistics.lag_ns = max(0, horizon_ns - due_ns)

    def _act(self, index: int, horizon_ns: int, ends_ns: int) -> None:
        """Let one source, the strategies, or the plane itself do what is due now."""
        sources = self._timeline.sources
        if index == self._hosted:
            self._advance_hosted(index, horizon_ns, ends_ns)
        elif index < len(sources):
            tick = sources[index].advance(self._now_ns)
            self._settle(tick.commands, tick.market)
        elif index == len(sources):
            self._executor.advance(self._now_ns)
            self._settle([])
        else:
            self._keep_house()

    def _advance_hosted(self, index: int, horizon_ns: int, ends_ns: int) -> None:
        """Let the hosted source go on by itself until somebody else is due, or strategies have something to hear."""
        reach = Reach(
            now_ns=self._now_ns,
            horizon_ns=min(horizon_ns, self._timeline.next_due_besides(index)),
            wall_ns=max(0, ends_ns - time.perf_counter_ns()),
            commands=self._options.slice_commands_max,
            interest=self._executor.interest(),
        )
        advance = self._sequencer.advance_hosted(reach)
        self._now_ns = advance.now_ns
        self._tell(advance.receipts)
        self._settle([])

    def _settle(self, commands: Sequence[Command], market: Sequence[MarketData] = ()) -> None:
        """Apply commands, tell everyone, and apply what strategies answer, until they have nothing to add."""
        self._tell(self._sequencer.apply([encode(command) for command in commands], self._now_ns))
        if market:
            self._market.extend(market)
            self._executor.on_market(market, self._now_ns)
        while answers := self._executor.drain(self._sequencer.next_sequence):
            self._tell(self._sequencer.apply([encode(command) for command in answers], self._now_ns))

    def _tell(self, receipts: Sequence[Receipt]) -> None:
        """Sources and strategies learn what happened, in their order."""
        if not receipts:
            return
        began_ns = time.perf_counter_ns()
        self._receipts.extend(receipts)
        events = list(chain.from_iterable(receipt.events for receipt in receipts))
        self.statistics.commands += len(receipts)
        self.statistics.events += len(events)
        for index, source in enumerate(self._timeline.sources):
            if index != self._hosted:
                source.on_events(events)
        self._executor.on_receipts(receipts)
        self.statistics.latencies["dispatch"].record(time.perf_counter_ns() - began_ns)

    def _keep_house(self) -> None:
        """Once per second of engine time: tell idle time to the engine; keep changed states."""
        self._keep_states()
        self._seconds.start(self._now_ns)
        every = self._options.snapshot_commands
        self._snapshot_due = bool(every) and self._kernel.sequence - self._snapshot_sequence >= every

    def _keep_states(self) -> None:
        """Whatever falls due now comes first, and so does the end of a strategy that cannot say what it knows: a state
        that is kept has heard of everything before it, and keeping it causes nothing any more.
        """
        self._settle([AdvanceTime()])
        strategies = self._executor.saved_states()
        self._settle([])
        sources = [(source.slot, source.save()) for source in self._timeline.sources]
        changed = [(slot, state) for slot, state in (*sources, *strategies) if self._is_new(slot, state)]
        self._saved.update(changed)
        self._settle([SaveState(slot=slot, state=state) for slot, state in changed])

    def _is_new(self, slot: int, state: bytes) -> bool:
        return self._saved.get(slot, b"") != state

    def _commit(self) -> None:
        """Let the slice become durable, and known as soon as it is."""
        self._sequencer.commit()
        self.statistics.now_ns = self._now_ns
        self._publication.owe(self._finished_slice())
        self._publish_durable()
        self._snapshot_keeper.check()
        if self._snapshot_due:
            self._keep_snapshot()

    def _finished_slice(self) -> Unpublished:
        """What this slice did, and who waits to hear of it."""
        commit = Commit(self._now_ns, tuple(self._receipts), tuple(self._market))
        snapshot = self._kernel.snapshot() if self._snapshots else b""
        asked = [self._snapshots.popleft() for _ in range(len(self._snapshots))] if snapshot else []
        finished = Unpublished(self._sequencer.next_sequence - 1, commit, self._answering, asked, snapshot)
        self._receipts, self._market, self._answering = [], [], []
        return finished

    def _publish_durable(self, wait_s: float = 0.0) -> None:
        """Tell what has become durable, waiting a little for the oldest of it."""
        if self._publication.is_owed:
            oldest = self._publication.oldest_sequence
            self._publication.publish(self._sequencer.durable_sequence(oldest, wait_s))

    def _publish_everything(self) -> None:
        """Return once all of it is durable and told."""
        while self._publication.is_owed:
            self._publish_durable(_DURABLE_WAIT_S)

    def _answer_late_snapshots(self) -> None:
        """A plane that has ended still says what its state is, or why it cannot be known."""
        while self._ended:
            try:
                answer = self._snapshots.popleft()
            except IndexError:  # another thread answered it: looking first would not keep it from doing so
                return
            if self.failure is None:
                resolve(answer, self._kernel.snapshot())
            elif answer.set_running_or_notify_cancel():
                answer.set_exception(self.failure)

    def _keep_snapshot(self) -> None:
        if self._snapshot_keeper.waits_for_durability:
            self._publish_everything()
        self._snapshot_keeper.keep(self._kernel.sequence, self._kernel.snapshot())
        self._snapshot_sequence = self._kernel.sequence
        self._snapshot_due = False

    def _is_finished(self, until_ns: int | None) -> bool:
        if self._stopping:
            return True
        if self._have_sources_ended():
            return True
        if until_ns is None:
            return False
        horizon_ns = self._pacer.horizon_ns()
        return self._timeline.next_due()[0] > until_ns and (horizon_ns is None or horizon_ns >= until_ns)

    def _have_sources_ended(self) -> bool:
        return self._options.ends_with_sources and self._timeline.last_known_ns() is None

    def _close(self, until_ns: int | None) -> None:
        """Take in what still waits, let strategies end, keep every state, answer everybody."""
        if until_ns is not None and not self._stopping and not self._have_sources_ended():
            self._now_ns = max(self._now_ns, until_ns)
        self._turn()
        self._take_in(self._inbox.close(_STOPPED))
        self._turn()
        self._executor.end(self._now_ns)
        self._settle([])
        self._keep_states()
        self._turn()
        self._commit()
        self._publish_everything()
        self._turn()
        self._snapshot_keeper.finish()
        if self._options.snapshot_at_stop:
            self._journal.save_snapshot(self._kernel.sequence, self._kernel.snapshot())
        self._sequencer.close()
        self._ended = True
        self._answer_late_snapshots()

    def _fail(self, error: CambistError) -> None:
        """Nothing is acknowledged any more: whoever waits learns why."""
        self.failure = error
        self._ended = True
        self._publication.fail(error, [*self._answering, *self._inbox.close(error)])
        self._answering = []
        self._executor.abandon()
        self._snapshot_keeper.abandon()
        self._sequencer.close()
        self._answer_late_snapshots()
