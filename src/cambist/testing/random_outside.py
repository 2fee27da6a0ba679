"""Seeded streams in which an outside venue answers our orders: in time, late, twice, and not as it should."""

from __future__ import annotations

from collections import deque

from cambist.domain import commands
from cambist.domain.message import Command
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import ReportKind, Side, VenueKind
from cambist.testing.builders import define_instrument, limit_order, open_desk_account
from cambist.testing.random_stream import RandomStream

_MILLION_E8 = 10**6 * 10**8
_PAUSE_NS = 50_000_000
_REPORTS = (*ReportKind, *(ReportKind.ACCEPTED,) * 4, *(ReportKind.FILLED,) * 3)
_REASONS = (Reason.NONE, Reason.NONE, Reason.NONE, Reason.VENUE_UNKNOWN_ORDER, Reason.PRICE_BAND)


class RandomOutside(RandomStream):
    """Unstamped commands without end; the stream stamps them."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._exec_id = 0
        self._recent: deque[int] = deque(maxlen=4)
        """order_ids."""

    def _opening(self) -> list[Command]:
        return [
            define_instrument(1, "EXT", venue=VenueKind.EXTERNAL, price_band=300_000),
            *open_desk_account(1, "main", _MILLION_E8),
        ]

    def _pause_ns(self) -> int:
        pause_ns: int = self._random.choice((0, 0, _PAUSE_NS))
        return pause_ns

    def _any(self) -> Command:
        chance = self._random.randrange(100)
        if chance < 20 or not self._recent:
            return self._order()
        if chance < 70:
            return self._report()
        if chance < 98:
            return self._request()
        return commands.MassCancel(account_id=1)

    def _order(self) -> Command:
        self._recent.append(self._sequence)
        return limit_order(self._random.choice(list(Side)), self._qty(), self._price())

    def _request(self) -> Command:
        """An amendment or a cancel; the venue has the last word."""
        order_id = self._random.choice(self._recent)
        if self._random.randrange(3) == 0:
            return commands.CancelOrder(account_id=1, order_id=order_id)
        return commands.ReplaceOrder(account_id=1, order_id=order_id, price=self._price(), qty=self._qty())

    def _report(self) -> Command:
        self._exec_id += self._random.choice((0, 1, 1, 1))
        return commands.VenueReport(
            order_id=self._random.choice(self._recent),
            exec_id=self._exec_id,
            report=self._random.choice(_REPORTS),
            is_maker=self._random.randrange(2) == 0,
            reason=self._random.choice(_REASONS),
            price=self._price(),
            qty=self._qty(),
        )

    def _price(self) -> int:
        return 0 if self._random.randrange(20) == 0 else self._random.randint(96, 104)

    def _qty(self) -> int:
        return 0 if self._random.randrange(20) == 0 else self._random.randint(1, 11)
