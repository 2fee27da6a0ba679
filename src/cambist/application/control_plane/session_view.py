"""A session as queries see it: with what comes next."""

from __future__ import annotations

import msgspec

from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.session_table import SessionRecord, Wait
from cambist.domain.vocabulary import Phase


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """`next` has due_ns 0 where nothing changes the phase by itself."""

    session: SessionRecord
    next: Wait


def view_session(model: ReadModel, session: SessionRecord) -> SessionView:
    """Call while reading the model."""
    step = _next_step(session, model.activity.now_ns, is_closed_for_the_day=_is_closed_for_the_day(model))
    coming = [each for each in (_end_of_wait(session), step) if each.due_ns]
    return SessionView(session=session, next=min(coming, key=lambda each: each.due_ns, default=Wait()))


def _end_of_wait(session: SessionRecord) -> Wait:
    """Rule halt.reopens: without a time for its auction a halt ends in continuous trading."""
    if session.wait.phase is Phase.VOLATILITY_AUCTION and not session.guard.auction_ns:
        return Wait(session.wait.due_ns, Phase.CONTINUOUS)
    return session.wait


def _is_closed_for_the_day(model: ReadModel) -> bool:
    breaker = model.circuit_breaker.breaker
    return breaker is not None and breaker.tripped == len(breaker.levels)


def _next_step(session: SessionRecord, now_ns: int, *, is_closed_for_the_day: bool) -> Wait:
    """The next step of the calendar that would be taken (rule schedule.holds)."""
    schedule = session.schedule
    if schedule is None or is_closed_for_the_day:
        return Wait()
    due_ns = now_ns
    for _ in schedule.steps:
        due_ns = schedule.next_after(due_ns)
        phase = schedule.phase_at(due_ns)
        if session.phase is not Phase.HALTED or phase is Phase.CLOSED:
            return Wait(due_ns, phase)
    return Wait()
