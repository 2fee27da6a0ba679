"""The trading sessions of our instruments: phases, auctions, what they wait for, calendars and guards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from cambist.application.control_plane.watched import Watched
from cambist.domain.auction import NOTHING_INDICATED, Indication
from cambist.domain.events import InstrumentDefined, PhaseChanged
from cambist.domain.message import Event
from cambist.domain.schedule import Schedule, read_steps
from cambist.domain.session_events import (
    AuctionExtended,
    AuctionIndicated,
    AuctionUncrossed,
    InstrumentHalted,
    LimitStateChanged,
    ScheduleChanged,
    VolatilityGuardChanged,
    VolatilityInterrupted,
)
from cambist.domain.vocabulary import Phase, Side, VenueKind
from cambist.domain.volatility_guard import NO_GUARD, VolatilityGuard
from cambist.protocols.session_rows import PhaseRow, ScheduleRow, SessionRow, VolatilityGuardRow
from cambist.protocols.snapshot import InstrumentRow


class Wait(msgspec.Struct, frozen=True):
    """What ends by itself, and the phase that follows; `due_ns` 0 is nothing."""

    due_ns: int = 0
    phase: Phase = Phase.PRE_OPEN


class SessionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One instrument's session. Prices in ticks, quantities in lots, instants in ns since epoch."""

    instrument_id: int
    phase: Phase
    since_ns: int = 0
    """When the phase began."""
    indicated: Indication = NOTHING_INDICATED
    wait: Wait = Wait()
    halt_reason: int = 0
    """Why it is HALTED, as far as that is known."""
    halt_cause: str = ""
    limit_side: Side | None = None
    """Whose best price stands at its limit."""
    schedule: Schedule | None = None
    guard: VolatilityGuard = NO_GUARD


class SessionTable(Watched[int]):
    """Sessions by instrument id; outside instruments have none. The rules are those of docs/engine.md 27 to 30."""

    def __init__(self) -> None:
        super().__init__()
        self._sessions: dict[int, SessionRecord] = {}
        self._announced: dict[int, Wait] = {}
        """What a halt or an interruption says right before the phase changes."""

    def __iter__(self) -> Iterator[SessionRecord]:
        return iter([self._sessions[key] for key in sorted(self._sessions)])

    def get(self, instrument_id: int) -> SessionRecord | None:
        """None for instruments of outside venues."""
        return self._sessions.get(instrument_id)

    def open(self, definition: InstrumentDefined | InstrumentRow) -> None:
        """Begin to follow an instrument of ours."""
        if definition.venue is VenueKind.INTERNAL:
            key = definition.instrument_id
            since_ns = definition.now_ns if isinstance(definition, InstrumentDefined) else 0
            self._sessions[key] = SessionRecord(instrument_id=key, phase=definition.phase, since_ns=since_ns)
            self.touch(key)

    def restore(self, row: SessionRow) -> None:
        """What a snapshot knows of a session. An instrument from outside may have a row too."""
        if row.instrument_id not in self._sessions:
            return
        indicated = Indication(row.price, row.qty, row.imbalance_qty, row.imbalance_side)
        limit_side = Side(row.limit_side - 1) if row.limit_side else None
        wait = Wait(row.due_ns, row.due_phase)
        self._change(row.instrument_id, indicated=indicated, wait=wait, limit_side=limit_side)

    def restore_phase(self, row: PhaseRow) -> None:
        """Since when, and why it is halted."""
        self._change(row.instrument_id, since_ns=row.since_ns, halt_reason=row.halt_reason, halt_cause=row.halt_cause)

    def set_schedule(self, source: ScheduleChanged | ScheduleRow) -> None:
        """A new calendar; one without steps is none."""
        steps = read_steps(source.steps)
        schedule = Schedule(source.extension_ns, source.extension_band, steps) if steps else None
        self._change(source.instrument_id, schedule=schedule)

    def on_market_open(self) -> None:
        """The market is not closed for the day any more: calendars take their steps again."""
        for instrument_id, session in self._sessions.items():
            if session.schedule is not None:
                self.touch(instrument_id)

    def restore_guard(self, row: VolatilityGuardRow) -> None:
        """Take one from a snapshot."""
        self._change(row.instrument_id, guard=VolatilityGuard.told_by(row))

    def on_guard(self, event: VolatilityGuardChanged) -> None:
        """It ends a limit state."""
        session = self._sessions[event.instrument_id]
        wait = session.wait if session.limit_side is None else Wait()
        self._change(event.instrument_id, guard=VolatilityGuard.told_by(event), wait=wait, limit_side=None)

    def on_phase(self, event: PhaseChanged) -> None:
        """Whatever the session waited for is over; a volatility auction that begins by itself waits for its end."""
        before = self._sessions[event.instrument_id]
        wait = self._announced.pop(event.instrument_id, None) or _after(before, event)
        changes: dict[str, Any] = {"phase": event.phase, "since_ns": event.now_ns, "wait": wait, "limit_side": None}
        if event.phase is not Phase.HALTED:
            changes |= {"halt_reason": 0, "halt_cause": ""}
            if not event.phase.is_auction:
                changes["indicated"] = NOTHING_INDICATED
        self._change(event.instrument_id, **changes)

    def on_halted(self, event: InstrumentHalted) -> None:
        """Told before the phase changes."""
        self._announced[event.instrument_id] = _until(event.until_ns, Phase.VOLATILITY_AUCTION)
        self._change(event.instrument_id, halt_reason=event.reason, halt_cause=event.cause)

    def on_interrupted(self, event: VolatilityInterrupted) -> None:
        """Told before the phase changes."""
        self._announced[event.instrument_id] = _until(event.until_ns, Phase.CONTINUOUS)

    def on_extended(self, event: AuctionExtended) -> None:
        """The auction goes on; then comes what was due."""
        session = self._sessions[event.instrument_id]
        phase = session.wait.phase
        if session.wait.due_ns != event.now_ns and session.schedule is not None:
            phase = session.schedule.phase_at(event.now_ns)
        self._change(event.instrument_id, wait=_until(event.until_ns, phase))

    def on_limit_state(self, event: LimitStateChanged) -> None:
        """A best price stands at its limit, or (price 0) does no longer."""
        limit_side = event.side if event.price else None
        self._change(event.instrument_id, limit_side=limit_side, wait=_until(event.until_ns, Phase.HALTED))

    def on_indicated(self, event: AuctionIndicated) -> None:
        """What the auction would do if it ended now."""
        indicated = Indication(event.price, event.qty, event.imbalance_qty, event.imbalance_side)
        self._change(event.instrument_id, indicated=indicated)

    def on_uncrossed(self, event: AuctionUncrossed) -> None:
        """The auction is over."""
        self._change(event.instrument_id, indicated=NOTHING_INDICATED)

    def handlers(self) -> dict[type[Event], Any]:
        """Who hears of what, but for definitions and changes of phase."""
        return {
            AuctionIndicated: self.on_indicated,
            AuctionUncrossed: self.on_uncrossed,
            AuctionExtended: self.on_extended,
            ScheduleChanged: self.set_schedule,
            VolatilityGuardChanged: self.on_guard,
            VolatilityInterrupted: self.on_interrupted,
            LimitStateChanged: self.on_limit_state,
            InstrumentHalted: self.on_halted,
        }

    def _change(self, instrument_id: int, **changes: Any) -> None:
        self._sessions[instrument_id] = msgspec.structs.replace(self._sessions[instrument_id], **changes)
        self.touch(instrument_id)


def _after(session: SessionRecord, event: PhaseChanged) -> Wait:
    """What a session waits for in its new phase, where it came to it by itself."""
    came_by_itself = session.wait == Wait(event.now_ns, event.phase)
    if came_by_itself and event.phase is Phase.VOLATILITY_AUCTION:
        return Wait(event.now_ns + session.guard.auction_ns, Phase.CONTINUOUS)
    return Wait()


def _until(due_ns: int, phase: Phase) -> Wait:
    return Wait(due_ns, phase) if due_ns else Wait()
