"""Health, readiness, metrics and statistics, for machines and operators."""

from __future__ import annotations

import msgspec
from litestar import Response, get
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from cambist.presentation.http.metrics_page import metrics_page
from cambist.presentation.http.routes.parameters import Injected
from cambist.presentation.http.services import Services
from cambist.presentation.http.shapes.stats import Stats, stats_shape

_RUNNING = "RUNNING"
_MS_PER_NS = 1e-6


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


class Components(msgspec.Struct):
    """Which parts run in this process."""

    metrics: bool
    monitoring: bool
    websocket: bool
    memory: bool


class AdminStats(msgspec.Struct):
    """uptime in seconds."""

    uptime: float
    version: str
    components: Components
    connections: int
    stats: Stats


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
        components=Components(metrics=True, monitoring=True, websocket=True, memory=False),
        connections=services.metrics.connections,
        stats=stats,
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


HANDLERS = [read_health, read_readiness, read_metrics, read_admin_stats]
