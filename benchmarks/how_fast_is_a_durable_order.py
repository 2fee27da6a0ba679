"""How fast is a durable order? Acknowledged after its group's commit, and applied again from the journal."""

from __future__ import annotations

from cambist.bootstrap.desk_bench import durable_orders, replay_rate
from cambist.bootstrap.desk_orders import market, stamped, trading
from cambist.engine.native import is_installed
from harness import Figure, Options, options_of, percentile, report

QUESTION = "How fast is a durable order?"
ORDERS, QUICK_ORDERS = 400_000, 4_000
GROUPS = (1, 64, 256, 1_024, 4_096)


def measure(options: Options) -> list[Figure]:
    """Orders per second and acknowledgements by size of the group, then the replay."""
    if not is_installed():
        raise SystemExit("the native kernel is not installed")
    orders = QUICK_ORDERS if options.is_quick else ORDERS
    commands = stamped(trading(orders), len(market()))
    figures: list[Figure] = []
    for group in GROUPS:
        figures += _durable(commands[: max(orders // 100, 2_000)] if group == 1 else commands, group)
    return [*figures, Figure("replay of a checked journal", replay_rate(None, commands), "commands/s")]


def _durable(commands: list[bytes], group: int) -> list[Figure]:
    found = durable_orders(None, commands, group)
    samples = [nanoseconds // 1_000 for nanoseconds in found.acknowledged_ns] * 2
    label = "one order a commit" if group == 1 else f"{group:,} orders a commit"
    return [
        Figure(f"durable, {label}", found.orders_per_s, "orders/s"),
        Figure(f"acknowledged, {label}, p50", percentile(samples, 50), "µs"),
        Figure(f"acknowledged, {label}, p99", percentile(samples, 99), "µs"),
        Figure(f"journal, {label}", found.journal_bytes_per_order, "bytes/order"),
    ]


if __name__ == "__main__":
    chosen = options_of(QUESTION)
    report(
        QUESTION,
        __file__,
        measure(chosen),
        [
            "Orders that trade, each with its seven events, through the native runtime: engine and journal on threads",
            "of their own, a group handed over at a time, up to three on their way. An acknowledgement lasts from the",
            "hand-over of its group until the disk has synced it. The replay reads and checks the journal first.",
        ],
        chosen,
    )
