"""A market that runs in this process: data plane and server on threads, the projector beside them."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from cambist.application.control_plane.account_view import view_firm
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.risk_table import FIRM
from cambist.application.data_plane.plane import DataPlane
from cambist.bootstrap.closing_state import ClosingState
from cambist.domain.errors import CambistError
from cambist.domain.money import Money
from cambist.engine.kernel import Kernel
from cambist.infrastructure.persistence.journal import DiskJournal
from cambist.infrastructure.venues.recording import RecordedMarket
from cambist.presentation.cli.operations import MarketFacts, MarketPulse, RunSummary
from cambist.presentation.http.perimeter import AsgiApp
from cambist.presentation.http.server import Server

_SECOND_NS = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketParts:
    """What the composition root put together."""

    facts: MarketFacts
    plane: DataPlane
    kernel: Kernel
    """The plane's: looked at only once the plane has ended."""
    model: ReadModel
    journal: DiskJournal
    server: Server
    app: AsgiApp
    recording: RecordedMarket | None
    until_ns: int | None
    resources: ExitStack
    """What is released last, in order."""


class LocalMarket:
    """Implements OpenMarket. Opened running; closed once."""

    def __init__(self, parts: MarketParts) -> None:
        self._parts = parts
        self._thread = threading.Thread(target=parts.plane.run, args=(parts.until_ns,), name="data-plane")
        self._state: ClosingState | None = None
        self._thread.start()
        try:
            parts.server.start(parts.app)
        except BaseException:
            self.close()
            raise

    @property
    def facts(self) -> MarketFacts:
        """For the banner."""
        return self._parts.facts

    def pulse(self) -> MarketPulse:
        """For the status line."""
        plane, model = self._parts.plane, self._parts.model
        with model.reading():
            activity = model.activity
            engine_ns = max(activity.now_ns, plane.start_ns)
            return MarketPulse(
                engine_ns=engine_ns,
                ran_ns=engine_ns - plane.start_ns,
                events=activity.events,
                orders=_orders(model),
                fills=activity.fills,
                pnl=str(Money(view_firm(model).daily_pnl)),
                trading_state=model.risk.switch(FIRM).state.name,
            )

    def wait(self, timeout_s: float) -> bool:
        """True once it has ended by itself, well or not."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def close(self) -> None:
        """Drain, make everything durable, release all."""
        parts = self._parts
        parts.plane.stop()
        self._thread.join()
        parts.server.stop()
        with parts.resources:
            if parts.plane.failure is not None:
                parts.journal.abandon()
                return
            self._state = ClosingState(parts.kernel.snapshot())
            parts.journal.close()

    def summary(self) -> RunSummary:
        """How the run ended, once it is closed. Raises the failure that ended it."""
        plane, model = self._parts.plane, self._parts.model
        if plane.failure is not None or self._state is None:
            raise plane.failure or CambistError("The market is still open.", "Close it first.")
        engine, facts = self._state.engine, self._parts.facts
        with model.reading():
            activity = model.activity
        return RunSummary(
            state_hash=self._parts.kernel.state_hash(),
            orders=_orders(model),
            fills=activity.fills,
            pnl=str(Money(self._state.pnl)),
            equity=str(Money(self._state.equity)),
            events=activity.events,
            commands=activity.commands,
            sequence=engine.sequence,
            kernel=plane.kernel_name,
            engine_time=datetime.fromtimestamp(engine.now_ns // _SECOND_NS, UTC).isoformat(),
            ran_seconds=f"{(engine.now_ns - plane.start_ns) / _SECOND_NS:.3f}",
            data_dir=None if facts.is_temporary else str(facts.data_dir),
        )

    def complaint(self) -> CambistError | None:
        """What was wrong with the input, although everything up to there was played."""
        recording = self._parts.recording
        return recording.failure if recording is not None else None


def _orders(model: ReadModel) -> int:
    """Desk orders of this run: those that passed the gate and those that did not."""
    return model.activity.orders["submitted"] + model.activity.orders["denied"]
