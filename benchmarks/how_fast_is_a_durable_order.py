"""How fast is a durable order? Acknowledged after its group's commit."""

from __future__ import annotations

from cambist.bootstrap.desk_bench import durable_orders
from cambist.bootstrap.desk_orders import market, stamped, trading
from cambist.engine.native import is_installed
from harness import Figure, Options, options_of, percentile, report

QUESTION = "How fast is a durable order?"
ORDERS, QUICK_ORDERS = 1_000_000, 4_000
IN_FLIGHT = (1, 64, 256, 512, 768, 1_024, 2_048, 4_096, 16_384)
QUICK_ANSWER_US = 400


def measure(options: Options) -> list[Figure]:
    """The best rates first, then rate and acknowledgements by what is in flight."""
    if not is_installed():
        raise SystemExit("the native kernel is not installed")
    orders = QUICK_ORDERS if options.is_quick else ORDERS
    commands = stamped(trading(orders), len(market()))
    figures = [_durable(commands, in_flight) for in_flight in IN_FLIGHT]
    quick = [rate.value for rate, p50, *_ in figures if p50.value <= QUICK_ANSWER_US]
    best = Figure("durable, whatever is in flight", max(rate.value for rate, *_ in figures), "orders/s")
    name = f"durable, half of them acknowledged within {QUICK_ANSWER_US} µs"
    best_quick = Figure(name, max(quick, default=0), "orders/s")
    return [best, best_quick, *(figure for group in figures for figure in group)]


def _durable(commands: list[bytes], in_flight: int) -> tuple[Figure, Figure, Figure, Figure]:
    """Few in flight are slow: fewer are sent."""
    sent = commands[: min(len(commands), max(in_flight * 1_000, 2_000))]
    found = durable_orders(None, sent, in_flight)
    samples = [nanoseconds // 1_000 for nanoseconds in found.acknowledged_ns] * 2
    label = f"{in_flight:,} in flight"
    return (
        Figure(f"durable, {label}", found.orders_per_s, "orders/s"),
        Figure(f"acknowledged, {label}, p50", percentile(samples, 50), "µs"),
        Figure(f"acknowledged, {label}, p99", percentile(samples, 99), "µs"),
        Figure(f"journal, {label}", found.journal_bytes_per_order, "bytes/order"),
    )


if __name__ == "__main__":
    chosen = options_of(QUESTION)
    report(
        QUESTION,
        __file__,
        measure(chosen),
        [
            "Orders that trade, each with its seven events, through the native runtime: ring, engine, journal and disk",
            "on threads of their own. Never more than so many orders are unacknowledged; they come in sixteen",
            "submissions, or one by one. An acknowledgement lasts from putting a submission into the ring until",
            "whoever did it knows that the disk has synced it; whatever arrives during a sync goes out with the next.",
            "The limit: a write with fdatasync took 87 to 165 µs for 16 to 128 KB here; an acknowledgement waits for",
            "one and a half of them, for the packing (0.34 µs an order) and for the engine (0.42 µs an order).",
        ],
        chosen,
    )
