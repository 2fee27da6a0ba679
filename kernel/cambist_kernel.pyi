"""The Rust kernel's module. `cambist.engine` and the journal's front are its only users."""

from collections.abc import Sequence
from os import PathLike
from typing import final

__all__ = [
    "Engine",
    "JournalWriter",
    "MatchingBook",
    "Runtime",
    "Subscription",
    "SyntheticMarket",
    "__version__",
    "engine_version",
    "measure_workload",
    "pack_journal_payload",
    "reasons",
    "record_layouts",
    "replay_journal",
    "replay_workload",
    "scan_journal_segment",
    "snapshot_layouts",
    "unpack_journal_payload",
    "version",
]

__version__: str

@final
class Engine:
    """The deterministic engine: packed commands in, packed events out. One thread at a time may use it.

    ValueError: bytes that are not what they should be, nothing is applied. RuntimeError: a sequence or time that does
    not continue, or an engine that failed before.
    """

    def __new__(cls) -> Engine: ...
    @staticmethod
    def restore(snapshot: bytes) -> Engine:
        """The engine that gave this snapshot."""

    @property
    def sequence(self) -> int:
        """Of the last applied command; 0 at first."""

    @property
    def event_sequence(self) -> int:
        """Of the last event; 0 at first."""

    @property
    def now_ns(self) -> int:
        """The engine's time, in nanoseconds since the epoch."""

    def apply(self, command: bytes) -> bytes:
        """Apply one packed command; gives the packed events."""

    def apply_batch(self, commands: bytes) -> bytes:
        """Apply packed commands; gives each followed by its events. A large batch lets other threads run meanwhile."""

    def apply_nothing(self, command: bytes) -> bytes:
        """Take what `apply` takes, do nothing, give no events: what a call costs, for benchmarks to compare with."""

    def pools(self) -> tuple[list[tuple[str, int, int, int, int, int]], int]:
        """Name, places, used, taken, reused and bytes of each pool of orders; bytes of the index over them."""

    def snapshot(self) -> bytes:
        """The whole state as canonical bytes."""

    def state_hash(self) -> str:
        """The first 8 bytes of BLAKE2b over the snapshot, as 16 hex digits."""

def engine_version() -> int:
    """The version of the rules: grows with every change of one."""

def version() -> str:
    """The version of this distribution."""

def record_layouts() -> list[tuple[int, str, list[tuple[str, str, int]]]]:
    """Of all commands and events: kind, name, and the name, width and offset of each field."""

def snapshot_layouts() -> list[tuple[int, str, list[tuple[str, str, int]]]]:
    """Of the rows of a snapshot, by section: 0, name, and the name, width and offset of each field."""

def reasons() -> list[tuple[str, int]]:
    """The names and numbers of the reasons that the engine gives."""

def replay_workload(operations: bytes) -> tuple[int, int, int, int, int, int, int, float]:
    """Trades, volume, notional, missed cancels, resting orders, hash of trades, hash of the book, seconds."""

def measure_workload(
    operations: bytes, runs: int
) -> tuple[
    tuple[int, int, int, int, int, int, int, float], list[float], list[float], tuple[float, float, float, float]
]:
    """The outcome, seconds of each run and of the conventional engine's, then p50, p99, p99.99 and the timer in ns.

    ValueError: bytes that are not operations, or the two engines disagree.
    """

@final
class MatchingBook:
    """One book of plain orders, price-time priority, one call each: the engine's book without the desk and the venue.

    No accounts, balances, self-trade prevention, fees, phases or events: for research, and for users who bring their
    own risk. Ids are any numbers below 2^64 that no open order has; a side is 0 to buy, 1 to sell; prices in ticks and
    quantities in lots are positive and below 2^40. Fills are `(maker's id, maker's price, quantity)`, in the order in
    which they trade. ValueError, OverflowError: numbers that are none of these; nothing has happened then.
    """

    def __new__(cls) -> MatchingBook: ...
    def limit(self, order_id: int, side: int, price: int, qty: int, /) -> tuple[tuple[int, int, int], ...]:
        """Trade, and let the rest stay until it is canceled; gives the fills. ValueError: the id of an open order."""

    def market(self, side: int, qty: int, /) -> tuple[tuple[int, int, int], ...]:
        """Trade at any price; what finds nobody is gone. Gives the fills."""

    def cancel(self, order_id: int, /) -> int:
        """Take an order out; gives what was open of it, 0 where there is none."""

    def replace(self, order_id: int, price: int, qty: int, /) -> tuple[tuple[int, int, int], ...] | None:
        """Another price and open quantity; gives the fills, None where there is no such order.

        Not more at the same price keeps its priority; all else is canceled and comes in anew under its id.
        """

    def limit_nothing(self, order_id: int, side: int, price: int, qty: int, /) -> tuple[tuple[int, int, int], ...]:
        """Take what `limit` takes, do nothing: what a call costs, for benchmarks to compare with."""

    def cancel_nothing(self, order_id: int, /) -> int:
        """Take what `cancel` takes, do nothing."""

    def best(self, side: int, /) -> int:
        """The best price of a side, 0 where there is none."""

    def level(self, side: int, price: int, /) -> tuple[int, int]:
        """Total and number of the orders at a price."""

    def orders(self) -> list[tuple[int, int, int, int]]:
        """Side, price, id and open quantity: bids from best to worst, then asks, at one price the oldest first."""

@final
class JournalWriter:
    """The one writer of a journal's segments. Failures of the disk are OSError."""

    def __new__(
        cls,
        directory: str | PathLike[str],
        position: tuple[int, int, bytes],
        engine_version: int,
        product_version: str,
        segment_bytes: int,
        segment: str | None,
        segment_size: int,
    ) -> JournalWriter: ...
    @property
    def position(self) -> tuple[int, int, bytes]:
        """Next sequence, next event sequence, hash of the last block."""

    @property
    def pending_bytes(self) -> int:
        """Appended and not yet committed."""

    def append(self, records: bytes) -> None:
        """Buffer whole commands with their events. ValueError: they do not continue; OverflowError: too many."""

    def commit(self) -> int:
        """Write and sync one block with everything appended; the last durable sequence."""

    def close(self) -> None:
        """Release the segment's file."""

@final
class Runtime:
    """An engine and a journal on threads of their own. Failures of the disk are OSError; RuntimeError: it has ended."""

    def __new__(
        cls,
        engine: Engine,
        writer: JournalWriter,
        directory: str | PathLike[str],
        minimum_free_bytes: int,
        capacity: int,
        wait_strategy: str,
        engine_cpu: int | None,
        journal_cpu: int | None,
        is_attended: bool,
    ) -> Runtime:
        """Takes both over: they cannot be used any more."""

    @property
    def waiting(self) -> int:
        """Submissions in the ring."""

    @property
    def position(self) -> tuple[int, int, bytes]:
        """Next sequence, next event sequence, hash of the last durable block."""

    @property
    def sequence(self) -> int:
        """Of the last applied command; 0 at first."""

    @property
    def event_sequence(self) -> int:
        """Of the last event; 0 at first."""

    @property
    def now_ns(self) -> int:
        """The engine's time, in nanoseconds since the epoch."""

    def submit(self, records: bytes, is_emergency: bool = False) -> int | None:
        """Put packed commands without stamps into the ring; their ticket, or None where the ring is full. Some places
        are kept for emergencies.
        """

    def take(self, at_most: int) -> list[int]:
        """Tickets of the oldest submissions, which leave the ring to be applied one by one."""

    def apply(self, records: bytes, now_ns: int) -> bytes:
        """Stamp and apply packed commands together; gives each followed by its events. ValueError: not commands."""

    def apply_taken(self, ticket: int, now_ns: int) -> bytes:
        """The same with a submission that was taken."""

    def host(self, market: SyntheticMarket) -> None:
        """Let participants live on the engine thread from now on."""

    def run(
        self,
        now_ns: int,
        horizon_ns: int,
        wall_ns: int,
        commands: int,
        books: Sequence[tuple[int, int]],
        trades: Sequence[int],
        quiet_accounts: tuple[int, int],
    ) -> tuple[bytes, int, int]:
        """Let them act until the horizon, a limit or something of interest: stream, engine time, when they act next."""

    def save_participants(self) -> bytes:
        """The state of the participants."""

    def commit(self) -> None:
        """Hand everything applied to the journal thread, without waiting until it is durable."""

    def await_durable(self, sequence: int, timeout_ns: int | None) -> int:
        """The last durable command, once that is at least `sequence` or the time is over (None: never)."""

    def pools(self) -> tuple[list[tuple[str, int, int, int, int, int]], int]:
        """Name, places, used, taken, reused and bytes of each pool of orders; bytes of the index over them."""

    def snapshot(self) -> bytes:
        """The whole state as canonical bytes."""

    def state_hash(self) -> str:
        """The first 8 bytes of BLAKE2b over the snapshot, as 16 hex digits."""

    def stage(self, name: str) -> tuple[int, int, int, int, int]:
        """Latencies of a stage (ring, apply, journal, whole): samples, their sum, p50, p99 and the largest, in ns."""

    def cumulative(self, stage: str, bounds_ns: Sequence[int]) -> list[int]:
        """How many samples of a stage lie at or below each bound."""

    def subscribe(self, capacity: int) -> Subscription:
        """Read durable blocks from now on. A reader that does not read holds everything up."""

    def stop(self) -> Engine | None:
        """Make durable what was applied and end; the engine, unless it failed or this was called before."""

@final
class Subscription:
    """One reader's end of a runtime's ring out."""

    def read(self, timeout_ns: int | None) -> tuple[bytes, int, list[tuple[int, int, str | None]]] | None:
        """The next durable block: records, last sequence, and (ticket, last sequence, refusal) of each submission."""

    def close(self) -> None:
        """Read no more."""

@final
class SyntheticMarket:
    """Members that trade by themselves: same seed, start and rate, and the same facts, the same commands."""

    def __new__(
        cls,
        seed: int,
        start_ns: int,
        events_per_second: int,
        first_account_id: int,
        profiles: Sequence[tuple[int, int, int, int, int, int, int, int, int]],
    ) -> SyntheticMarket:
        """Of each profile: id, reference price, largest order, weight, step deviation, half spread, rung step and
        quantity, a taker's quantity.
        """

    def next_ns(self) -> int:
        """When the next participant acts."""

    def advance(self, now_ns: int) -> bytes:
        """Everything that happens at `next_ns()`, which is `now_ns`: packed commands without stamps."""

    def on_events(self, records: bytes) -> None:
        """Packed facts, in order."""

    def save(self) -> bytes:
        """The whole state."""

    def load(self, state: bytes) -> None:
        """Carry on from a saved state. ValueError: the bytes are not one of this market."""

def replay_journal(
    engine: Engine, segments: Sequence[str | PathLike[str]], after_sequence: int
) -> tuple[int, bytes, bytes] | None:
    """Apply every command behind `after_sequence` from segments, in order. The first command whose records differ:
    its sequence, its records now, its records in the journal.

    IndexError: a segment is damaged. OSError. RuntimeError and ValueError: the engine refuses a command.
    """

def pack_journal_payload(payload: bytes, next_sequence: int, next_event_sequence: int) -> bytes:
    """A block's payload as it lies on the disk. ValueError: it is not whole records."""

def unpack_journal_payload(
    packed: bytes, payload_bytes: int, next_sequence: int, next_event_sequence: int
) -> bytes:
    """The payload again. ValueError: no packer wrote these bytes, or it has another size."""

def scan_journal_segment(
    path: str | PathLike[str], heads_of: Sequence[int]
) -> tuple[int, tuple[int, int, bytes], int, list[tuple[int, int]], list[tuple[int, bytes]]] | None:
    """End offset, position, blocks, engine versions with their last sequence, heads; None: not a segment."""
