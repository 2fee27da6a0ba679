"""The collector and the engine's pools behind the port MemoryMonitor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cambist.application.ports.latency_reading import LatencyReading
from cambist.application.ports.memory_monitor import Collected, PoolReading
from cambist.engine.kernel import Kernel
from cambist.engine.native import NativeKernel
from cambist.infrastructure.observability.collector import CollectorWatch


class ProcessMemory:
    """Reads what others count; computes only when asked."""

    def __init__(self, collector: CollectorWatch, kernel: Kernel) -> None:
        self._collector = collector
        self._kernel = kernel

    def pauses(self) -> LatencyReading:
        """How long collections stopped everything."""
        return self._collector.pauses()

    def collections(self) -> Mapping[int, int]:
        """How many there were, by generation."""
        return self._collector.collections()

    def frozen_objects(self) -> int:
        """Objects that collections never look at."""
        return self._collector.frozen_objects()

    def resident_bytes(self) -> int:
        """Memory the system holds for this process."""
        return self._collector.resident_bytes()

    def pools(self) -> Sequence[PoolReading]:
        """The native engine's pools; the reference kernel has none, and a runtime that failed tells nothing."""
        return self._read()[0]

    def order_bytes(self) -> float:
        """Pools and index over the orders that are in the engine."""
        pools, index_bytes = self._read()
        orders = sum(pool.used for pool in pools)
        return (sum(pool.size_bytes for pool in pools) + index_bytes) / orders if orders else 0.0

    def collect(self) -> Collected:
        """Collect everything now."""
        return self._collector.collect()

    def _read(self) -> tuple[list[PoolReading], int]:
        if not isinstance(self._kernel, NativeKernel):
            return [], 0
        try:
            rows, index_bytes = self._kernel.pools()
        except (OSError, RuntimeError):
            return [], 0
        return [_pool(row) for row in rows], index_bytes


def _pool(row: tuple[str, int, int, int, int, int]) -> PoolReading:
    name, places, used, taken, reused, size_bytes = row
    return PoolReading(name=name, places=places, used=used, taken=taken, reused=reused, size_bytes=size_bytes)
