"""The book of a symbol as strategies see it, and what is said when it changes."""

from __future__ import annotations

from decimal import Decimal

from cambist.application.strategy import prices
from cambist.application.strategy.instrument_view import InstrumentView, price_of, qty_of
from cambist.domain.book_replica import BookReplica
from cambist.domain.events import BookDelta
from cambist.domain.instrument import Instrument
from cambist.domain.vocabulary import Side


class Book:
    """The visible book of a symbol as it is now. The same object for the whole life of the process."""

    __slots__ = ("instrument", "replica", "updated_ns")

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.replica = BookReplica(instrument.instrument_id)
        self.updated_ns = 0
        """Engine time of the last change, ns since epoch."""

    @property
    def symbol(self) -> str:
        """Whose book this is."""
        return self.instrument.symbol

    @property
    def is_two_sided(self) -> bool:
        """True where there is a bid and an ask."""
        return self.replica.is_two_sided

    @property
    def best_bid(self) -> Decimal | None:
        """The highest bid, or None."""
        ticks = self.replica.best_bid_price
        return price_of(self.instrument, ticks) if ticks else None

    @property
    def best_ask(self) -> Decimal | None:
        """The lowest ask, or None."""
        ticks = self.replica.best_ask_price
        return price_of(self.instrument, ticks) if ticks else None

    @property
    def bid_qty(self) -> Decimal:
        """What is wanted at the highest bid."""
        return qty_of(self.instrument, self.replica.best_bid_qty)

    @property
    def ask_qty(self) -> Decimal:
        """What is offered at the lowest ask."""
        return qty_of(self.instrument, self.replica.best_ask_qty)

    @property
    def mid(self) -> Decimal | None:
        """Halfway between best bid and best ask, exact (so perhaps between two ticks), or None."""
        if not self.is_two_sided:
            return None
        ticks = Decimal(self.replica.best_bid_price + self.replica.best_ask_price) / 2
        return ticks * Decimal(self.instrument.tick_size).scaleb(-8)

    @property
    def spread(self) -> Decimal | None:
        """Best ask less best bid, or None."""
        return price_of(self.instrument, self.replica.spread) if self.is_two_sided else None

    def bids(self, depth: int = 10) -> list[tuple[Decimal, Decimal]]:
        """(price, qty) of the best levels, best first."""
        return self._levels(Side.BUY, depth)

    def asks(self, depth: int = 10) -> list[tuple[Decimal, Decimal]]:
        """(price, qty) of the best levels, best first."""
        return self._levels(Side.SELL, depth)

    def bid_minus_bps(self, bps: float) -> Decimal | None:
        """A price `bps` basis points below the best bid, rounded down; None without a bid."""
        return self._below(self.replica.best_bid_price, bps)

    def ask_plus_bps(self, bps: float) -> Decimal | None:
        """A price `bps` basis points above the best ask, rounded up; None without an ask."""
        return self._above(self.replica.best_ask_price, bps)

    def mid_minus_bps(self, bps: float) -> Decimal | None:
        """A price to buy at, `bps` basis points below the middle, rounded down; None unless two-sided."""
        mid = self.mid
        return None if mid is None else self.round_to_tick(float(mid) * (1 - bps / 10_000), Side.BUY)

    def mid_plus_bps(self, bps: float) -> Decimal | None:
        """A price to sell at, `bps` basis points above the middle, rounded up; None unless two-sided."""
        mid = self.mid
        return None if mid is None else self.round_to_tick(float(mid) * (1 + bps / 10_000), Side.SELL)

    def round_to_tick(self, price: Decimal | int | float, side: Side) -> Decimal:
        """The nearest price on the grid that is no more aggressive than `price`: a buy down, a sell up."""
        return prices.round_to_tick(self.instrument, price, side)

    def _levels(self, side: Side, depth: int) -> list[tuple[Decimal, Decimal]]:
        return [
            (price_of(self.instrument, level.price), qty_of(self.instrument, level.qty))
            for level in self.replica.depth(side, depth)
        ]

    def _below(self, ticks: int, bps: float) -> Decimal | None:
        return price_of(self.instrument, prices.ticks_below(ticks, bps)) if ticks else None

    def _above(self, ticks: int, bps: float) -> Decimal | None:
        return price_of(self.instrument, prices.ticks_above(ticks, bps)) if ticks else None


class TopOfBook(InstrumentView):
    """Best bid and ask as they just became. A price is None where that side is empty."""

    __slots__ = ("ask_lots", "ask_ticks", "bid_lots", "bid_ticks", "ts_ns")

    def __init__(self, instrument: Instrument, replica: BookReplica, ts_ns: int) -> None:
        super().__init__(instrument)
        self.bid_ticks, self.bid_lots = replica.best_bid_price, replica.best_bid_qty
        self.ask_ticks, self.ask_lots = replica.best_ask_price, replica.best_ask_qty
        self.ts_ns = ts_ns

    @property
    def bid_price(self) -> Decimal | None:
        """The highest bid."""
        return price_of(self.instrument, self.bid_ticks) if self.bid_ticks else None

    @property
    def ask_price(self) -> Decimal | None:
        """The lowest ask."""
        return price_of(self.instrument, self.ask_ticks) if self.ask_ticks else None

    @property
    def bid_qty(self) -> Decimal:
        """At the highest bid."""
        return qty_of(self.instrument, self.bid_lots)

    @property
    def ask_qty(self) -> Decimal:
        """At the lowest ask."""
        return qty_of(self.instrument, self.ask_lots)


class LevelChange(InstrumentView):
    """One level of a book as it is now; qty 0: it is gone."""

    __slots__ = ("_delta",)

    def __init__(self, instrument: Instrument, delta: BookDelta) -> None:
        super().__init__(instrument)
        self._delta = delta

    @property
    def side(self) -> Side:
        """Which side of the book."""
        return self._delta.side

    @property
    def price(self) -> Decimal:
        """Of the level."""
        return price_of(self.instrument, self._delta.price)

    @property
    def qty(self) -> Decimal:
        """The level's total."""
        return qty_of(self.instrument, self._delta.qty)
