"""Whatever happens, replicas made from the feed's deltas are the engine's book, after every command."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from cambist.domain import commands
from cambist.domain.book_feed.market_feed import MarketFeed
from cambist.domain.book_feed.messages import BookUpdate, DisplayedOrder, OrderAction
from cambist.domain.book_feed.orders_replica import OrdersReplica
from cambist.domain.book_replica import BookReplica
from cambist.domain.commands import AdvanceTime, CancelOrder, NewOrder, ReplaceOrder, SetPhase
from cambist.domain.market_data import Quote
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import OrderFlag, Phase, Side
from cambist.engine.kernel import Kernel
from cambist.protocols.placed_orders import placed_order
from cambist.protocols.records import decode_all, encode
from cambist.protocols.session_rows import HeldRow
from cambist.protocols.snapshot import InstructionRow, PeggedRow, RestingRow, WaitingRow, decode_snapshot
from cambist.testing.builders import START_NS
from cambist.testing.kernel_factory import kernel_factory
from cambist.testing.random_commands import DESK_ACCOUNTS, EXTERNAL, INTERNAL, RandomCommands

COMMANDS_PER_STREAM = 900
QUIET = (commands.SetLimits, commands.SetTradingState, commands.Kill, commands.SetSymbolPermission)
SHUT = (Phase.PRE_OPEN, Phase.HALTED, Phase.CLOSED)
INSTRUMENTS = (*INTERNAL, EXTERNAL)


class Reader:
    """Somebody who knows nothing but the feed of one instrument, from a snapshot on."""

    def __init__(self, feed: MarketFeed, instrument_id: int) -> None:
        book = feed[instrument_id]
        self.sequence = book.sequence
        self.orders = OrdersReplica(instrument_id)
        self.orders.apply_snapshot(book.orders.snapshot(book.sequence))
        self.levels = BookReplica(instrument_id)
        self.levels.apply_snapshot(book.levels.snapshot(book.sequence, 0, 0, 0))
        self.counts: dict[tuple[Side, int], int] = {}
        self.quote = book.quote
        book.begin_reading()

    def take(self, update: BookUpdate) -> None:
        assert update.sequence == self.sequence + 1
        self.sequence = update.sequence
        for step in update.orders:
            self.orders.apply(step)
        for level in update.levels:
            self.levels.set_level(level.side, level.price, level.qty)
            assert level.order_count == self.orders.order_count(level.side, level.price)
            assert level.qty == self.orders.level_qty(level.side, level.price)
        if update.quote is not None:
            assert prices_of(update.quote) != prices_of(self.quote)
            self.quote = update.quote


def prices_of(quote: Quote) -> tuple[int, int, int, int]:
    return (quote.bid_price, quote.bid_qty, quote.ask_price, quote.ask_qty)


def displayed_orders(kernel: Kernel) -> dict[int, list[DisplayedOrder]]:
    """What each book of the engine displays, in priority order."""
    _, sections = decode_snapshot(kernel.snapshot())
    books: dict[int, list[DisplayedOrder]] = {instrument_id: [] for instrument_id in INSTRUMENTS}
    for row in sections[RestingRow]:
        if row.displayed_qty:
            books[row.instrument_id].append(DisplayedOrder(row.order_id, row.side, row.price, row.displayed_qty))
    return books


def feed_of(kernel: Kernel) -> MarketFeed:
    """A feed that begins with what the engine holds."""
    feed = MarketFeed(placed_order)
    for instrument_id in INSTRUMENTS:
        feed.open(instrument_id)
    _, sections = decode_snapshot(kernel.snapshot())
    display_qtys = {row.order_id: row.display_qty for row in sections[InstructionRow]}
    for row in sections[RestingRow]:
        if row.displayed_qty:
            displayed = DisplayedOrder(row.order_id, row.side, row.price, row.displayed_qty)
            feed.restore(displayed, row.instrument_id, row.leaves_qty, display_qtys.get(row.order_id, 0))
    for waiting in sections[WaitingRow]:
        if not waiting.flags & OrderFlag.HIDDEN:
            terms = DisplayedOrder(waiting.order_id, waiting.side, waiting.price, waiting.qty)
            feed.restore_waiting(terms, waiting.instrument_id, display_qtys.get(waiting.order_id, 0))
    for row in sections[HeldRow]:
        feed.restore_held(row.order_id, row.instrument_id, row.side, row.price, row.leaves_qty)
    resting = {row.order_id for row in sections[RestingRow]}
    for pegged in sections[PeggedRow]:
        if pegged.order_id not in resting and not pegged.flags & OrderFlag.HIDDEN:
            display_qty = display_qtys.get(pegged.order_id, 0)
            feed.restore_parked(pegged.order_id, pegged.instrument_id, pegged.side, pegged.leaves_qty, display_qty)
    return feed


def assert_same_book(reader: Reader, orders: list[DisplayedOrder]) -> None:
    assert [*reader.orders.orders(Side.BUY), *reader.orders.orders(Side.SELL)] == orders
    for side in Side:
        totals: dict[int, int] = {}
        for order in orders:
            if order.side is side:
                totals[order.price] = totals.get(order.price, 0) + order.qty
        assert list(reader.levels.levels(side)) == list(totals.items())
    best = [next(reader.levels.levels(side), (0, 0)) for side in Side]
    assert prices_of(reader.quote) == (*best[0], *best[1])


def lively(made: Command) -> Command:
    """Without what keeps orders out of the books for long: stops, limits, and margin. Members have none."""
    if isinstance(made, QUIET):
        return AdvanceTime(sequence=made.sequence, now_ns=made.now_ns)
    if isinstance(made, SetPhase) and made.phase in SHUT:
        return replace(made, phase=Phase.CONTINUOUS)
    if isinstance(made, NewOrder) and made.account_id in DESK_ACCOUNTS and made.instrument_id != EXTERNAL:
        return replace(made, account_id=made.account_id + 2, flags=made.flags & ~OrderFlag.REDUCE_ONLY)
    if isinstance(made, ReplaceOrder | CancelOrder) and made.account_id in DESK_ACCOUNTS:
        return replace(made, account_id=made.account_id + 2)
    return made


def stream(kernel: Kernel, seed: int) -> Iterator[tuple[Command, tuple[Event, ...]]]:
    """Every fourth stream is left as it is, the others are made lively."""
    for made in RandomCommands(seed).stream(COMMANDS_PER_STREAM, START_NS):
        command = made if seed % 4 == 0 else lively(made)
        _, *events = decode_all(kernel.apply_batch(encode(command)))
        yield command, tuple(event for event in events if isinstance(event, Event))


@pytest.mark.parametrize("name", ["python", "native"])
@pytest.mark.parametrize("seed", range(300, 304))
def test_replicas_of_the_feed_are_the_engines_book_after_every_command(name: str, seed: int) -> None:
    factory = kernel_factory(name)
    if factory is None:
        pytest.skip("the Rust kernel is not installed: build it with 'make kernel'")
    kernel = factory.empty()
    feed = feed_of(kernel)
    readers = {instrument_id: Reader(feed, instrument_id) for instrument_id in INSTRUMENTS}
    seen: set[OrderAction] = set()
    update_counts = dict.fromkeys(INTERNAL, 0)
    for command, events in stream(kernel, seed):
        for update in feed.on_command(command, events):
            readers[update.instrument_id].take(update)
            update_counts[update.instrument_id] += 1
            seen |= {step.action for step in update.orders}
        books = displayed_orders(kernel)
        for instrument_id, reader in readers.items():
            assert_same_book(reader, books[instrument_id])
        if command.sequence % 100 == 0:
            # Whoever comes now, and a feed that starts anew from the engine's snapshot, go on as well.
            readers[INTERNAL[0]] = Reader(feed, INTERNAL[0])
        if command.sequence % 170 == 0:
            feed = feed_of(kernel)
            readers = {instrument_id: Reader(feed, instrument_id) for instrument_id in INSTRUMENTS}
    assert seen == set(OrderAction)
    assert sum(update_counts.values()) >= 30
