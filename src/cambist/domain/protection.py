"""Market-maker protection: fills of quotes counted over a rolling window that ends now."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from cambist.domain.durations import DAY_NS

MAX_FILLS = 4_096
"""No window counts more fills: what a protection remembers is bounded by its own limit."""
MAX_WINDOW_NS = DAY_NS


@dataclass(slots=True, kw_only=True)
class Protection:
    """Limits of 0 do not apply. A fill counts for as long as it is younger than the window."""

    window_ns: int
    max_fills: int
    max_qty: int
    max_delta: int
    is_triggered: bool = False
    fills: deque[tuple[int, int]] = field(default_factory=deque)
    """Instant in ns and signed lots, oldest first."""

    @property
    def is_well_formed(self) -> bool:
        """True where window and limits are within their bounds."""
        in_bounds = 1 <= self.window_ns <= MAX_WINDOW_NS and 1 <= self.max_fills <= MAX_FILLS
        return in_bounds and self.max_qty >= 0 and self.max_delta >= 0

    @property
    def qty(self) -> int:
        """Lots in the window."""
        return sum(abs(qty) for _, qty in self.fills)

    @property
    def delta(self) -> int:
        """Lots bought less lots sold in the window."""
        return sum(qty for _, qty in self.fills)

    def count(self, now_ns: int, qty: int) -> bool:
        """Take a fill in; True where it reached a limit."""
        while self.fills and now_ns - self.fills[0][0] >= self.window_ns:
            self.fills.popleft()
        self.fills.append((now_ns, qty))
        return len(self.fills) >= self.max_fills or self._holds_too_much()

    def _holds_too_much(self) -> bool:
        if 0 < self.max_qty <= self.qty:
            return True
        return 0 < self.max_delta <= abs(self.delta)

    def trigger(self) -> None:
        """No more counting until it is reset."""
        self.is_triggered = True
        self.fills.clear()
