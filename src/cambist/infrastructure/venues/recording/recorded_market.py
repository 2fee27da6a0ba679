"""A recording as a source: engine time is the time of reception, and the file is played once.

What it brings goes through the exchange's normaliser and depth synchroniser: a snapshot once the book is whole, then
deltas, quotes and prints for strategies, and for the engine the best prices and the last trade, as one MarketUpdate
per instant in which one of them changed. A broken chain of updates empties the book until the next snapshot.
Exchange and receive times come from different clocks; their difference is reported, never relied upon.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path

import msgspec

from cambist.application.ports.source import Tick
from cambist.domain.book_replica import BookReplica
from cambist.domain.commands import DefineInstrument, MarketUpdate
from cambist.domain.errors import RecordingError
from cambist.domain.events import BookDelta, Trade
from cambist.domain.market_data import BookSnapshot, MarketData, Quote
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import Phase, Side, VenueKind
from cambist.infrastructure.venues.recording.line_reader import LineReader, fingerprint
from cambist.protocols.binance import (
    DepthDiff,
    DepthPicture,
    DepthSynchroniser,
    InstrumentGrid,
    MarketMessage,
    MarketPrint,
    MarketQuote,
    Normaliser,
    symbol_of,
)

E8 = 100_000_000
PROBED_LINES = 1_000
"""A recording that shows neither symbol nor price within so many lines is of another format."""


class InstrumentTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a recording does not say of its instrument; the defaults are those of BTCUSDT in August 2024."""

    tick_size: int = E8 // 10
    """In 1e-8 of the quote asset."""
    lot_size: int = E8 // 1_000
    """In 1e-8 of the base asset."""
    min_notional: int = 5 * E8
    max_order_qty: int = 120_000
    """In lots."""
    price_band: int = 50_000
    """In ppm of the mark."""


class RecordingReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in a recording so far."""

    symbol: str
    lines: int
    accepted: dict[str, int]
    ignored: dict[str, int]
    malformed: dict[str, int]
    last_malformed: str
    gaps: int
    """Broken chains of depth updates."""
    times_stepped_back: int
    """Lines received before the line above them; they are played at that line's time."""
    skew_ns_min: int
    """Receive time less exchange time: negative where the exchange's clock runs ahead."""
    skew_ns_max: int
    skew_ns_mean: int


class _Position(msgspec.Struct, array_like=True):
    fingerprint: str
    instants: int


class RecordedMarket:
    """Plays one symbol of a USD-M recording. The clock of its ticks is the file's receive time, ns since epoch."""

    def __init__(
        self,
        path: str | Path,
        instrument_id: int = 1,
        *,
        terms: InstrumentTerms | None = None,
        symbol: str = "",
        slot: int = 1,
    ) -> None:
        """Open the file and look at its beginning. `symbol`: the one to play, where the file has several.

        Raises RecordingError where the file cannot be read, is empty, or is no recording of this kind.
        """
        self.slot = slot
        self.instrument_id = instrument_id
        self._terms = terms or InstrumentTerms()
        self._path = Path(path)
        self.symbol, self._reference_price = self._probe(symbol)
        self._rewind()

    @property
    def failure(self) -> RecordingError | None:
        """Why the recording ended early, once `next_ns` is None; None where it was whole."""
        return self._reader.failure

    @property
    def report(self) -> RecordingReport:
        """Counts and clock skew so far."""
        return RecordingReport(
            symbol=self.symbol,
            lines=self._reader.line_number,
            accepted=dict(self._normaliser.accepted),
            ignored=dict(self._normaliser.ignored),
            malformed=dict(self._normaliser.malformed),
            last_malformed=self._normaliser.last_reason,
            gaps=self._synchroniser.gaps,
            times_stepped_back=self._times_stepped_back,
            skew_ns_min=self._skew_min_ns,
            skew_ns_max=self._skew_max_ns,
            skew_ns_mean=self._skew_sum_ns // max(1, self._skew_count),
        )

    def definitions(self) -> list[Command]:
        """The outside instrument, with the recording's first price as reference."""
        terms = self._terms
        instrument = DefineInstrument(
            instrument_id=self.instrument_id,
            venue=VenueKind.EXTERNAL,
            phase=Phase.CONTINUOUS,
            tick_size=terms.tick_size,
            lot_size=terms.lot_size,
            unit_value=terms.tick_size * terms.lot_size // E8,
            min_notional=terms.min_notional,
            max_order_qty=terms.max_order_qty,
            price_band=terms.price_band,
            reference_price=self._reference_price,
            symbol=self.symbol,
        )
        return [instrument]

    def next_ns(self) -> int | None:
        """Receive time of the next message; None at the end."""
        return self._upcoming[0][0] if self._upcoming else None

    def advance(self, now_ns: int) -> Tick:
        """Every message received at the next instant, played at `now_ns`."""
        received_ns = self._upcoming[0][0]
        market: list[MarketData] = []
        while self._upcoming and self._upcoming[0][0] == received_ns:
            _, message = self._upcoming.popleft()
            self._play(message, received_ns, now_ns, market)
            self._read_ahead()
        self._instants += 1
        return Tick(commands=self._update(), market=tuple(market))

    def on_events(self, events: Sequence[Event]) -> None:
        """A recording answers to nobody."""

    def book(self) -> BookSnapshot:
        """The book after everything played so far; empty before it is whole."""
        return self._book.snapshot(self._synchroniser.last_update_id, 0, 0, 0)

    def save(self) -> bytes:
        """Which recording, and how far it was played."""
        return msgspec.msgpack.encode(_Position(self._fingerprint, self._instants))

    def load(self, state: bytes) -> None:
        """Play silently up to the saved position: the book and all counts are then as they were.

        Raises RecordingError where the state belongs to another recording.
        """
        try:
            position = msgspec.msgpack.decode(state, type=_Position)
        except msgspec.DecodeError as error:
            raise RecordingError(
                f"The saved position in a recording cannot be read: {error}.", "Start with a new data directory."
            ) from error
        if position.fingerprint != self._fingerprint:
            raise RecordingError(
                f"This data directory was made with another recording than {self._path}.",
                "Give the same recording again, or another data directory.",
            )
        self.close()
        self._rewind()
        for _ in range(position.instants):
            next_ns = self.next_ns()
            if next_ns is None:
                break
            self.advance(next_ns)

    def close(self) -> None:
        """Let go of the file. It closes by itself at its end."""
        self._reader.close()

    def _normaliser_of(self, symbol: str) -> Normaliser:
        grid = InstrumentGrid(self.instrument_id, self._terms.tick_size, self._terms.lot_size)
        return Normaliser({symbol: grid})

    def _probe(self, symbol: str) -> tuple[str, int]:
        """Symbol and first price, from the file's beginning."""
        reader = LineReader(self._path)
        normaliser: Normaliser | None = None
        while reader.line_number < PROBED_LINES and (line := reader.read()) is not None:
            symbol = symbol or symbol_of(line[1])
            if symbol and normaliser is None:
                normaliser = self._normaliser_of(symbol)
            price = _price_of(normaliser.normalise(line[1], symbol)) if normaliser else 0
            if price:
                reader.close()
                return symbol, price
        reader.close()
        if reader.failure is not None:
            raise reader.failure
        if reader.line_number == 0:
            raise RecordingError(f"The recording {self._path} is empty.", "Give a file with at least one price.")
        wanted = f" of {symbol}" if symbol else ""
        raise RecordingError(
            f"The first {reader.line_number} lines of {self._path} hold no price{wanted}.",
            "Give a recording of USD-M market streams (depthUpdate, bookTicker, trade), and a symbol it holds.",
        )

    def _rewind(self) -> None:
        self._reader = LineReader(self._path)
        self._fingerprint = fingerprint(self._path)
        self._normaliser = self._normaliser_of(self.symbol)
        self._synchroniser = DepthSynchroniser()
        self._book = BookReplica(self.instrument_id)
        self._upcoming: deque[tuple[int, MarketMessage]] = deque()
        self._instants = 0
        self._read_ns = 0
        self._best = (0, 0, 0)
        self._last_price = 0
        self._told = (0, 0, 0)
        self._times_stepped_back = 0
        self._skew_min_ns = self._skew_max_ns = self._skew_sum_ns = self._skew_count = 0
        self._read_ahead()

    def _read_ahead(self) -> None:
        """Keep one message more than is played, so that the next instant is known."""
        while not self._upcoming and (line := self._reader.read()) is not None:
            message = self._normaliser.normalise(line[1], self.symbol)
            if line[0] < self._read_ns:
                self._times_stepped_back += 1
            self._read_ns = max(self._read_ns, line[0])
            if message is not None:
                self._count_skew(line[0] - message.ts_event)
                self._upcoming.append((self._read_ns, message))

    def _count_skew(self, skew_ns: int) -> None:
        if self._skew_count == 0:
            self._skew_min_ns = self._skew_max_ns = skew_ns
        elif skew_ns < self._skew_min_ns:
            self._skew_min_ns = skew_ns
        elif skew_ns > self._skew_max_ns:
            self._skew_max_ns = skew_ns
        self._skew_sum_ns += skew_ns
        self._skew_count += 1

    def _play(self, message: MarketMessage, received_ns: int, now_ns: int, market: list[MarketData]) -> None:
        if type(message) is MarketQuote:
            market.append(self._quote(message, received_ns, now_ns))
        elif type(message) is MarketPrint:
            self._last_price = message.price
            market.append(_trade(message, received_ns))
        elif type(message) is DepthDiff:
            self._play_diff(message, received_ns, now_ns, market)
        elif type(message) is DepthPicture:
            self._play_picture(message, received_ns, now_ns, market)

    def _quote(self, quote: MarketQuote, received_ns: int, now_ns: int) -> Quote:
        self._know_best(quote.update_id, quote.bid_price, quote.ask_price)
        return Quote(
            instrument_id=self.instrument_id,
            bid_price=quote.bid_price,
            bid_qty=quote.bid_qty,
            ask_price=quote.ask_price,
            ask_qty=quote.ask_qty,
            ts_event=quote.ts_event,
            ts_recv=received_ns,
            ts_process=now_ns,
        )

    def _play_diff(self, diff: DepthDiff, received_ns: int, now_ns: int, market: list[MarketData]) -> None:
        had_book = not self._synchroniser.needs_snapshot
        for applied in self._synchroniser.on_diff(diff):
            self._apply(applied, received_ns, market)
            self._know_best(applied.last_update_id, self._book.best_bid_price, self._book.best_ask_price)
        if had_book and self._synchroniser.needs_snapshot:
            self._book.clear()
            market.append(self._book.snapshot(diff.last_update_id, diff.ts_event, received_ns, now_ns))

    def _play_picture(self, picture: DepthPicture, received_ns: int, now_ns: int, market: list[MarketData]) -> None:
        kept = self._synchroniser.on_snapshot(picture)
        if kept is None:
            return
        self._book.clear()
        for side, levels in ((Side.BUY, picture.bids), (Side.SELL, picture.asks)):
            for price, qty in levels:
                self._book.set_level(side, price, qty)
        for diff in kept:
            self._apply(diff, received_ns, [])
        if self._synchroniser.needs_snapshot:
            self._book.clear()
        else:
            self._know_best(self._synchroniser.last_update_id, self._book.best_bid_price, self._book.best_ask_price)
        market.append(self._book.snapshot(self._synchroniser.last_update_id, picture.ts_event, received_ns, now_ns))

    def _apply(self, diff: DepthDiff, received_ns: int, market: list[MarketData]) -> None:
        """Bring the book up to date and tell every level that changed."""
        book = self._book
        for side, levels in ((Side.BUY, diff.bids), (Side.SELL, diff.asks)):
            for price, qty in levels:
                if book.qty_at(side, price) != qty:
                    book.set_level(side, price, qty)
                    market.append(
                        BookDelta(
                            now_ns=received_ns,
                            instrument_id=self.instrument_id,
                            side=side,
                            price=price,
                            qty=qty,
                            order_count=0,
                        )
                    )

    def _know_best(self, update_id: int, bid_price: int, ask_price: int) -> None:
        """Quotes and diffs overtake each other on the way: the greater update id is the newer."""
        if update_id >= self._best[0]:
            self._best = (update_id, bid_price, ask_price)

    def _update(self) -> tuple[Command, ...]:
        """A MarketUpdate where best prices or last trade are others than told before."""
        now_known = (self._best[1], self._best[2], self._last_price)
        if now_known == self._told:
            return ()
        self._told = now_known
        bid_price, ask_price, last_price = now_known
        update = MarketUpdate(
            instrument_id=self.instrument_id, bid_price=bid_price, ask_price=ask_price, last_price=last_price
        )
        return (update,)


def _price_of(message: MarketMessage | None) -> int:
    """A price to start from, in ticks; 0 where the message has none."""
    if isinstance(message, MarketQuote):
        return message.bid_price
    if isinstance(message, MarketPrint):
        return message.price
    if isinstance(message, DepthPicture) and message.bids:
        return message.bids[0][0]
    return 0


def _trade(trade: MarketPrint, received_ns: int) -> Trade:
    return Trade(
        now_ns=received_ns,
        trade_id=trade.trade_id,
        instrument_id=trade.instrument_id,
        aggressor=trade.aggressor,
        price=trade.price,
        qty=trade.qty,
        maker_order_id=0,
        taker_order_id=0,
    )
