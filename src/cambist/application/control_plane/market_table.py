"""The market as screens see it: books, prints, candles, quotes and the mark price, per instrument."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import msgspec

from cambist.application.control_plane.instrument_table import InstrumentTable
from cambist.application.control_plane.watched import ChangeSet, Watched
from cambist.domain.book_feed.book_feed import BookFeed
from cambist.domain.book_feed.market_feed import MarketFeed
from cambist.domain.book_feed.messages import BookUpdate, DisplayedOrder
from cambist.domain.book_feed.order_changes import OrderChanges
from cambist.domain.book_replica import BookReplica
from cambist.domain.candles import CandleSeries
from cambist.domain.commands import MarketUpdate, NewInstructedOrder
from cambist.domain.durations import SECOND_NS
from cambist.domain.events import BookDelta, PhaseChanged, Trade
from cambist.domain.instrument import Instrument
from cambist.domain.market_data import Bar, BookSnapshot, MarketData, Quote
from cambist.domain.vocabulary import OrderFlag, Phase, Side
from cambist.protocols.placed_orders import placed_order
from cambist.protocols.snapshot import InstrumentRow, OrderRow, PeggedRow, RestingRow, WaitingRow

INTERVALS_NS = {
    "1s": SECOND_NS,
    "5s": 5 * SECOND_NS,
    "15s": 15 * SECOND_NS,
    "1m": 60 * SECOND_NS,
    "5m": 300 * SECOND_NS,
    "15m": 900 * SECOND_NS,
    "1h": 3_600 * SECOND_NS,
}
TAPE_TRADES = 1_000
Level = tuple[Side, int]
"""A side and a price in ticks."""


class QuoteView(msgspec.Struct, frozen=True, kw_only=True):
    """Top of the book. Prices in ticks, quantities in lots, 0 for an empty side or no trade yet."""

    instrument_id: int
    bid_price: int
    bid_qty: int
    ask_price: int
    ask_qty: int
    last_price: int
    mark_price: int
    ts_ns: int


class InstrumentMarket(Watched[Level]):
    """One instrument's market; watchers hear of changed book levels."""

    def __init__(self, instrument: Instrument, feed: BookFeed) -> None:
        super().__init__()
        self._instrument = instrument
        self.feed = feed
        self.trades: deque[Trade] = deque(maxlen=TAPE_TRADES)
        self.candles = {
            interval_ns: CandleSeries(instrument.instrument_id, interval_ns) for interval_ns in INTERVALS_NS.values()
        }
        self.prints: Watched[Trade] = Watched()
        self.last_price = 0
        self.ts_ns = 0
        self.is_collecting = instrument.is_internal and instrument.defined_phase.is_auction
        """From the beginning of an auction until its uncross, through a halt in between too."""
        self._outside_best = (0, 0)
        self._tops: list[ChangeSet[int]] = []
        self._order_changes: list[OrderChanges] = []

    @property
    def book(self) -> BookReplica:
        """Every visible level."""
        return self.feed.levels

    @property
    def mark_price(self) -> int:
        """The engine's mark, in ticks: what an auction collects says nothing about prices."""
        if self.is_collecting:
            return self._instrument.mark(0, 0, self.last_price)
        if self._instrument.is_internal:
            return self._instrument.mark(self.book.best_bid_price, self.book.best_ask_price, self.last_price)
        return self._instrument.mark(*self._outside_best, self.last_price)

    @property
    def quote(self) -> QuoteView:
        """Top of the book with last and mark."""
        return QuoteView(
            instrument_id=self._instrument.instrument_id,
            bid_price=self.book.best_bid_price,
            bid_qty=self.book.best_bid_qty,
            ask_price=self.book.best_ask_price,
            ask_qty=self.book.best_ask_qty,
            last_price=self.last_price,
            mark_price=self.mark_price,
            ts_ns=self.ts_ns,
        )

    def last_candles(self, interval_ns: int, count: int) -> list[Bar]:
        """The newest candles, oldest first, the open one included."""
        series = self.candles[interval_ns]
        current = series.current
        return [*series.closed, *([current] if current else [])][-count:]

    def last_trades(self, count: int) -> list[Trade]:
        """The latest prints, newest first."""
        return [trade for trade, _ in zip(reversed(self.trades), range(count), strict=False)]

    def restore(self, row: InstrumentRow) -> None:
        """Last price, and for outside instruments the best prices, from a snapshot."""
        self.last_price = row.last_price
        self._outside_best = (row.bid_price, row.ask_price)

    def watch_top(self) -> ChangeSet[int]:
        """Begin to collect the sequences of updates that changed best prices or sizes."""
        self.feed.begin_reading()
        self._tops.append(ChangeSet())
        return self._tops[-1]

    def unwatch_top(self, changes: ChangeSet[int]) -> None:
        """Stop collecting."""
        self._tops.remove(changes)
        self.feed.end_reading()

    def watch_orders(self) -> OrderChanges:
        """Begin to collect the steps of displayed orders."""
        self.feed.begin_reading()
        self._order_changes.append(OrderChanges())
        return self._order_changes[-1]

    def unwatch_orders(self, changes: OrderChanges) -> None:
        """Stop collecting."""
        self._order_changes = [kept for kept in self._order_changes if kept is not changes]
        self.feed.end_reading()

    def on_phase(self, phase: Phase) -> None:
        """It moved to another phase."""
        if phase is not Phase.HALTED:
            self.is_collecting = phase.is_auction

    def on_update(self, command: MarketUpdate) -> None:
        """What the engine now believes of an outside instrument."""
        self._outside_best = (command.bid_price, command.ask_price)
        self.last_price = command.last_price or self.last_price

    def on_delta(self, delta: BookDelta) -> None:
        """One level changed."""
        self.ts_ns = delta.now_ns or self.ts_ns
        self.touch((delta.side, delta.price))

    def on_book(self, snapshot: BookSnapshot) -> None:
        """The whole book of an outside venue."""
        self._touch_levels()
        self.feed.on_book(snapshot)
        self.ts_ns = snapshot.ts_recv
        self._touch_levels()

    def on_feed(self, update: BookUpdate) -> None:
        """What one command, or one message from outside, changed in the book."""
        if update.quote is not None:
            for changes in self._tops:
                changes.add(update.sequence)
        for collected in self._order_changes:
            for step in update.orders:
                collected.add(step)

    def on_trade(self, trade: Trade) -> None:
        """A print."""
        self.trades.append(trade)
        for series in self.candles.values():
            series.on_trade(trade)
        if self._instrument.is_internal:
            self.last_price = trade.price
        self.ts_ns = trade.now_ns or self.ts_ns
        self.prints.touch(trade)

    def _touch_levels(self) -> None:
        if self._watchers:
            for side in Side:
                for price, _ in self.book.levels(side):
                    self.touch((side, price))


class MarketTable(Watched[int]):
    """All markets by instrument id; watchers hear of changed quotes."""

    def __init__(self, instruments: InstrumentTable) -> None:
        super().__init__()
        self._instruments = instruments
        self.feed = MarketFeed(placed_order)
        self._markets: dict[int, InstrumentMarket] = {}

    def __iter__(self) -> Iterator[InstrumentMarket]:
        return iter([self._markets[instrument_id] for instrument_id in sorted(self._markets)])

    def __getitem__(self, instrument_id: int) -> InstrumentMarket:
        return self._markets[instrument_id]

    def mark_price(self, instrument_id: int) -> int:
        """The mark of one instrument, in ticks; 0 where it is not known."""
        market = self._markets.get(instrument_id)
        return market.mark_price if market else 0

    def open(self, instrument_id: int) -> InstrumentMarket:
        """Begin to keep an instrument's market."""
        self._markets[instrument_id] = InstrumentMarket(self._instruments[instrument_id], self.feed.open(instrument_id))
        return self._markets[instrument_id]

    def restore_resting(self, row: RestingRow, display_qty: int) -> None:
        """Put one resting order of the venue behind those before it, if it can be seen."""
        if row.displayed_qty:
            displayed = DisplayedOrder(row.order_id, row.side, row.price, row.displayed_qty)
            self.feed.restore(displayed, row.instrument_id, row.leaves_qty, display_qty)

    def restore_waiting(self, row: WaitingRow, display_qty: int) -> None:
        """Know an order of the venue that waits for its trigger, if it may be seen one day."""
        if not row.flags & OrderFlag.HIDDEN:
            terms = DisplayedOrder(row.order_id, row.side, row.price, row.qty)
            self.feed.restore_waiting(terms, row.instrument_id, display_qty)

    def restore_suspended(self, row: OrderRow, display_qty: int) -> None:
        """Know a child that waits for its parent: it arrives at the venue later."""
        placed = NewInstructedOrder(
            sequence=row.order_id,
            instrument_id=row.instrument_id,
            account_id=row.account_id,
            strategy_id=row.strategy_id,
            side=row.side,
            order_type=row.order_type,
            time_in_force=row.time_in_force,
            flags=row.flags,
            price=row.price,
            qty=row.qty,
            display_qty=display_qty,
        )
        self.feed.restore_suspended(row.order_id, placed)

    def restore_parked(self, row: PeggedRow, display_qty: int) -> None:
        """Know a pegged order of the venue that stands in no book, if it may be seen one day."""
        if not row.flags & OrderFlag.HIDDEN:
            self.feed.restore_parked(row.order_id, row.instrument_id, row.side, row.leaves_qty, display_qty)

    def end_update(self, now_ns: int) -> None:
        """The command, or the message from outside, is complete: its readers may hear of what it changed."""
        for update in self.feed.end(now_ns):
            self._markets[update.instrument_id].on_feed(update)

    def on_update(self, command: MarketUpdate) -> None:
        """Prices of an outside instrument, as the engine was told."""
        market = self._markets.get(command.instrument_id)
        if market is not None:
            market.on_update(command)
            self.touch(command.instrument_id)

    def on_phase(self, event: PhaseChanged) -> None:
        """An instrument of ours moved to another phase."""
        self.feed.on_phase(event)
        self._markets[event.instrument_id].on_phase(event.phase)

    def on_delta(self, delta: BookDelta) -> None:
        """A level of one book changed."""
        self.feed.on_delta(delta)
        self._markets[delta.instrument_id].on_delta(delta)
        self.touch(delta.instrument_id)

    def on_trade(self, trade: Trade) -> None:
        """A print."""
        self._markets[trade.instrument_id].on_trade(trade)
        self.touch(trade.instrument_id)

    def on_market(self, data: MarketData) -> None:
        """Data of an outside venue. Quotes add nothing that its book does not say."""
        if isinstance(data, BookDelta):
            self.on_delta(data)
        elif isinstance(data, Trade):
            self.on_trade(data)
        elif isinstance(data, BookSnapshot):
            self._markets[data.instrument_id].on_book(data)
            self.feed.touch(data.instrument_id)
            self.touch(data.instrument_id)
        elif isinstance(data, Quote):
            return
