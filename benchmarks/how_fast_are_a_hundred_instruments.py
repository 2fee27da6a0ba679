"""How fast are a hundred instruments? Zipf-distributed orders over many accounts too, against one of each."""

from __future__ import annotations

from cambist.bootstrap.desk_bench import batch_rate
from cambist.bootstrap.desk_orders import stamped, wide_market, zipf_distributed
from cambist.engine.native import is_installed
from harness import Figure, Options, options_of, report

QUESTION = "How fast are a hundred instruments?"
INSTRUMENTS, ACCOUNTS = 100, 1_000
ORDERS, QUICK_ORDERS = 300_000, 3_000
ORDERS_PER_BATCH = 1_000
RUNS = 3


def measure(options: Options) -> list[Figure]:
    """Orders per second of both, by turns, and the ratio."""
    if not is_installed():
        raise SystemExit("the native kernel is not installed")
    orders = QUICK_ORDERS if options.is_quick else ORDERS
    one, many = _subject(orders, 1, 1), _subject(orders, INSTRUMENTS, ACCOUNTS)
    rates = [(batch_rate(*one, ORDERS_PER_BATCH), batch_rate(*many, ORDERS_PER_BATCH)) for _ in range(RUNS)]
    of_one, of_many = (max(each) for each in zip(*rates, strict=True))
    return [
        Figure("one instrument, one account", of_one, "orders/s"),
        Figure(f"{INSTRUMENTS} instruments, {ACCOUNTS:,} accounts", of_many, "orders/s"),
        Figure("many to one", of_many / of_one, "times"),
    ]


def _subject(orders: int, instruments: int, accounts: int) -> tuple[list, list[bytes]]:
    setup = wide_market(instruments, accounts)
    return setup, stamped(zipf_distributed(orders, instruments, accounts), len(setup))


if __name__ == "__main__":
    chosen = options_of(QUESTION)
    report(
        QUESTION,
        __file__,
        measure(chosen),
        [
            "Orders that trade, through the native kernel's whole desk, by batches of a thousand, on one thread. How",
            "busy an instrument or an account is follows Zipf's law: the n-th has a share of 1/n. The better of three",
            "runs by turns, each the rate of its median batch.",
        ],
        chosen,
    )
