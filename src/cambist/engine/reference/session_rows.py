"""What trading sessions add to a snapshot, and the way back."""

from __future__ import annotations

from cambist.domain.auction import Indication
from cambist.domain.schedule import Schedule, pack_steps, read_steps
from cambist.domain.vocabulary import Side
from cambist.domain.volatility_guard import CircuitBreaker, VolatilityGuard
from cambist.engine.reference.market import Market
from cambist.engine.reference.state import EngineState
from cambist.protocols.session_rows import (
    CircuitBreakerRow,
    HeldRow,
    PhaseRow,
    ScheduleRow,
    SessionRow,
    VolatilityGuardRow,
)
from cambist.protocols.snapshot import Sections

_PLAIN_FIELDS = ("is_collecting", "is_extended", "due_phase", "due_ns", "next_step_ns", "reference_price", "day_price")


def session_rows(breaker: CircuitBreaker | None, markets: list[Market]) -> Sections:
    """The sections of sessions; markets by instrument_id."""
    return {
        HeldRow: [row for market in markets for row in _held_rows(market)],
        SessionRow: [_session_row(market) for market in markets if _has_session(market)],
        ScheduleRow: [_schedule_row(market, market.schedule) for market in markets if market.schedule is not None],
        VolatilityGuardRow: [_guard_row(market) for market in markets if not market.guard.is_none],
        CircuitBreakerRow: [] if breaker is None else [_breaker_row(breaker)],
        PhaseRow: [_phase_row(market) for market in markets if market.instrument.is_internal],
    }


def restore_sessions(state: EngineState, sections: Sections) -> None:
    """Into markets that were restored already."""
    for row in sections[SessionRow]:
        market = state.markets[row.instrument_id]
        for name in _PLAIN_FIELDS:
            setattr(market, name, getattr(row, name))
        market.limit_side = Side(row.limit_side - 1) if row.limit_side else None
        market.indicated = Indication(**{name: getattr(row, name) for name in Indication.__struct_fields__})
    for row in sections[ScheduleRow]:
        steps = read_steps(row.steps) or ()
        state.markets[row.instrument_id].schedule = Schedule(row.extension_ns, row.extension_band, steps)
    for row in sections[VolatilityGuardRow]:
        state.markets[row.instrument_id].guard = VolatilityGuard.told_by(row)
    for row in sections[PhaseRow]:
        market = state.markets[row.instrument_id]
        market.since_ns, market.halt_reason, market.halt_cause = row.since_ns, row.halt_reason, row.halt_cause
    for row in sections[CircuitBreakerRow]:
        state.breaker = CircuitBreaker(**{name: getattr(row, name) for name in CircuitBreaker.__struct_fields__})


def _held_rows(market: Market) -> list[HeldRow]:
    names = [name for name in HeldRow.__struct_fields__ if name != "is_waiting"]
    return [
        HeldRow(is_waiting=held is market.waiting, **{name: getattr(order, name) for name in names})
        for held in (market.market_orders, market.waiting)
        for order in held
    ]


def _has_session(market: Market) -> bool:
    """True where anything is other than at first."""
    begun = (market.is_collecting, market.due_ns, market.next_step_ns, market.reference_price, market.day_price)
    return any(begun) or market.limit_side is not None


def _session_row(market: Market) -> SessionRow:
    return SessionRow(
        instrument_id=market.instrument.instrument_id,
        limit_side=0 if market.limit_side is None else market.limit_side + 1,
        **{name: getattr(market, name) for name in _PLAIN_FIELDS},
        **{name: getattr(market.indicated, name) for name in Indication.__struct_fields__},
    )


def _phase_row(market: Market) -> PhaseRow:
    return PhaseRow(
        instrument_id=market.instrument.instrument_id,
        halt_reason=market.halt_reason,
        since_ns=market.since_ns,
        halt_cause=market.halt_cause,
    )


def _schedule_row(market: Market, schedule: Schedule) -> ScheduleRow:
    return ScheduleRow(
        instrument_id=market.instrument.instrument_id,
        extension_ns=schedule.extension_ns,
        extension_band=schedule.extension_band,
        steps=pack_steps(schedule.steps),
    )


def _guard_row(market: Market) -> VolatilityGuardRow:
    names = VolatilityGuard.__struct_fields__
    return VolatilityGuardRow(
        instrument_id=market.instrument.instrument_id, **{name: getattr(market.guard, name) for name in names}
    )


def _breaker_row(breaker: CircuitBreaker) -> CircuitBreakerRow:
    return CircuitBreakerRow(**{name: getattr(breaker, name) for name in CircuitBreaker.__struct_fields__})
