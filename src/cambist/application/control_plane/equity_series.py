"""The equity curve of each account, a point per valuation, and of the whole firm."""

from __future__ import annotations

import heapq
from collections import deque

import msgspec

from cambist.application.control_plane.risk_table import FIRM
from cambist.application.control_plane.watched import Watched
from cambist.domain.durations import DAY_NS
from cambist.domain.events import AccountValued

CAPACITY = 21_600
"""Six hours of points, one a second."""


class EquityPoint(msgspec.Struct, frozen=True):
    """Engine time, equity, and what the day has brought so far; money in 1e-8."""

    account_id: int
    ts_ns: int
    equity: int
    pnl: int


class EquitySeries(Watched[EquityPoint]):
    """Points per account, oldest first; those under FIRM are the sums."""

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

    def combine(self) -> None:
        """The firm's past from that of its accounts. Each counts as it was last valued, and from then on; one that was
        not valued since midnight held nothing, so that its day has brought nothing.
        """
        latest: dict[int, EquityPoint] = {}
        for point in heapq.merge(*self._points.values(), key=lambda point: point.ts_ns):
            latest[point.account_id] = point
            day = point.ts_ns // DAY_NS
            pnl = sum(each.pnl for each in latest.values() if each.ts_ns // DAY_NS == day)
            self._put_firm(EquityPoint(FIRM, point.ts_ns, sum(each.equity for each in latest.values()), pnl))

    def on_firm_valued(self, ts_ns: int, equity: int, pnl: int) -> None:
        """One of the firm's accounts was valued, and this is what all of them are worth."""
        point = EquityPoint(FIRM, ts_ns, equity, pnl)
        self._put_firm(point)
        self.touch(point)

    def on_valued(self, event: AccountValued) -> None:
        """A new point."""
        point = EquityPoint(event.account_id, event.now_ns, event.equity, event.equity - event.day_start_equity)
        self._of(event.account_id).append(point)
        self.touch(point)

    def _put_firm(self, point: EquityPoint) -> None:
        """The last of one instant stays: accounts are valued one after the other."""
        points = self._of(FIRM)
        if points and points[-1].ts_ns == point.ts_ns:
            points.pop()
        points.append(point)

    def _of(self, account_id: int) -> deque[EquityPoint]:
        return self._points.setdefault(account_id, deque(maxlen=self._capacity))
