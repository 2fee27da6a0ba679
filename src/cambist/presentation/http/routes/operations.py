"""Health, readiness, metrics and statistics, for machines and operators."""

from __future__ import annotations

import msgspec
from litestar import Response, get, post
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from cambist.application.ports.engine_monitor import LatencySummary
from cambist.application.ports.memory_monitor import MemoryMonitor
from cambist.presentation.http.metrics_page import metrics_page
from cambist.presentation.http.routes.parameters import Injected
from cambist.presentation.http.services import Services
from cambist.presentation.http.shapes.stats import Stats, stats_shape

_RUNNING = "RUNNING"
_MS_PER_NS = 1e-6
_NS_PER_US = 1_000


class Check(msgspec.Struct):
    """One thing that must work. latency in ms."""

    status: str
    message: str
    latency: float


class Health(msgspec.Struct):
    """`healthy` where every check is. timestamp in ns since epoch, uptime in seconds."""

    status: str
    timestamp: str
    uptime: float
    checks: dict[str, Check]


class Readiness(msgspec.Struct):
    """`ready` or `not ready`."""

    status: str


class PoolStats(msgspec.Struct):
    """One pool of the engine. hit_rate: how often a place had been used before, 0 to 1."""

    name: str
    places: int
    used: int
    hit_rate: float
    size_bytes: int


class Components(msgspec.Struct):
    """Which parts run in this process."""

    metrics: bool
    monitoring: bool
    websocket: bool
    memory: bool


class CollectorStats(msgspec.Struct):
    """Python's collector: collections by generation, pauses in µs."""

    collections: dict[str, int]
    pause_us: LatencySummary
    frozen_objects: int


class MemoryStats(msgspec.Struct):
    """resident_bytes of the process (0 where the system does not say), and what an order in the engine takes."""

    resident_bytes: int
    order_bytes: float
    collector: CollectorStats
    pools: list[PoolStats]


class GcDone(msgspec.Struct):
    """What the collection did, in words."""

    message: str


class AdminStats(msgspec.Struct):
    """uptime in seconds. memory is null where nobody watches it."""

    uptime: float
    version: str
    components: Components
    connections: int
    stats: Stats
    memory: MemoryStats | None


@get("/health", sync_to_thread=True, summary="Is everything well", tags=["operations"])
def read_health(services: Injected) -> Response[Health]:
    """200 where it is, 503 where it is not."""
    checks = {"engine": _engine_check(services), "history": _history_check(services)}
    is_healthy = all(check.status == "healthy" for check in checks.values())
    health = Health(
        status="healthy" if is_healthy else "unhealthy",
        timestamp=str(services.clock.now_ns()),
        uptime=_uptime_s(services),
        checks=checks,
    )
    return Response(health, status_code=200 if is_healthy else 503)


@get("/ready", sync_to_thread=False, summary="Are orders taken", tags=["operations"])
def read_readiness(services: Injected) -> Response[Readiness]:
    """200 where orders are taken, else 503: an engine that has applied nothing yet knows no instrument."""
    with services.model.reading() as model:
        has_begun = model.activity.sequence > 0
    is_ready = has_begun and services.monitor.status().state == _RUNNING
    return Response(Readiness("ready" if is_ready else "not ready"), status_code=200 if is_ready else 503)


@get("/metrics", sync_to_thread=False, summary="Metrics for Prometheus", tags=["operations"])
def read_metrics(services: Injected) -> Response[bytes]:
    """Read at scrape time; nothing is computed per event."""
    return Response(metrics_page(services), headers={"content-type": CONTENT_TYPE_LATEST})


@get("/admin/stats", sync_to_thread=False, summary="Statistics of the process", tags=["operations"])
def read_admin_stats(services: Injected) -> AdminStats:
    """Uptime, version, rates and latencies."""
    with services.model.reading() as model:
        stats = stats_shape(model, services.monitor.status(), services.clock.now_ns())
    return AdminStats(
        uptime=_uptime_s(services),
        version=services.version,
        components=Components(metrics=True, monitoring=True, websocket=True, memory=services.memory is not None),
        connections=services.metrics.connections,
        stats=stats,
        memory=None if services.memory is None else _memory_stats(services.memory),
    )


@post("/admin/gc", status_code=200, sync_to_thread=True, summary="Collect garbage now", tags=["operations"])
def collect_garbage(services: Injected) -> GcDone:
    """Stops everything for as long as it takes: milliseconds."""
    if services.memory is None:
        return GcDone("Nothing here watches the memory: nothing was collected.")
    done = services.memory.collect()
    return GcDone(f"{done.objects} unreachable objects were collected in {done.pause_ms} ms.")


def _memory_stats(memory: MemoryMonitor) -> MemoryStats:
    pauses = memory.pauses()
    return MemoryStats(
        resident_bytes=memory.resident_bytes(),
        order_bytes=round(memory.order_bytes(), 1),
        collector=CollectorStats(
            collections={str(generation): count for generation, count in memory.collections().items()},
            pause_us=LatencySummary(
                p50=pauses.percentile_ns(50) / _NS_PER_US,
                p99=pauses.percentile_ns(99) / _NS_PER_US,
                max=pauses.max_ns / _NS_PER_US,
            ),
            frozen_objects=memory.frozen_objects(),
        ),
        pools=[
            PoolStats(pool.name, pool.places, pool.used, round(pool.hit_rate, 6), pool.size_bytes)
            for pool in memory.pools()
        ],
    )


def _uptime_s(services: Services) -> float:
    return round((services.clock.monotonic_ns() - services.started_ns) / 1e9, 3)


def _engine_check(services: Services) -> Check:
    began_ns = services.clock.monotonic_ns()
    status = services.monitor.status()
    is_well = status.state == _RUNNING
    message = f"{status.kernel} kernel is {status.state}, {status.queue_depth} submissions wait"
    if status.held_up_by:
        message = f"{message}: {status.held_up_by}"
    return Check("healthy" if is_well else "unhealthy", message, _elapsed_ms(services, began_ns))


def _history_check(services: Services) -> Check:
    """The History is asked for an order that cannot be there."""
    began_ns = services.clock.monotonic_ns()
    if services.history is None:
        return Check("healthy", "runs without projected tables", 0.0)
    try:
        services.history.order(0)
    except Exception as error:  # whatever an adapter raises is its ill health
        return Check("unhealthy", f"cannot be read: {error}", _elapsed_ms(services, began_ns))
    return Check("healthy", "can be read", _elapsed_ms(services, began_ns))


def _elapsed_ms(services: Services, began_ns: int) -> float:
    return round((services.clock.monotonic_ns() - began_ns) * _MS_PER_NS, 3)


HANDLERS = [read_health, read_readiness, read_metrics, read_admin_stats, collect_garbage]
