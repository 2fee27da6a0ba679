"""How fast is the journal? Records made durable beside a plain file, and a journal recovered."""

from __future__ import annotations

from cambist.bootstrap.desk_bench import replay_rate
from cambist.bootstrap.desk_orders import market, resting, stamped, trading
from cambist.bootstrap.journal_bench import bench_journal
from cambist.engine.native import is_installed
from harness import Figure, Options, options_of, report

QUESTION = "How fast is the journal?"
RECORDS, QUICK_RECORDS = 4_000_000, 20_000
RECORDS_PER_COMMIT = 16_384
COMMANDS, QUICK_COMMANDS = 1_000_000, 4_000


def measure(options: Options) -> list[Figure]:
    """Appending, checking, recovering."""
    if not is_installed():
        raise SystemExit("the native kernel is not installed")
    return [*_appending(options), *_recovering(options)]


def _appending(options: Options) -> list[Figure]:
    found = bench_journal(None, QUICK_RECORDS if options.is_quick else RECORDS, RECORDS_PER_COMMIT)
    return [
        Figure("64-byte records appended and durable", found["append_records_per_s"], "records/s"),
        Figure("the same bytes into a plain file", found["plain_file_records_per_s"], "records/s"),
        Figure("journal to plain file", found["append_to_plain_file"], "times"),
        Figure("space on the disk", found["disk_bytes_per_record"], "bytes/record"),
        Figure("one commit", found["commit_us"], "µs"),
        Figure("records checked", found["scan_records_per_s"], "records/s"),
    ]


def _recovering(options: Options) -> list[Figure]:
    count = QUICK_COMMANDS if options.is_quick else COMMANDS
    set_up = len(market())
    return [
        Figure(name, replay_rate(None, stamped(orders(count), set_up)), "commands/s")
        for name, orders in (
            ("recovery of a journal of trades", trading),
            ("recovery of a journal of orders that rest", resting),
        )
    ]


if __name__ == "__main__":
    chosen = options_of(QUESTION)
    report(
        QUESTION,
        __file__,
        measure(chosen),
        [
            f"{RECORDS:,} orders with prices and quantities at random, {RECORDS_PER_COMMIT:,} a commit: one write, one",
            "fdatasync. The plain file gets the same bytes in the same groups, without blocks, checksums or packing.",
            "The recovery is that of a start: the journal is opened, checked, unpacked, applied, every event compared.",
        ],
        chosen,
    )
