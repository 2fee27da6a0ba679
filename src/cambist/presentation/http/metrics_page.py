"""The Prometheus page, filled from counters at scrape time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from cambist.application.control_plane.account_view import view_account
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.ports.engine_monitor import STAGE_BOUNDS_NS
from cambist.application.ports.memory_monitor import MemoryMonitor, PoolReading
from cambist.domain.durations import SECOND_NS
from cambist.domain.grid import e8_text
from cambist.presentation.http.request_metrics import BUCKETS_S, DurationHistogram
from cambist.presentation.http.services import Services

_PAUSE_BOUNDS_US = (10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000)


def metrics_page(services: Services) -> bytes:
    """The text of one scrape."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Scrape(services))
    return generate_latest(registry)


class _Scrape(Collector):
    """Reads the model once per scrape."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterable[Metric]:
        """Every metric of the process."""
        with self._services.model.reading() as model:
            yield from _order_metrics(model)
            yield from _position_metrics(model)
            yield from _account_metrics(model)
        yield from _engine_metrics(self._services)
        if self._services.memory is not None:
            yield from _memory_metrics(self._services.memory)
        yield from _request_metrics(self._services)


def _order_metrics(model: ReadModel) -> Iterator[Metric]:
    activity = model.activity
    orders = CounterMetricFamily("hft_orders_total", "Desk orders by what became of them.", labels=["outcome"])
    for outcome in ("submitted", "denied", "rejected", "filled", "canceled", "expired"):
        orders.add_metric([outcome], activity.orders[outcome])
    yield orders
    yield CounterMetricFamily("hft_orders_cancelled_total", "Canceled desk orders.", activity.orders["canceled"])
    yield CounterMetricFamily("hft_fills_total", "Fills of desk orders.", activity.fills)
    sent = activity.orders["submitted"]
    rate = 100.0 * activity.orders["filled"] / sent if sent else 0.0
    yield GaugeMetricFamily("hft_fill_rate_percent", "Fully filled orders of those that passed the gate.", rate)
    refusals = CounterMetricFamily("hft_risk_violations_total", "Denials and reached limits.", labels=["reason"])
    for reason, count in sorted(activity.refusals.items()):
        refusals.add_metric([reason], count)
    yield refusals
    yield GaugeMetricFamily("hft_open_orders", "Open desk orders.", len(model.orders.open()))


def _position_metrics(model: ReadModel) -> Iterator[Metric]:
    labels = ["account", "strategy", "symbol"]
    sizes = GaugeMetricFamily("hft_position_size", "Signed quantity of a position.", labels=labels)
    for position in model.positions:
        instrument = model.instruments[position.instrument_id]
        strategy = model.strategies.get(position.strategy_id)
        names = [model.accounts.name_of(position.account_id), strategy.name if strategy else "", instrument.symbol]
        sizes.add_metric(names, float(instrument.qty_text(position.qty)))
    yield sizes
    pnls = GaugeMetricFamily("hft_strategy_pnl", "P&L of a strategy after commission.", labels=["strategy"])
    for record in model.strategies:
        pnls.add_metric([record.name], float(e8_text(record.pnl)))
    yield pnls


def _account_metrics(model: ReadModel) -> Iterator[Metric]:
    equity = GaugeMetricFamily("hft_account_equity", "Balance and unrealised P&L.", labels=["account"])
    drawdown = GaugeMetricFamily("hft_account_drawdown_ratio", "Below the peak, as a fraction.", labels=["account"])
    for account in model.accounts:
        view = view_account(model, account)
        equity.add_metric([account.name], float(e8_text(view.equity)))
        drawdown.add_metric([account.name], view.drawdown / 1_000_000)
    yield equity
    yield drawdown
    yield CounterMetricFamily("hft_commands_total", "Commands applied by this process.", model.activity.commands)
    yield CounterMetricFamily("hft_events_total", "Events stated by this process.", model.activity.events)
    yield GaugeMetricFamily("hft_messages_per_second", "Events per second of engine time.", _events_per_second(model))
    yield GaugeMetricFamily("hft_engine_sequence", "Sequence of the last durable command.", model.activity.sequence)
    yield GaugeMetricFamily("hft_engine_time_seconds", "Engine time.", model.activity.now_ns / 1e9)


def _events_per_second(model: ReadModel) -> float:
    return model.activity.events_per_second


def _engine_metrics(services: Services) -> Iterator[Metric]:
    status = services.monitor.status()
    yield GaugeMetricFamily("hft_queue_depth", "Submissions that wait for the engine.", status.queue_depth)
    yield GaugeMetricFamily("hft_engine_lag_milliseconds", "Engine time behind its pace.", status.lag_ms)
    latency = GaugeMetricFamily(
        "hft_latency_microseconds", "Latency of a stage since the start.", labels=["stage", "quantile"]
    )
    for stage, summary in status.latency_us.items():
        latency.add_metric([stage, "0.5"], summary.p50)
        latency.add_metric([stage, "0.99"], summary.p99)
        latency.add_metric([stage, "1"], summary.max)
    yield latency
    yield from _stage_metrics(services)
    yield from _hook_metrics(services)
    submit = status.latency_us.get("submit")
    if submit is not None:
        order = GaugeMetricFamily(
            "hft_order_latency_microseconds", "From submission to the durable answer.", labels=["quantile"]
        )
        order.add_metric(["0.5"], submit.p50)
        order.add_metric(["0.99"], submit.p99)
        yield order


def _stage_metrics(services: Services) -> Iterator[Metric]:
    stages = HistogramMetricFamily("hft_stage_duration_seconds", "How long each stage takes.", labels=["stage"])
    for stage, found in services.monitor.histograms().items():
        bounds = [str(bound_ns / SECOND_NS) for bound_ns in STAGE_BOUNDS_NS]
        buckets = [*zip(bounds, map(float, found.cumulative), strict=True), ("+Inf", float(found.count))]
        stages.add_metric([stage], buckets, found.total_ns / SECOND_NS)
    yield stages


def _hook_metrics(services: Services) -> Iterator[Metric]:
    labels = ["strategy"]
    calls = CounterMetricFamily("hft_strategy_hooks_total", "Calls of a strategy's own code.", labels=labels)
    slow = CounterMetricFamily("hft_strategy_slow_hooks_total", "Of them, those beyond their budget.", labels=labels)
    seconds = CounterMetricFamily("hft_strategy_hook_seconds_total", "What they took together.", labels=labels)
    worst = GaugeMetricFamily("hft_strategy_worst_hook_seconds", "The longest.", labels=["strategy", "hook"])
    for strategy, times in services.monitor.hook_times().items():
        calls.add_metric([strategy], times.calls)
        slow.add_metric([strategy], times.slow_calls)
        seconds.add_metric([strategy], times.total_ns / SECOND_NS)
        if times.worst_hook:
            worst.add_metric([strategy, times.worst_hook], times.worst_ns / SECOND_NS)
    yield from (calls, slow, seconds, worst)


def _memory_metrics(memory: MemoryMonitor) -> Iterator[Metric]:
    pauses = memory.pauses()
    bounds_ns = [bound_us * 1_000 for bound_us in _PAUSE_BOUNDS_US]
    counts = [*map(float, pauses.cumulative(bounds_ns)), float(pauses.count)]
    buckets = list(zip([*map(str, _PAUSE_BOUNDS_US), "+Inf"], counts, strict=True))
    yield HistogramMetricFamily(
        "hft_gc_pause_microseconds",
        "Collections of Python's garbage.",
        buckets=buckets,
        sum_value=pauses.total_ns / 1_000,
    )
    collections = CounterMetricFamily("hft_gc_collections_total", "Collections by generation.", labels=["generation"])
    for generation, count in memory.collections().items():
        collections.add_metric([str(generation)], count)
    yield collections
    yield GaugeMetricFamily("hft_memory_usage_bytes", "Resident memory of the process.", memory.resident_bytes())
    yield GaugeMetricFamily("hft_order_memory_bytes", "Pools and index by order in the engine.", memory.order_bytes())
    yield from _pool_metrics(memory.pools())


def _pool_metrics(pools: Sequence[PoolReading]) -> Iterator[Metric]:
    places = GaugeMetricFamily("hft_pool_places", "Places of a pool of the engine.", labels=["pool"])
    used = GaugeMetricFamily("hft_pool_used", "Of them, those that hold something.", labels=["pool"])
    sizes = GaugeMetricFamily("hft_pool_bytes", "Memory of a pool.", labels=["pool"])
    hits = CounterMetricFamily("hft_pool_hits_total", "Places taken that had been used before.", labels=["pool"])
    misses = CounterMetricFamily("hft_pool_misses_total", "Places taken that had to be made.", labels=["pool"])
    for pool in pools:
        places.add_metric([pool.name], pool.places)
        used.add_metric([pool.name], pool.used)
        sizes.add_metric([pool.name], pool.size_bytes)
        hits.add_metric([pool.name], pool.reused)
        misses.add_metric([pool.name], pool.taken - pool.reused)
    yield from (places, used, sizes, hits, misses)


def _request_metrics(services: Services) -> Iterator[Metric]:
    metrics = services.metrics
    labels = ["method", "endpoint", "status"]
    durations = HistogramMetricFamily("hft_request_duration_seconds", "Requests by route.", labels=labels)
    counts = CounterMetricFamily("hft_requests_total", "Requests by route.", labels=labels)
    for (method, endpoint, status), histogram in sorted(metrics.durations.items()):
        names = [method, endpoint, str(status)]
        durations.add_metric(names, _buckets(histogram), histogram.total_s)
        counts.add_metric(names, sum(histogram.counts))
    yield durations
    yield counts
    errors = CounterMetricFamily("hft_errors_total", "Answers that were errors, by code.", labels=["code"])
    for code, count in sorted(metrics.errors.items()):
        errors.add_metric([code], count)
    yield errors
    yield GaugeMetricFamily("hft_active_connections", "Open WebSockets.", metrics.connections)
    yield CounterMetricFamily("hft_websocket_frames_total", "Frames sent to WebSockets.", metrics.frames)


def _buckets(histogram: DurationHistogram) -> list[tuple[str, float]]:
    bounds = [*map(str, BUCKETS_S), "+Inf"]
    return list(zip(bounds, accumulate(histogram.counts), strict=True))
