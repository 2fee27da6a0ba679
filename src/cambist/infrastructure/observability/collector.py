"""Python's collector of cyclic garbage: kept away from what lives long, called rarely, every pause measured.

Commands and events are never tracked by it (`gc=False`), so orders do not bring a collection nearer by themselves.
What is built at the start is frozen: no collection looks at it again.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from cambist.application.data_plane.latency import LatencyHistogram
from cambist.application.ports.latency_reading import LatencyReading
from cambist.application.ports.memory_monitor import Collected

THRESHOLDS = (50_000, 20, 50)
"""So many more tracked objects than before bring a young collection, so many of those the next generation's."""
_STATM = Path("/proc/self/statm")
_PAGE_BYTES = 4096


class CollectorWatch:
    """Tunes the collector of this process while it is started, and counts what it does."""

    def __init__(self) -> None:
        self._pauses = LatencyHistogram()
        self._collections: Counter[int] = Counter()
        self._began_ns = 0
        self._thresholds: tuple[int, int, int] | None = None

    def start(self) -> None:
        """Collect once, freeze what is left, and from now on collect rarely and measure it."""
        gc.collect()
        gc.freeze()
        self._thresholds = gc.get_threshold()
        gc.set_threshold(*THRESHOLDS)
        gc.callbacks.append(self._note)

    def stop(self) -> None:
        """Leave the collector as it was."""
        if self._thresholds is not None:
            gc.callbacks.remove(self._note)
            gc.set_threshold(*self._thresholds)
            gc.unfreeze()
            self._thresholds = None

    def pauses(self) -> LatencyReading:
        """How long each collection took; nothing else of Python runs meanwhile."""
        return self._pauses

    def collections(self) -> Mapping[int, int]:
        """How many there were, by generation."""
        return {generation: self._collections[generation] for generation in range(3)}

    def frozen_objects(self) -> int:
        """Objects that collections never look at."""
        return gc.get_freeze_count()

    def collect(self) -> Collected:
        """Collect every generation now."""
        began_ns = time.perf_counter_ns()
        found = gc.collect()
        return Collected(found, round((time.perf_counter_ns() - began_ns) / 1e6, 3))

    def resident_bytes(self) -> int:
        """From the system's own books."""
        try:
            return int(_STATM.read_text().split()[1]) * _PAGE_BYTES
        except (OSError, ValueError, IndexError):
            return 0

    def _note(self, phase: str, info: Mapping[str, int]) -> None:
        now_ns = time.perf_counter_ns()
        if phase == "start":
            self._began_ns = now_ns
        elif self._began_ns:
            self._pauses.record(now_ns - self._began_ns)
            self._collections[info["generation"]] += 1
