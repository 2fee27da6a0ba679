"""Seeded commands about trading sessions, for `random_commands`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from cambist.domain import session_commands as asked
from cambist.domain.durations import DAY_NS, SECOND_NS
from cambist.domain.message import Command
from cambist.domain.schedule import WEEK_NS, Step, pack_steps
from cambist.domain.vocabulary import Phase

HOUR_NS = 3_600 * SECOND_NS
_DAY = (Phase.OPENING_AUCTION, Phase.CONTINUOUS, Phase.CLOSING_AUCTION, Phase.CLOSED, Phase.CONTINUOUS)


@dataclass(frozen=True, slots=True)
class SessionCommands:
    """Makes them from the same ids as all others; calendars have a step every few hours."""

    random: Random
    instrument: Callable[[], int]

    def weights(self) -> list[tuple[Callable[[], Command], int]]:
        """How often each is asked."""
        return [(self._schedule, 3), (self._guard, 9), (self._halt, 2), (self._breaker, 3)]

    def _time(self, *choices: int) -> int:
        return -1 if self.random.randrange(60) == 0 else self.random.choice(choices)

    def _schedule(self) -> Command:
        times_ns = range(HOUR_NS, WEEK_NS, self.random.choice((2, 3, 5)) * HOUR_NS)
        steps = [Step(time_ns, _DAY[place % len(_DAY)]) for place, time_ns in enumerate(times_ns)]
        packed = self.random.choice((b"", pack_steps(steps), pack_steps(steps), pack_steps(steps), b"x", bytes(32)))
        return asked.SetSchedule(
            instrument_id=self.instrument(),
            extension_ns=self._time(0, 10 * SECOND_NS, DAY_NS + 1),
            extension_band=self.random.choice((0, 5_000, 50_000)),
            steps=packed,
        )

    def _guard(self) -> Command:
        dynamic_band = self.random.choice((0, 0, 20_000, 30_000, 50_000))
        limit_band = self.random.choice((0, 0, 0, 40_000, 60_000))
        return asked.SetVolatilityGuard(
            instrument_id=self.instrument(),
            dynamic_band=dynamic_band,
            auction_ns=self._time(SECOND_NS // 10, SECOND_NS) if dynamic_band else 0,
            limit_band=limit_band,
            limit_state_ns=self._time(SECOND_NS // 10, 2 * SECOND_NS) if limit_band else 0,
            pause_ns=self._time(SECOND_NS // 5, SECOND_NS) if limit_band else 0,
        )

    def _halt(self) -> Command:
        instrument_id = self.random.choice((0, self.instrument()))
        return asked.HaltInstrument(
            instrument_id=instrument_id, duration_ns=self._time(0, SECOND_NS, SECOND_NS), cause="drill"
        )

    def _breaker(self) -> Command:
        level = self.random.choice((0, 10_000, 20_000, 40_000))
        return asked.SetCircuitBreaker(
            instrument_id=self.random.choice((0, self.instrument())),
            level_1=level,
            level_2=level * 2,
            level_3=self.random.choice((0, level * 3, level)),
            cool_down_1_ns=self._time(SECOND_NS // 2, SECOND_NS),
            cool_down_2_ns=SECOND_NS,
        )
