"""The clock of strategies."""

from __future__ import annotations

from datetime import UTC, datetime


class EngineClock:
    """Engine time, the only time a strategy should know."""

    __slots__ = ("_now_ns",)

    def __init__(self) -> None:
        self._now_ns = 0

    def now_ns(self) -> int:
        """Nanoseconds since epoch, UTC."""
        return self._now_ns

    def now(self) -> datetime:
        """The same as a datetime, to the microsecond."""
        seconds, rest_ns = divmod(self._now_ns, 10**9)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest_ns // 1000)

    def move(self, now_ns: int) -> None:
        """Called by the executor."""
        self._now_ns = now_ns
