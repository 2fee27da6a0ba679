"""Engine hosts for the contract: a plane on a journal on disk, over either runtime, with a small synthetic market."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from cambist.application.data_plane.pacing import WallPacer
from cambist.application.data_plane.plane import DataPlane, PlaneOptions
from cambist.application.data_plane.python_sequencer import PythonSequencer
from cambist.application.data_plane.sequencer import Sequencer
from cambist.application.data_plane.submissions import PLACES
from cambist.application.ports.engine_host import Commit, Receipt
from cambist.application.ports.source import Source
from cambist.application.strategy.executor import Executor
from cambist.domain.commands import AdjustBalance, NewOrder, OpenAccount
from cambist.domain.vocabulary import AccountKind, OrderType, Side, TimeInForce
from cambist.engine.kernel import Kernel
from cambist.engine.kernels import open_kernel
from cambist.engine.native import NativeKernel
from cambist.infrastructure.persistence.journal import BlockWriter, DiskJournal, Place, open_journal
from cambist.infrastructure.runtime import JournalParts, NativeSequencer, RuntimeOptions, RuntimeWriter
from cambist.infrastructure.system_clock import SystemClock
from cambist.infrastructure.venues.synthetic import NativeSyntheticMarket, SyntheticMarket

WAIT_S = 60
DESK = 1
START_NS = 1_800_000_000 * 10**9
_DEFINITIONS = (
    OpenAccount(account_id=DESK, account_kind=AccountKind.DESK, name="desk"),
    AdjustBalance(account_id=DESK, amount=10**14),
)
Assemble = Callable[[DiskJournal, int], tuple[Kernel, Sequencer, Source]]


def python_host(journal: DiskJournal, places: int) -> tuple[Kernel, Sequencer, Source]:
    kernel = open_kernel("python")
    return kernel, PythonSequencer(kernel, journal, places), SyntheticMarket(7, START_NS)


def native_host(journal: DiskJournal, places: int) -> tuple[Kernel, Sequencer, Source]:
    kernel = open_kernel("native")
    assert isinstance(kernel, NativeKernel)
    begun: list[NativeSequencer] = []

    def take_over(place: Place, writer: BlockWriter) -> BlockWriter:
        parts = JournalParts(writer.writer, place.directory, 0, journal.failure_of)  # type: ignore[attr-defined]
        begun.append(NativeSequencer(kernel, parts, RuntimeOptions(places=places)))
        return RuntimeWriter(begun[0])

    journal.hand_over(take_over)
    return kernel, begun[0], NativeSyntheticMarket(7, START_NS)


class RunningHost:
    """A host whose plane runs on a thread of its own, at the wall's pace, while the block runs."""

    def __init__(self, assemble: Assemble, folder: Path, places: int = PLACES, snapshot_commands: int = 0) -> None:
        self.folder = folder / "journal"
        name = "native" if assemble is native_host else "python"
        self.journal = open_journal(self.folder, kernel=name, segment_bytes=1)
        self.kernel, sequencer, source = assemble(self.journal, places)
        self.plane = DataPlane(
            self.kernel,
            self.journal,
            [source],
            Executor(),
            WallPacer(SystemClock()),
            definitions=_DEFINITIONS,
            start_ns=START_NS,
            options=PlaneOptions(snapshot_commands=snapshot_commands),
            sequencer=sequencer,
        )
        self.commits: list[Commit] = []
        self.plane.subscribe(self.commits.append)
        self._thread = threading.Thread(target=self.plane.run)

    def __enter__(self) -> RunningHost:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        self.plane.stop()
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive()
        self.journal.abandon()

    @property
    def receipts(self) -> list[Receipt]:
        return [receipt for commit in self.commits for receipt in commit.receipts]

    def break_disk(self) -> None:
        """Every commit begins a segment here; none can be begun where there is no folder."""
        self.folder.rename(self.folder.with_suffix(".gone"))


def limit_order(price: int = 617_000, side: Side = Side.BUY, **fields: object) -> NewOrder:
    """A manual order in BTCUSDT, below the market unless told otherwise."""
    values: dict[str, object] = {
        "instrument_id": 1,
        "account_id": DESK,
        "strategy_id": 0,
        "side": side,
        "order_type": OrderType.LIMIT,
        "time_in_force": TimeInForce.GTC,
        "price": price,
        "qty": 10,
    }
    return NewOrder(**{**values, **fields})  # type: ignore[arg-type]
