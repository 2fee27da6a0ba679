"""Trading sessions: phases, auctions, calendars, guards and the circuit breaker."""

from __future__ import annotations

import msgspec

from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.session_table import SessionRecord
from cambist.application.control_plane.session_view import SessionView
from cambist.domain.auction import Indication
from cambist.domain.instrument import Instrument
from cambist.domain.reasons import reason_name
from cambist.domain.vocabulary import Phase
from cambist.domain.week_time import week_time_text
from cambist.presentation.http.shapes.text import fraction_text, milliseconds, price_text_or_none


class Auction(msgspec.Struct, kw_only=True):
    """What an auction would do if it ended now."""

    price: str | None
    qty: str
    imbalance_side: str | None
    imbalance_qty: str


class Halt(msgspec.Struct, kw_only=True):
    """Why an instrument is halted."""

    reason: str
    cause: str


class LimitState(msgspec.Struct, kw_only=True):
    """Whose best price stands at its limit, and when trading halts if it still does."""

    side: str
    until: str


class Session(msgspec.Struct, kw_only=True):
    """Where an instrument of ours is in its day. Null: not known, or none."""

    symbol: str
    phase: str
    since: str | None
    next_phase: str | None
    next_change: str | None
    auction: Auction | None
    halt: Halt | None
    limit_state: LimitState | None


class CalendarStep(msgspec.Struct, kw_only=True):
    """A change of phase at a time of the week, in UTC."""

    at: str
    phase: str


class Calendar(msgspec.Struct, kw_only=True):
    """When an instrument changes its phase."""

    symbol: str
    steps: list[CalendarStep]
    extension_ms: int
    extension_band: str


class VolatilityGuard(msgspec.Struct, kw_only=True):
    """What happens when a price moves too far; bands of "0" are none."""

    symbol: str
    dynamic_band: str
    auction_ms: int
    limit_band: str
    limit_state_ms: int
    pause_ms: int


class CircuitBreaker(msgspec.Struct, kw_only=True):
    """At which falls the market halts; levels of "0" are none, tripped is the highest of today."""

    index: str | None
    level_1: str
    level_2: str
    level_3: str
    cool_down_1_ms: int
    cool_down_2_ms: int
    tripped: int
    fall: str | None
    until: str | None


def session_shape(model: ReadModel, view: SessionView) -> Session:
    """Call while reading the model."""
    session = view.session
    instrument = model.instruments[session.instrument_id]
    return Session(
        symbol=instrument.symbol,
        phase=session.phase.name,
        since=str(session.since_ns) if session.since_ns else None,
        next_phase=view.next.phase.name if view.next.due_ns else None,
        next_change=str(view.next.due_ns) if view.next.due_ns else None,
        auction=_auction(instrument, session.indicated) if session.phase.is_auction else None,
        halt=_halt(session) if session.phase is Phase.HALTED else None,
        limit_state=_limit_state(session),
    )


def calendar_shape(model: ReadModel, session: SessionRecord) -> Calendar:
    """Call while reading the model."""
    schedule = session.schedule
    steps = schedule.steps if schedule else ()
    return Calendar(
        symbol=model.instruments[session.instrument_id].symbol,
        steps=[CalendarStep(at=week_time_text(step.week_ns), phase=step.phase.name) for step in steps],
        extension_ms=milliseconds(schedule.extension_ns) if schedule else 0,
        extension_band=fraction_text(schedule.extension_band if schedule else 0),
    )


def guard_shape(model: ReadModel, session: SessionRecord) -> VolatilityGuard:
    """Call while reading the model."""
    guard = session.guard
    return VolatilityGuard(
        symbol=model.instruments[session.instrument_id].symbol,
        dynamic_band=fraction_text(guard.dynamic_band),
        auction_ms=milliseconds(guard.auction_ns),
        limit_band=fraction_text(guard.limit_band),
        limit_state_ms=milliseconds(guard.limit_state_ns),
        pause_ms=milliseconds(guard.pause_ns),
    )


def circuit_breaker_shape(model: ReadModel) -> CircuitBreaker:
    """Call while reading the model."""
    breaker = model.circuit_breaker.breaker
    levels = breaker.levels if breaker else (0, 0, 0)
    return CircuitBreaker(
        index=model.instruments[breaker.instrument_id].symbol if breaker and breaker.instrument_id else None,
        level_1=fraction_text(levels[0]),
        level_2=fraction_text(levels[1]),
        level_3=fraction_text(levels[2]),
        cool_down_1_ms=milliseconds(breaker.cool_down_1_ns) if breaker else 0,
        cool_down_2_ms=milliseconds(breaker.cool_down_2_ns) if breaker else 0,
        tripped=breaker.tripped if breaker else 0,
        fall=fraction_text(breaker.fall) if breaker and breaker.fall else None,
        until=str(breaker.until_ns) if breaker and breaker.until_ns else None,
    )


def _auction(instrument: Instrument, indicated: Indication) -> Auction:
    return Auction(
        price=price_text_or_none(instrument, indicated.price),
        qty=instrument.qty_text(indicated.qty),
        imbalance_side=indicated.imbalance_side.name if indicated.imbalance_qty else None,
        imbalance_qty=instrument.qty_text(indicated.imbalance_qty),
    )


def _halt(session: SessionRecord) -> Halt | None:
    if not session.halt_reason:
        return None
    return Halt(reason=reason_name(session.halt_reason), cause=session.halt_cause)


def _limit_state(session: SessionRecord) -> LimitState | None:
    if session.limit_side is None:
        return None
    return LimitState(side=session.limit_side.name, until=str(session.wait.due_ns))
