"""What an instrument is worth, known to the participants only: an integer random walk with a drift and jumps.

Every 100 ms of engine time the value takes a normal step plus the present drift. The drift itself wanders and
fades with a time constant of 20 s, which makes trends a momentum strategy may ride; about every 90 s the value
jumps; a very weak pull towards the reference price keeps it from wandering off over days.
"""

from __future__ import annotations

import msgspec

from cambist.domain.xorshift import Xorshift

STEP_NS = 100_000_000
MILLI = 1_000
"""The value is kept in thousandths of a tick, so that slow drifts are not rounded away."""
_DRIFT_STEPS = 200
_DRIFT_SHARE = 96
"""The drift moves by the deviation divided by this at each step."""
_JUMP_PPM = 1_100
_PULL_STEPS = 100_000
"""The pull halves a distance in about two hours."""


class FairValue(msgspec.Struct, array_like=True, gc=False):
    """The value of one instrument in thousandths of a tick; the struct is its whole state."""

    value: int
    drift: int
    """Per step, in millionths of a tick."""
    next_step_ns: int
    reference: int
    deviation: int
    """Of one step, in thousandths of a tick."""

    @classmethod
    def at(cls, price: int, deviation: int, start_ns: int) -> FairValue:
        """A value starting at a price in ticks, without drift."""
        return cls(price * MILLI, 0, start_ns + STEP_NS, price * MILLI, deviation)

    @property
    def ticks(self) -> int:
        """The value rounded to the nearest tick."""
        return (self.value + MILLI // 2) // MILLI

    def advance(self, now_ns: int, random: Xorshift) -> None:
        """Take every step due at or before `now_ns`."""
        while self.next_step_ns <= now_ns:
            self.next_step_ns += STEP_NS
            self._step(random)

    def _step(self, random: Xorshift) -> None:
        drift_step = self.deviation * MILLI // _DRIFT_SHARE
        self.drift += random.bell(drift_step) - self.drift // _DRIFT_STEPS
        pull = (self.reference - self.value) // _PULL_STEPS
        move = random.bell(self.deviation) + self.drift // MILLI + pull
        if random.chance(_JUMP_PPM):
            size = random.between(12, 44) * self.deviation
            move += size if random.chance(500_000) else -size
        # A market that lost half its value has other worries than a random walk.
        self.value = max(self.value + move, self.reference // 2)
