"""The one circuit breaker of the market: its levels, and whether one has tripped today."""

from __future__ import annotations

from cambist.application.control_plane.watched import Watched
from cambist.domain.session_events import CircuitBreakerChanged, CircuitBreakerTripped
from cambist.domain.volatility_guard import CircuitBreaker
from cambist.protocols.session_rows import CircuitBreakerRow

_THE_ONE = 0
_SET_FIELDS = (
    "instrument_id",
    "level_1",
    "level_2",
    "level_3",
    "cool_down_1_ns",
    "cool_down_2_ns",
)


class CircuitBreakerTable(Watched[int]):
    """Nothing is there until levels are set."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker: CircuitBreaker | None = None

    def restore(self, row: CircuitBreakerRow) -> None:
        """Take it from a snapshot."""
        self.breaker = CircuitBreaker(**{name: getattr(row, name) for name in CircuitBreaker.__struct_fields__})

    def on_changed(self, event: CircuitBreakerChanged) -> None:
        """New levels; none of them has tripped."""
        breaker = CircuitBreaker(**{name: getattr(event, name) for name in _SET_FIELDS})
        self.breaker = None if breaker.is_none else breaker
        self.touch(_THE_ONE)

    def on_tripped(self, event: CircuitBreakerTripped) -> None:
        """The market fell to a level."""
        assert self.breaker is not None, "only levels that are set trip"
        self.breaker.tripped = event.level
        self.breaker.fall, self.breaker.until_ns = event.fall, event.until_ns
        self.touch(_THE_ONE)

    def begin_day(self) -> None:
        """00:00 UTC of engine time: nothing has tripped."""
        if self.breaker is not None:
            self.breaker.forget_trip()
