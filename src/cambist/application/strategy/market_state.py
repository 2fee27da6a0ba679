"""What every strategy knows of the markets: instruments, books, bars. Shared, updated once per event."""

from __future__ import annotations

from collections.abc import Iterable

from cambist.application.strategy.book import Book
from cambist.domain.candles import CandleSeries
from cambist.domain.errors import StrategyError
from cambist.domain.events import BookDelta, InstrumentDefined, Trade
from cambist.domain.instrument import Instrument
from cambist.domain.market_data import Bar, BookLevel, BookSnapshot
from cambist.domain.vocabulary import Side
from cambist.protocols.snapshot import InstrumentRow, RestingRow


class MarketState:
    """Instruments and their books, by id and by symbol."""

    def __init__(self) -> None:
        self.books: dict[int, Book] = {}
        self._by_symbol: dict[str, Book] = {}
        self._series: dict[tuple[int, int], CandleSeries] = {}

    def book(self, symbol: str) -> Book:
        """Raises StrategyError for a symbol that is not traded here."""
        book = self._by_symbol.get(symbol)
        if book is None:
            known = ", ".join(sorted(self._by_symbol)) or "none"
            raise StrategyError(f"There is no symbol {symbol!r}.", f"These are traded here: {known}.")
        return book

    def define(self, event: InstrumentDefined) -> None:
        """Know an instrument."""
        self._add(Instrument.from_definition(event))

    def restore_instrument(self, row: InstrumentRow) -> None:
        """Know one from a snapshot."""
        fields = {name: getattr(row, name) for name in Instrument.__struct_fields__}
        self._add(Instrument(**fields))

    def _add(self, instrument: Instrument) -> None:
        book = Book(instrument)
        self.books[instrument.instrument_id] = self._by_symbol[instrument.symbol] = book

    def restore_books(self, rows: Iterable[RestingRow]) -> None:
        """Books of our venue from its resting orders."""
        for row in rows:
            replica = self.books[row.instrument_id].replica
            replica.set_level(row.side, row.price, replica.qty_at(row.side, row.price) + row.displayed_qty)

    def on_delta(self, delta: BookDelta) -> bool:
        """Take a level in; True where it changed the best bid or ask."""
        return self.books[delta.instrument_id].replica.apply_delta(delta)

    def on_snapshot(self, snapshot: BookSnapshot) -> None:
        """Take a whole book in."""
        self.books[snapshot.instrument_id].replica.apply_snapshot(snapshot)

    def on_top(self, instrument_id: int, bid: BookLevel, ask: BookLevel, ts_ns: int) -> None:
        """Take best prices in from a feed that has nothing more."""
        replica = self.books[instrument_id].replica
        replica.clear()
        if bid.price:
            replica.set_level(Side.BUY, bid.price, bid.qty)
        if ask.price:
            replica.set_level(Side.SELL, ask.price, ask.qty)
        self.books[instrument_id].updated_ns = ts_ns

    def follow_bars(self, instrument_id: int, interval_ns: int) -> None:
        """Collect trades into bars from now on."""
        self._series.setdefault((instrument_id, interval_ns), CandleSeries(instrument_id, interval_ns, capacity=1))

    @property
    def followed_by_bars(self) -> frozenset[int]:
        """Instruments whose trades are collected."""
        return frozenset(instrument_id for instrument_id, _ in self._series)

    def on_trade(self, trade: Trade) -> list[Bar]:
        """Take a print into the bars; those that it closed."""
        closed = [
            series.on_trade(trade)
            for (instrument_id, _), series in self._series.items()
            if instrument_id == trade.instrument_id
        ]
        return [bar for bar in closed if bar is not None]

    def next_bar_end_ns(self, now_ns: int) -> int | None:
        """When the next interval with trades in it ends."""
        ends = [
            max(bar.start_ns + bar.interval_ns, now_ns)
            for series in self._series.values()
            if (bar := series.current) is not None
        ]
        return min(ends, default=None)

    def close_bars(self, now_ns: int) -> list[Bar]:
        """The bars whose interval is over."""
        closed = [series.on_time(now_ns) for series in self._series.values()]
        return [bar for bar in closed if bar is not None]
