"""A host of the engine without a journal, a thread or a clock of its own: every submission is applied at once.

For tests of whatever stands around the engine. The kernel is a real one; only durability is left out.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future

from msgspec.structs import replace

from cambist.application.ports.engine_host import Commit, CommitListener, Receipt
from cambist.application.ports.engine_monitor import EngineStatus, HookTimes, LatencySummary, StageHistogram
from cambist.domain.commands import AdvanceTime
from cambist.domain.errors import CambistError
from cambist.domain.market_data import MarketData
from cambist.domain.message import Command
from cambist.engine.kernel import Kernel
from cambist.protocols.records import encode


class ImmediateHost:
    """Implements EngineHost and EngineMonitor. Engine time stands still until `advance`."""

    def __init__(self, kernel: Kernel, now_ns: int) -> None:
        self.now_ns = now_ns
        self.failure: CambistError | None = None
        """Set to make every later submission fail with it."""
        self._kernel = kernel
        self._listeners: list[CommitListener] = []
        self._lock = threading.Lock()

    @property
    def queue_depth(self) -> int:
        """Nothing ever waits."""
        return 0

    def submit(self, commands: Sequence[Command]) -> Future[list[Receipt]]:
        """Apply now."""
        answer: Future[list[Receipt]] = Future()
        try:
            answer.set_result(self.apply(commands))
        except CambistError as error:
            answer.set_exception(error)
        return answer

    def apply(self, commands: Sequence[Command], market: Sequence[MarketData] = ()) -> list[Receipt]:
        """Apply now, and tell everybody. Raises ValueOutOfRange for a command that cannot be packed."""
        if self.failure is not None:
            raise self.failure
        for command in commands:
            encode(command)
        with self._lock:
            receipts = [self._apply_one(command) for command in commands]
            commit = Commit(self.now_ns, tuple(receipts), tuple(market))
            for listener in self._listeners:
                listener(commit)
        return receipts

    def advance(self, duration_ns: int) -> list[Receipt]:
        """Let engine time pass, and due timers fire."""
        self.now_ns += duration_ns
        return self.apply([AdvanceTime()])

    def subscribe(self, listener: CommitListener) -> None:
        """Tell `listener` of each submission."""
        self._listeners.append(listener)

    def snapshot(self) -> Future[bytes]:
        """The kernel's."""
        answer: Future[bytes] = Future()
        answer.set_result(self._kernel.snapshot())
        return answer

    def status(self) -> EngineStatus:
        """Never behind; nothing is measured here."""
        nothing = LatencySummary(0.0, 0.0, 0.0)
        return EngineStatus(
            kernel=self._kernel.name,
            state="RUNNING" if self.failure is None else "FAILED",
            queue_depth=0,
            lag_ms=0.0,
            latency_us=dict.fromkeys(("submit", "engine", "commit", "publish"), nothing),
        )

    def histograms(self) -> Mapping[str, StageHistogram]:
        """Nothing is measured here."""
        return {}

    def hook_times(self) -> Mapping[str, HookTimes]:
        """No strategy runs here."""
        return {}

    def _apply_one(self, command: Command) -> Receipt:
        stamped = replace(command, sequence=self._kernel.sequence + 1, now_ns=self.now_ns)
        return Receipt(stamped, tuple(self._kernel.apply(stamped)))
