"""A market that runs in this process: data plane and server on threads, the projector beside them."""

from __future__ import annotations

import logging
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from cambist.application.control_plane.account_view import view_firm
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.risk_table import FIRM
from cambist.application.data_plane.plane import DataPlane
from cambist.application.data_plane.standstill import Standstill
from cambist.bootstrap.closing_state import ClosingState
from cambist.domain.durations import SECOND_NS
from cambist.domain.errors import CambistError, EngineStuck
from cambist.domain.grid import e8_text
from cambist.engine.kernel import Kernel
from cambist.infrastructure.persistence.journal import DiskJournal
from cambist.infrastructure.venues.recording import RecordedMarket
from cambist.presentation.cli.operations import MarketFacts, MarketPulse, RunSummary
from cambist.presentation.http.perimeter import AsgiApp
from cambist.presentation.http.server import Server

_LOG = logging.getLogger("cambist.market")
_CLOSE_WITHIN_NS = 10 * SECOND_NS
"""How long the plane may stand still, once it was asked to end, before the process ends without it."""
_GLANCE_S = 2.0


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
        self._thread = threading.Thread(target=parts.plane.run, args=(parts.until_ns,), name="data-plane", daemon=True)
        """A daemon: a hook that never returns must not keep the process."""
        self._failure: CambistError | None = None
        self._is_known_stuck = False
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
                pnl=e8_text(view_firm(model).daily_pnl),
                trading_state=model.risk.switch(FIRM).state.name,
            )

    def wait(self, timeout_s: float) -> bool:
        """True once it has ended by itself, well or not."""
        self._thread.join(timeout_s)
        self._tell_standstill()
        return not self._thread.is_alive() or self._parts.server.failure is not None

    def _tell_standstill(self) -> None:
        """Once in the log, and once that it is over."""
        standstill = self._parts.plane.standstill()
        if standstill is not None and not self._is_known_stuck:
            _LOG.error("The engine is stuck: %s. No order is answered meanwhile.", standstill.describe())
        elif standstill is None and self._is_known_stuck:
            _LOG.warning("The engine turns again.")
        self._is_known_stuck = standstill is not None

    def close(self) -> None:
        """Drain, make everything durable, release all; without draining where the plane stands still."""
        parts = self._parts
        parts.plane.stop()
        unserved = parts.server.failure
        self._failure = self._await_plane()
        parts.server.stop()
        with parts.resources:
            if self._failure is not None:
                parts.journal.abandon()
                return
            self._failure = unserved
            self._state = ClosingState(parts.kernel.snapshot())
            parts.journal.close()

    def _await_plane(self) -> CambistError | None:
        """Return once the plane has ended, or stands still for too long; what went wrong."""
        plane = self._parts.plane
        self._thread.join(_GLANCE_S)
        while self._thread.is_alive():
            standstill = plane.standstill(_CLOSE_WITHIN_NS)
            if standstill is not None:
                return _stuck(standstill)
            self._thread.join(_GLANCE_S)
        return plane.failure

    def summary(self) -> RunSummary:
        """How the run ended, once it is closed. Raises the failure that ended it."""
        plane, model = self._parts.plane, self._parts.model
        if self._failure is not None or self._state is None:
            raise self._failure or CambistError("The market is still open.", "Close it first.")
        engine, facts = self._state.engine, self._parts.facts
        with model.reading():
            activity = model.activity
        return RunSummary(
            state_hash=self._parts.kernel.state_hash(),
            orders=_orders(model),
            fills=activity.fills,
            pnl=e8_text(self._state.pnl),
            equity=e8_text(self._state.equity),
            events=activity.events,
            commands=activity.commands,
            sequence=engine.sequence,
            kernel=plane.kernel_name,
            engine_time=datetime.fromtimestamp(engine.now_ns // SECOND_NS, UTC).isoformat(),
            ran_seconds=f"{(engine.now_ns - plane.start_ns) / SECOND_NS:.3f}",
            data_dir=None if facts.is_temporary else str(facts.data_dir),
        )

    def complaint(self) -> CambistError | None:
        """What was wrong with the input, although everything up to there was played."""
        recording = self._parts.recording
        return recording.failure if recording is not None else None


def _stuck(standstill: Standstill) -> EngineStuck:
    action = (
        f"Correct {standstill.hook} of {standstill.strategy}, or start without it"
        if standstill.strategy
        else "Check the disk under the data directory, then start again"
    )
    return EngineStuck(
        f"The market was ended without draining: {standstill.describe()}.",
        f"{action}: nothing that was acknowledged is lost.",
    )


def _orders(model: ReadModel) -> int:
    """Desk orders of this run: those that passed the gate and those that did not."""
    return model.activity.orders["submitted"] + model.activity.orders["denied"]
