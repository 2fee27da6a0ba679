"""Trading sessions of our instruments, and the circuit breaker over all of them."""

from __future__ import annotations

import msgspec
from litestar import get, post, put
from litestar.params import JSONBody

from cambist.application.control_plane.refusal import Refusal
from cambist.application.control_plane.session_view import SessionView
from cambist.domain import vocabulary
from cambist.domain.durations import MILLISECOND_NS
from cambist.presentation.http.problem import NotGranted, granted
from cambist.presentation.http.requests import fraction
from cambist.presentation.http.routes.parameters import Injected, PathText
from cambist.presentation.http.services import Services
from cambist.presentation.http.session_requests import (
    CalendarBody,
    CircuitBreakerBody,
    HaltBody,
    PhaseBody,
    ResumeBody,
    VolatilityGuardBody,
)
from cambist.presentation.http.shapes.session import (
    Calendar,
    CircuitBreaker,
    Session,
    VolatilityGuard,
    calendar_shape,
    circuit_breaker_shape,
    guard_shape,
    session_shape,
)


class Sessions(msgspec.Struct):
    """Of every instrument of ours."""

    sessions: list[Session]


@get("/sessions", sync_to_thread=False, summary="List sessions", tags=["sessions"])
def list_sessions(services: Injected) -> Sessions:
    """Phases, what comes next, and what auctions indicate while they run."""
    return _shapes(services, services.sessions.sessions())


@get("/sessions/{symbol:str}", sync_to_thread=False, summary="Read a session", tags=["sessions"])
def read_session(symbol: PathText, services: Injected) -> Session:
    """Of one instrument."""
    return _shape(services, services.sessions.session(symbol))


@post("/sessions/{symbol:str}/phase", status_code=200, summary="Set the phase", tags=["sessions"])
async def change_phase(symbol: PathText, data: JSONBody[PhaseBody], services: Injected) -> Session:
    """From any to any; an auction that ends is uncrossed first. The calendar goes on with its next step."""
    return _shape(services, await services.sessions.set_phase(symbol, vocabulary.Phase[data.phase]))


@post("/sessions/{symbol:str}/halt", status_code=200, summary="Halt an instrument", tags=["sessions"])
async def halt(symbol: PathText, data: JSONBody[HaltBody], services: Injected) -> Session:
    """Orders stay, none trades. After `duration_ms` it reopens by itself, by an auction where its guard has one."""
    return _shape(services, await services.sessions.halt(symbol, data.duration_ms * MILLISECOND_NS, data.cause))


@post("/sessions/{symbol:str}/resume", status_code=200, summary="End a halt", tags=["sessions"])
async def resume(symbol: PathText, services: Injected, data: JSONBody[ResumeBody | None] = None) -> Session:
    """To continuous trading, or to the phase that is named."""
    return _shape(services, await services.sessions.resume(symbol, _resumed_to(data)))


@get("/sessions/{symbol:str}/calendar", sync_to_thread=False, summary="Read the calendar", tags=["sessions"])
def read_calendar(symbol: PathText, services: Injected) -> Calendar:
    """Without steps where there is none."""
    return _calendar(services, services.sessions.session(symbol))


@put("/sessions/{symbol:str}/calendar", summary="Set the calendar", tags=["sessions"])
async def change_calendar(symbol: PathText, data: JSONBody[CalendarBody], services: Injected) -> Calendar:
    """In place of the one before; the phase stays until the first step that lies ahead."""
    band = fraction("extension_band", data.extension_band)
    extension_ns = data.extension_ms * MILLISECOND_NS
    return _calendar(services, await services.sessions.set_calendar(symbol, data.week(), extension_ns, band))


@get("/sessions/{symbol:str}/volatility-guard", sync_to_thread=False, summary="Read the guard", tags=["sessions"])
def read_guard(symbol: PathText, services: Injected) -> VolatilityGuard:
    """Volatility interruption and limit bands."""
    return _guard(services, services.sessions.session(symbol))


@put("/sessions/{symbol:str}/volatility-guard", summary="Set the guard", tags=["sessions"])
async def change_guard(symbol: PathText, data: JSONBody[VolatilityGuardBody], services: Injected) -> VolatilityGuard:
    """In place of the one before, all of it: what is left out is none."""
    return _guard(services, await services.sessions.set_guard(symbol, data.guard()))


@get("/circuit-breaker", sync_to_thread=False, summary="Read the circuit breaker", tags=["sessions"])
def read_circuit_breaker(services: Injected) -> CircuitBreaker:
    """Its levels, and whether one has tripped today."""
    with services.model.reading() as model:
        return circuit_breaker_shape(model)


@put("/circuit-breaker", summary="Set the circuit breaker", tags=["sessions"])
async def change_circuit_breaker(data: JSONBody[CircuitBreakerBody], services: Injected) -> CircuitBreaker:
    """In place of the one before, all of it. Falls count from the prices of now, and nothing has tripped."""
    refused = await services.sessions.set_circuit_breaker(data.index, data.breaker())
    if refused is not None:
        raise NotGranted(refused)
    with services.model.reading() as model:
        return circuit_breaker_shape(model)


@post("/circuit-breaker/trip", status_code=200, summary="Halt the whole market", tags=["sessions"])
async def trip(data: JSONBody[HaltBody], services: Injected) -> Sessions:
    """By hand, whether a circuit breaker is set or not: every instrument of ours that takes orders."""
    return _shapes(services, granted(await services.sessions.halt_all(data.duration_ms * MILLISECOND_NS, data.cause)))


@post("/circuit-breaker/lift", status_code=200, summary="Resume the whole market", tags=["sessions"])
async def lift(services: Injected, data: JSONBody[ResumeBody | None] = None) -> Sessions:
    """Every instrument of ours that is HALTED, whatever halted it. What the third level closed stays CLOSED."""
    return _shapes(services, granted(await services.sessions.resume_all(_resumed_to(data))))


def _resumed_to(data: ResumeBody | None) -> vocabulary.Phase:
    return vocabulary.Phase[(data or ResumeBody()).phase]


def _shape(services: Services, view: SessionView | Refusal) -> Session:
    found = granted(view)
    with services.model.reading() as model:
        return session_shape(model, found)


def _shapes(services: Services, views: list[SessionView]) -> Sessions:
    with services.model.reading() as model:
        return Sessions(sessions=[session_shape(model, view) for view in views])


def _calendar(services: Services, view: SessionView | Refusal) -> Calendar:
    found = granted(view)
    with services.model.reading() as model:
        return calendar_shape(model, found.session)


def _guard(services: Services, view: SessionView | Refusal) -> VolatilityGuard:
    found = granted(view)
    with services.model.reading() as model:
        return guard_shape(model, found.session)


HANDLERS = [
    list_sessions,
    read_session,
    change_phase,
    halt,
    resume,
    read_calendar,
    change_calendar,
    read_guard,
    change_guard,
    read_circuit_breaker,
    change_circuit_breaker,
    trip,
    lift,
]
