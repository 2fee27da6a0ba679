"""The machine's clock behind the port `Clock`."""

from __future__ import annotations

import time


class SystemClock:
    """Wall and stopwatch of the operating system."""

    def now_ns(self) -> int:
        """Wall time, ns since epoch UTC. May step."""
        return time.time_ns()

    def monotonic_ns(self) -> int:
        """A time that never goes back, ns from an arbitrary start."""
        return time.monotonic_ns()
