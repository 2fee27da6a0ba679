"""How much memory does a resting order take? Growth of resident memory while a million LIMIT orders begin to rest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from cambist.bootstrap.desk_orders import DESK, MEMBER
from harness import Figure, Options, options_of, report

QUESTION = "How much memory does a resting order take?"
ORDERS, QUICK_ORDERS = 1_000_000, 20_000
OWNERS = {"a member": MEMBER, "the desk": DESK}
CHILD = """
import os, sys
from cambist.bootstrap.desk_bench import opened
from cambist.bootstrap.desk_orders import market, order, stamped
from cambist.domain.commands import CancelOrder
from cambist.domain.events import CancelRejected, OrderDenied, OrderRejected
from cambist.domain.vocabulary import Side
from cambist.protocols.records import decode_all

orders, account = int(sys.argv[1]), int(sys.argv[2])
page = os.sysconf("SC_PAGE_SIZE")

def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * page

def apply(commands):
    return kernel.apply_batch(b"".join(stamped(commands, kernel.sequence)))

def check(stream):
    if any(isinstance(record, (OrderDenied, OrderRejected, CancelRejected)) for record in decode_all(stream)):
        raise SystemExit("the engine does not do what is measured")

def rest(count):
    for start in range(0, count, 1_000):
        stream = apply(order(Side.BUY, 1, 1 + (start + n) % 90, account_id=account) for n in range(1_000))
    check(stream)

def cancel(first, last):
    for start in range(first, last + 1, 1_000):
        numbers = range(start, min(start + 1_000, last + 1))
        stream = apply(CancelOrder(account_id=account, order_id=n) for n in numbers)
    check(stream)

kernel = opened(market())
rest(1_000)
first = kernel.sequence + 1
before = resident()
rest(orders)
grown = resident() - before
cancel(first, kernel.sequence)
middle = resident()
for _ in range(50):
    first = kernel.sequence + 1
    rest(orders // 10)
    cancel(first, kernel.sequence)
print(grown / orders, (resident() - middle) / 1_048_576)
"""


def measure(options: Options) -> list[Figure]:
    """Bytes an order of a member and of the desk, in a process of its own each, and what grows afterwards."""
    orders = QUICK_ORDERS if options.is_quick else ORDERS
    figures = []
    for owner, account in OWNERS.items():
        command = [sys.executable, "-c", CHILD, str(orders), str(account)]
        output = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parent).stdout
        per_order, grown = (float(value) for value in output.split())
        figures += [
            Figure(f"resident memory of an order of {owner}", per_order, "bytes"),
            Figure(f"growth over {orders * 10:,} operations more, orders of {owner} that come and go", grown, "MiB"),
        ]
    return figures


if __name__ == "__main__":
    chosen = options_of(QUESTION)
    report(
        QUESTION,
        __file__,
        measure(chosen),
        [
            f"Growth of resident memory while {ORDERS:,} LIMIT orders without client ids begin to rest in one book,",
            "the index of ids included; the desk's carry their reservations and the order's whole life. Then they are",
            "canceled, and a tenth of them comes and goes fifty times.",
        ],
        chosen,
    )
