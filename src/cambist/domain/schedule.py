"""The calendar of an instrument: at which times of the week it changes its phase (docs/engine.md section 29).

A time of the week is ns since Monday 00:00 UTC. A step is 16 bytes: the time (i64), the phase (u8), seven zeros.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from cambist.domain.durations import DAY_NS
from cambist.domain.vocabulary import Phase

WEEK_NS = 7 * DAY_NS
_MONDAY_NS = 3 * DAY_NS
"""1970-01-01 was a Thursday: this much of its week had passed."""
STEPS_MAX = 256
_STEP = struct.Struct("<qB7s")
_NO_PADDING = bytes(7)
_PHASES = frozenset({Phase.PRE_OPEN, Phase.OPENING_AUCTION, Phase.CONTINUOUS, Phase.CLOSING_AUCTION, Phase.CLOSED})


class Step(NamedTuple):
    """A change of phase at a time of the week, in ns."""

    week_ns: int
    phase: Phase


class Schedule(msgspec.Struct, frozen=True):
    """Steps in order of time, at least one."""

    extension_ns: int
    extension_band: int
    steps: tuple[Step, ...]

    def next_after(self, now_ns: int) -> int:
        """When the first step strictly after an instant is due."""
        passed_ns = (now_ns + _MONDAY_NS) % WEEK_NS
        week_began_ns = now_ns - passed_ns
        later = next((step.week_ns for step in self.steps if step.week_ns > passed_ns), self.steps[0].week_ns + WEEK_NS)
        return week_began_ns + later

    def phase_at(self, due_ns: int) -> Phase:
        """The phase of the step that is due at an instant."""
        week_ns = (due_ns + _MONDAY_NS) % WEEK_NS
        return next(step.phase for step in self.steps if step.week_ns == week_ns)


def pack_steps(steps: Sequence[Step]) -> bytes:
    """The bytes of steps, as SetSchedule takes them."""
    return b"".join(_STEP.pack(step.week_ns, step.phase, _NO_PADDING) for step in steps)


def read_steps(packed: bytes) -> tuple[Step, ...] | None:
    """The steps in packed bytes; None where they are not in order, too many, or no steps at all."""
    if len(packed) % _STEP.size or len(packed) > STEPS_MAX * _STEP.size:
        return None
    steps: list[Step] = []
    for week_ns, phase, padding in _STEP.iter_unpack(packed):
        is_later = (steps[-1].week_ns if steps else -1) < week_ns < WEEK_NS
        if not is_later or padding != _NO_PADDING or phase not in _PHASES:
            return None
        steps.append(Step(week_ns, Phase(phase)))
    return tuple(steps)
