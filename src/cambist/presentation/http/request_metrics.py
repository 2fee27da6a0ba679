"""What the server counts about its own requests and connections. Written on the server's loop."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)


@dataclass(slots=True)
class DurationHistogram:
    """Counts per bucket, the last one for everything beyond."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS_S) + 1))
    total_s: float = 0.0

    def record(self, duration_s: float) -> None:
        """Add one."""
        self.counts[bisect_left(BUCKETS_S, duration_s)] += 1
        self.total_s += duration_s


class RequestMetrics:
    """By method, endpoint (the route, never the raw path) and status."""

    def __init__(self) -> None:
        self.durations: dict[tuple[str, str, int], DurationHistogram] = {}
        self.errors: Counter[str] = Counter()
        self.connections = 0
        """Open WebSockets."""
        self.frames = 0
        """Sent to WebSockets."""

    def record(self, method: str, endpoint: str, status: int, duration_s: float) -> None:
        """Add one finished request."""
        self.durations.setdefault((method, endpoint, status), DurationHistogram()).record(duration_s)
