"""Seeded commands about participants, for `random_commands`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from cambist.domain import participant_commands as asked
from cambist.domain.commands import ANY_STRATEGY
from cambist.domain.message import Command

Maker = Callable[[], Command]


@dataclass(frozen=True, slots=True)
class ParticipantCommands:
    """Makes them from the same ids as all others."""

    random: Random
    account: Callable[[], int]
    instrument: Callable[[], int]
    strategy: Callable[[int], int]

    def weights(self) -> list[tuple[Maker, int]]:
        """How often each is asked."""
        return [
            (self._arm, 4),
            (self._end_session, 2),
            (self._throttle, 2),
        ]

    def _arm(self) -> Command:
        return asked.SetCancelOnDisconnect(account_id=self.account(), armed=self.random.randrange(4) > 0)

    def _end_session(self) -> Command:
        account_id = self.account()
        strategy_id = self.random.choice((ANY_STRATEGY, 0, self.strategy(account_id)))
        return asked.EndSession(account_id=account_id, strategy_id=strategy_id, session="fix-1")

    def _throttle(self) -> Command:
        rate = self.random.choice((0, 0, 0, 1, 5, 30, 2_000_000_000, -1))
        return asked.SetThrottle(account_id=self.account(), messages_per_second=rate)
