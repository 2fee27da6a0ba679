"""What the API takes about trading sessions. Lengths of time are whole milliseconds, bands and levels fractions."""

from __future__ import annotations

from typing import Annotated

import msgspec

from cambist.domain import vocabulary
from cambist.domain.durations import MILLISECOND_NS
from cambist.domain.schedule import STEPS_MAX, Step
from cambist.domain.volatility_guard import CircuitBreaker, VolatilityGuard
from cambist.domain.week_time import parse_week_time
from cambist.presentation.http.requests import Body, Cause, Milliseconds, Name, fraction
from cambist.presentation.http.words import Phase


class PhaseBody(Body, frozen=True, kw_only=True):
    """Where to move an instrument."""

    phase: Phase


class ResumeBody(Body, frozen=True, kw_only=True):
    """Where a halt ends; an auction collects until it is ended in its turn."""

    phase: Phase = Phase.CONTINUOUS


class HaltBody(Body, frozen=True, kw_only=True):
    """Why trading stops, and for how long; 0 until it is resumed."""

    cause: Cause
    duration_ms: Milliseconds = 0


class CalendarStepBody(Body, frozen=True, kw_only=True):
    """A change of phase at a time of the week, in UTC."""

    at: Name
    phase: Phase


class CalendarBody(Body, frozen=True, kw_only=True):
    """When an instrument changes its phase, week by week; without steps it has no calendar."""

    steps: Annotated[list[CalendarStepBody], msgspec.Meta(max_length=STEPS_MAX)]
    extension_ms: Milliseconds = 0
    """How long an auction is drawn out whose price lies too far from the last one; 0: never."""
    extension_band: str = "0"

    def week(self) -> list[Step]:
        """Raises ValueOutOfRange where a time is none."""
        return [Step(parse_week_time(step.at), vocabulary.Phase[step.phase]) for step in self.steps]


class VolatilityGuardBody(Body, frozen=True, kw_only=True):
    """What happens when a price moves too far; what is left out is none."""

    dynamic_band: str = "0"
    """A trade further from the dynamic reference starts a volatility auction."""
    auction_ms: Milliseconds = 0
    limit_band: str = "0"
    """No order trades or rests further from the dynamic reference."""
    limit_state_ms: Milliseconds = 0
    pause_ms: Milliseconds = 0

    def guard(self) -> VolatilityGuard:
        """Raises NotGranted where a band is no fraction."""
        return VolatilityGuard(
            dynamic_band=fraction("dynamic_band", self.dynamic_band),
            auction_ns=self.auction_ms * MILLISECOND_NS,
            limit_band=fraction("limit_band", self.limit_band),
            limit_state_ns=self.limit_state_ms * MILLISECOND_NS,
            pause_ns=self.pause_ms * MILLISECOND_NS,
        )


class CircuitBreakerBody(Body, frozen=True, kw_only=True):
    """At which falls of the day the whole market halts, and for how long; the third level closes it."""

    index: Name | None = None
    """The instrument whose fall counts; the average over all of ours where none is named."""
    level_1: str = "0"
    level_2: str = "0"
    level_3: str = "0"
    cool_down_1_ms: Milliseconds = 0
    cool_down_2_ms: Milliseconds = 0

    def breaker(self) -> CircuitBreaker:
        """Raises NotGranted where a level is no fraction."""
        return CircuitBreaker(
            instrument_id=0,
            level_1=fraction("level_1", self.level_1),
            level_2=fraction("level_2", self.level_2),
            level_3=fraction("level_3", self.level_3),
            cool_down_1_ns=self.cool_down_1_ms * MILLISECOND_NS,
            cool_down_2_ns=self.cool_down_2_ms * MILLISECOND_NS,
        )
