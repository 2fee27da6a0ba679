"""How fast is one order through the desk? Packed command in, gate, match, ledger, packed events back, from Python."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from cambist.bootstrap import desk_bench, desk_orders
from cambist.domain.commands import CancelOrder, NewOrder
from cambist.domain.limits import Limits
from cambist.domain.message import Command
from cambist.domain.vocabulary import Side, TimeInForce
from cambist.engine.kernel import Kernel
from cambist.engine.native import NativeKernel, is_installed
from cambist.engine.reference import ReferenceKernel
from cambist.protocols.records import decode, encode
from cambist.testing.builders import (
    E8,
    START_NS,
    define_instrument,
    limit_order,
    open_desk_account,
    open_member,
    run_strategy,
    set_limits,
)
from harness import Figure, Options, options_of, percentile, report

QUESTION = "How fast is one order through the desk?"
ORDERS_PER_BATCH = 1_000
BATCHES, REFERENCE_BATCHES, QUICK_BATCHES = 300, 10, 3
WARM_UP_BATCHES = 2
DESK, MEMBER, STRATEGY = 1, 2, 1
BID, ASK = 99, 101
PAUSE_NS = 1_000
SET_UP = len(desk_orders.market())

Orders = Callable[[int], Iterator[Command]]
"""Commands for a number of orders."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A kernel and what a single call of it is."""

    name: str
    new: Callable[[], Kernel]
    call: Callable[[Kernel], Callable[[bytes], object]]
    batches: int


def market() -> list[Command]:
    """One instrument with deep quotes of a member, a strategy of the desk, every limit set and none near."""
    limits = Limits(
        max_order_notional=10**6 * E8,
        max_position_notional=10**7 * E8,
        max_exposure_notional=10**7 * E8,
        max_daily_loss=10**7 * E8,
        max_drawdown=999_999,
        leverage=10,
        max_open_orders=10**6,
        max_orders_per_second=10**7,
    )
    depth = 10**8
    return [
        define_instrument(price_band=100_000, max_order_qty=depth),
        *open_desk_account(DESK, balance_e8=10**8 * E8),
        open_member(MEMBER),
        *run_strategy(STRATEGY, DESK),
        set_limits(DESK, 0, limits),
        set_limits(DESK, STRATEGY, limits),
        limit_order(Side.BUY, depth, BID, account_id=MEMBER),
        limit_order(Side.SELL, depth, ASK, account_id=MEMBER),
    ]


def taking(count: int) -> Iterator[Command]:
    """Orders that trade at once, buying and selling in turn."""
    for number in range(count):
        side, price = ((Side.BUY, ASK), (Side.SELL, BID))[number % 2]
        yield _order(side, price, TimeInForce.IOC, number)


def resting(count: int) -> Iterator[Command]:
    """Orders that rest, each canceled by the next command."""
    for number in range(count):
        yield _order(Side.BUY, BID - 1 - number % 5, TimeInForce.GTC, number)
        yield CancelOrder(account_id=DESK, client_order_id=f"order-{number}")


def _order(side: Side, price: int, time_in_force: TimeInForce, number: int) -> NewOrder:
    client_order_id = f"order-{number}"
    return limit_order(
        side, 1, price, strategy_id=STRATEGY, time_in_force=time_in_force, client_order_id=client_order_id
    )


def stamped(commands: Iterator[Command], sequence: int) -> list[bytes]:
    """Packed commands behind a sequence, each a microsecond after the last."""
    return [
        encode(replace(command, sequence=number, now_ns=START_NS + number * PAUSE_NS))
        for number, command in enumerate(commands, sequence + 1)
    ]


def opened(subject: Subject) -> Kernel:
    """A kernel with the market open."""
    kernel = subject.new()
    kernel.apply_batch(b"".join(stamped(iter(market()), 0)))
    return kernel


def single_calls(subject: Subject, orders: Orders, batches: int) -> tuple[list[int], float]:
    """Nanoseconds of each call, and orders per second where they are not timed one by one."""
    count = batches * ORDERS_PER_BATCH
    kernel = opened(subject)
    call = subject.call(kernel)
    commands = stamped(orders(count), kernel.sequence)
    clock = time.perf_counter_ns
    half = len(commands) // 2
    samples = []
    for command in commands[:half]:
        began = clock()
        call(command)
        samples.append(clock() - began)
    size = len(commands) // (2 * batches)
    chunks = (commands[start : start + size] for start in range(half, len(commands), size))
    return samples[len(samples) // 10 :], _median_rate(chunk_calls(call, chunk) for chunk in chunks)


def chunk_calls(call: Callable[[bytes], object], commands: list[bytes]) -> float:
    """Seconds per order of calls that are not timed one by one."""
    began = time.perf_counter()
    for command in commands:
        call(command)
    return (time.perf_counter() - began) / len(commands)


def _median_rate(seconds_per_order: Iterable[float]) -> float:
    """Of many chunks, so that other work on the machine disturbs few of them."""
    return 1 / statistics.median(seconds_per_order)


def batch_rate(subject: Subject, orders: Orders, batches: int) -> float:
    """Orders per second by batch."""
    kernel = opened(subject)
    commands = stamped(orders((batches + WARM_UP_BATCHES) * ORDERS_PER_BATCH), kernel.sequence)
    size = len(commands) // (batches + WARM_UP_BATCHES)
    packed = [b"".join(commands[start : start + size]) for start in range(0, len(commands), size)]
    times = []
    for batch in packed:
        began = time.perf_counter()
        kernel.apply_batch(batch)
        times.append((time.perf_counter() - began) / ORDERS_PER_BATCH)
    return _median_rate(times[WARM_UP_BATCHES:])


def subjects(options: Options) -> list[Subject]:
    """The reference kernel, and the native one where it is installed."""
    few = QUICK_BATCHES if options.is_quick else REFERENCE_BATCHES
    many = QUICK_BATCHES if options.is_quick else BATCHES
    found = [Subject("reference", ReferenceKernel, _objects_call, few)]
    if is_installed():
        found.append(Subject("native", NativeKernel, _packed_call, many))
    return found


def _packed_call(kernel: Kernel) -> Callable[[bytes], object]:
    assert isinstance(kernel, NativeKernel)
    return kernel.apply_packed


def _objects_call(kernel: Kernel) -> Callable[[bytes], object]:
    """The reference kernel works on objects: packing is no part of its rules, and not timed away either."""

    def call(command: bytes) -> object:
        message, _ = decode(command)
        assert isinstance(message, Command)
        return [encode(event) for event in kernel.apply(message)]

    return call


def measure(options: Options) -> list[Figure]:
    """Percentiles of single calls, and rates by single calls and by batch."""
    figures: list[Figure] = []
    rates: dict[str, float] = {}
    for subject in subjects(options):
        samples, rate = single_calls(subject, taking, subject.batches)
        rates[subject.name] = batch_rate(subject, taking, subject.batches)
        figures += [
            Figure(f"{subject.name}, an order that trades, single call, p50", percentile(samples, 50) / 1e3, "µs"),
            Figure(f"{subject.name}, an order that trades, single call, p99", percentile(samples, 99) / 1e3, "µs"),
            Figure(f"{subject.name}, orders that trade, by single calls", rate, "orders/s"),
            Figure(f"{subject.name}, orders that trade, by batch", rates[subject.name], "orders/s"),
            Figure(
                f"{subject.name}, orders that rest and their cancels, by batch",
                batch_rate(subject, resting, subject.batches),
                "orders/s",
            ),
        ]
    if "native" in rates:
        figures.append(Figure("native to reference, by batch", rates["native"] / rates["reference"], "times"))
        figures += _beside_empty_calls(QUICK_BATCHES if options.is_quick else BATCHES)
    return figures


def _beside_empty_calls(batches: int) -> list[Figure]:
    """What a call costs by itself, in turn with calls that trade."""
    found = desk_bench.single_calls(desk_orders.stamped(desk_orders.trading(batches * ORDERS_PER_BATCH), SET_UP))
    return [
        Figure("native, calls that do nothing, same signature and loop", found.empty_calls_per_s, "calls/s"),
        Figure(
            "native, calls that trade to calls that do nothing", found.calls_per_s / found.empty_calls_per_s, "times"
        ),
    ]


if __name__ == "__main__":
    chosen = options_of(QUESTION)
    report(
        QUESTION,
        __file__,
        measure(chosen),
        [
            "One order: packed command in, duplicate check, gate with every limit of strategy and account, matching,",
            "position, money and breaches, packed events back. Seven events where it trades, three where it rests.",
            f"Batches hold {ORDERS_PER_BATCH:,} orders; a cancel counts as part of the order it cancels. One thread.",
            "Rates are those of the median batch, or of the median chunk of as many single calls.",
            "The limit: reading and checking a command and writing its seven records (624 bytes), with no engine",
            "between, took 74 ns on two such cores; ten million orders a second would leave 26 ns for all the rest.",
        ],
        chosen,
    )
