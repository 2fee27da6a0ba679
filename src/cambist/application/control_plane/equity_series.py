"""The equity curve of each account, a point per valuation."""

from __future__ import annotations

from collections import deque

import msgspec

from cambist.application.control_plane.watched import Watched
from cambist.domain.events import AccountValued

CAPACITY = 21_600
"""Six hours of points, one a second."""
DAY_NS = 86_400 * 1_000_000_000


class EquityPoint(msgspec.Struct, frozen=True):
    """Engine time, equity, and what the day has brought so far; money in 1e-8."""

    account_id: int
    ts_ns: int
    equity: int
    pnl: int


class EquitySeries(Watched[EquityPoint]):
    """Points per account, oldest first."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        super().__init__()
        self._capacity = capacity
        self._points: dict[int, deque[EquityPoint]] = {}

    def last(self, account_id: int, count: int) -> list[EquityPoint]:
        """The latest points, oldest first."""
        points = self._points.get(account_id, ())
        newest = [point for point, _ in zip(reversed(points), range(count), strict=False)]
        return newest[::-1]

    def remember(self, account_id: int, points: list[tuple[int, int]], day_start_equity: int, day_ns: int) -> None:
        """Take (ts_ns, equity) from the History, oldest first. The present day's P&L counts from `day_start_equity`,
        that of earlier days from their first point here.
        """
        starts = {day_ns // DAY_NS: day_start_equity}
        for ts_ns, equity in points:
            start = starts.setdefault(ts_ns // DAY_NS, equity)
            self._of(account_id).append(EquityPoint(account_id, ts_ns, equity, equity - start))

    def on_valued(self, event: AccountValued) -> None:
        """A new point."""
        point = EquityPoint(event.account_id, event.now_ns, event.equity, event.equity - event.day_start_equity)
        self._of(event.account_id).append(point)
        self.touch(point)

    def _of(self, account_id: int) -> deque[EquityPoint]:
        return self._points.setdefault(account_id, deque(maxlen=self._capacity))
