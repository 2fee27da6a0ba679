"""The one circuit breaker of the market: its levels, and whether one has tripped today."""

from __future__ import annotations

from cambist.application.control_plane.watched import Watched
from cambist.domain.session_events import CircuitBreakerChanged, CircuitBreakerTripped
from cambist.domain.volatility_guard import CircuitBreaker
from cambist.protocols.session_rows import CircuitBreakerRow

_THE_ONE = 0
_SET_FIELDS = tuple(name for name in CircuitBreaker.__struct_fields__ if name != "tripped")


class CircuitBreakerTable(Watched[int]):
    """Nothing is there until levels are set."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker: CircuitBreaker | None = None
        self.fall = 0
        """How far the market had fallen when it last tripped, in ppm; 0 where that is not known."""
        self.until_ns = 0

    def restore(self, row: CircuitBreakerRow) -> None:
        """Take it from a snapshot, which does not know when it tripped."""
        self._set(row)
        assert self.breaker is not None
        self.breaker.tripped = row.tripped

    def on_changed(self, event: CircuitBreakerChanged) -> None:
        """New levels; none of them has tripped."""
        self._set(event)
        self.touch(_THE_ONE)

    def on_tripped(self, event: CircuitBreakerTripped) -> None:
        """The market fell to a level."""
        assert self.breaker is not None, "only levels that are set trip"
        self.breaker.tripped = event.level
        self.fall, self.until_ns = event.fall, event.until_ns
        self.touch(_THE_ONE)

    def begin_day(self) -> None:
        """00:00 UTC of engine time: nothing has tripped."""
        if self.breaker is not None:
            self.breaker.tripped = 0
        self.fall = self.until_ns = 0

    def _set(self, source: CircuitBreakerChanged | CircuitBreakerRow) -> None:
        breaker = CircuitBreaker(**{name: getattr(source, name) for name in _SET_FIELDS})
        self.breaker = None if breaker.is_none else breaker
        self.fall = self.until_ns = 0
