"""What hooks are handed: amounts as Decimal at the edge, the integers of the engine inside."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from cambist.application.strategy import prices
from cambist.domain.book_replica import BookReplica
from cambist.domain.events import BookDelta, OrderFilled, Trade
from cambist.domain.instrument import Instrument
from cambist.domain.market_data import Bar
from cambist.domain.vocabulary import Liquidity, PositionSide, Side

if TYPE_CHECKING:
    from cambist.application.strategy.order_handle import OrderHandle


def _price(instrument: Instrument, ticks: int) -> Decimal:
    return Decimal(instrument.price_text(ticks))


def _qty(instrument: Instrument, lots: int) -> Decimal:
    return Decimal(instrument.qty_text(lots))


def _money(amount_e8: int) -> Decimal:
    return Decimal(amount_e8).scaleb(-8)


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
        return _price(self.instrument, ticks) if ticks else None

    @property
    def best_ask(self) -> Decimal | None:
        """The lowest ask, or None."""
        ticks = self.replica.best_ask_price
        return _price(self.instrument, ticks) if ticks else None

    @property
    def bid_qty(self) -> Decimal:
        """What is wanted at the highest bid."""
        return _qty(self.instrument, self.replica.best_bid_qty)

    @property
    def ask_qty(self) -> Decimal:
        """What is offered at the lowest ask."""
        return _qty(self.instrument, self.replica.best_ask_qty)

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
        return _price(self.instrument, self.replica.spread) if self.is_two_sided else None

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
            (_price(self.instrument, level.price), _qty(self.instrument, level.qty))
            for level in self.replica.depth(side, depth)
        ]

    def _below(self, ticks: int, bps: float) -> Decimal | None:
        return _price(self.instrument, prices.ticks_below(ticks, bps)) if ticks else None

    def _above(self, ticks: int, bps: float) -> Decimal | None:
        return _price(self.instrument, prices.ticks_above(ticks, bps)) if ticks else None


class _OfInstrument:
    """Something that happened to one instrument."""

    __slots__ = ("instrument",)

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument

    @property
    def symbol(self) -> str:
        """What it is about."""
        return self.instrument.symbol


class TopOfBook(_OfInstrument):
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
        return _price(self.instrument, self.bid_ticks) if self.bid_ticks else None

    @property
    def ask_price(self) -> Decimal | None:
        """The lowest ask."""
        return _price(self.instrument, self.ask_ticks) if self.ask_ticks else None

    @property
    def bid_qty(self) -> Decimal:
        """At the highest bid."""
        return _qty(self.instrument, self.bid_lots)

    @property
    def ask_qty(self) -> Decimal:
        """At the lowest ask."""
        return _qty(self.instrument, self.ask_lots)


class LevelChange(_OfInstrument):
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
        return _price(self.instrument, self._delta.price)

    @property
    def qty(self) -> Decimal:
        """The level's total."""
        return _qty(self.instrument, self._delta.qty)


class Print(_OfInstrument):
    """A trade of the market, ours or not."""

    __slots__ = ("_trade",)

    def __init__(self, instrument: Instrument, trade: Trade) -> None:
        super().__init__(instrument)
        self._trade = trade

    @property
    def price(self) -> Decimal:
        """Where it traded."""
        return _price(self.instrument, self._trade.price)

    @property
    def qty(self) -> Decimal:
        """How much."""
        return _qty(self.instrument, self._trade.qty)

    @property
    def aggressor(self) -> Side:
        """The side that took liquidity."""
        return self._trade.aggressor

    @property
    def ts_ns(self) -> int:
        """When, ns since epoch."""
        return self._trade.now_ns


class Candle(_OfInstrument):
    """The trades of one interval that is over."""

    __slots__ = ("_bar",)

    def __init__(self, instrument: Instrument, bar: Bar) -> None:
        super().__init__(instrument)
        self._bar = bar

    @property
    def start_ns(self) -> int:
        """When the interval began, ns since epoch."""
        return self._bar.start_ns

    @property
    def open(self) -> Decimal:
        """First price."""
        return _price(self.instrument, self._bar.open)

    @property
    def high(self) -> Decimal:
        """Highest price."""
        return _price(self.instrument, self._bar.high)

    @property
    def low(self) -> Decimal:
        """Lowest price."""
        return _price(self.instrument, self._bar.low)

    @property
    def close(self) -> Decimal:
        """Last price."""
        return _price(self.instrument, self._bar.close)

    @property
    def volume(self) -> Decimal:
        """Quantity traded."""
        return _qty(self.instrument, self._bar.volume)

    @property
    def trade_count(self) -> int:
        """How many trades."""
        return self._bar.trade_count


class Fill(_OfInstrument):
    """A fill of one of the strategy's own orders."""

    __slots__ = ("_event", "order")

    def __init__(self, order: OrderHandle, event: OrderFilled) -> None:
        super().__init__(order.instrument)
        self.order = order
        self._event = event

    @property
    def side(self) -> Side:
        """Of the order."""
        return self._event.side

    @property
    def price(self) -> Decimal:
        """Of this fill."""
        return _price(self.instrument, self._event.last_price)

    @property
    def qty(self) -> Decimal:
        """Of this fill."""
        return _qty(self.instrument, self._event.last_qty)

    @property
    def leaves_qty(self) -> Decimal:
        """What the order still wants."""
        return _qty(self.instrument, self._event.leaves_qty)

    @property
    def commission(self) -> Decimal:
        """What it cost in the quote asset; negative is a rebate."""
        return _money(self._event.commission)

    @property
    def is_maker(self) -> bool:
        """True where the order rested."""
        return self._event.liquidity is Liquidity.MAKER

    @property
    def ts_ns(self) -> int:
        """When, ns since epoch."""
        return self._event.now_ns


class PositionView(_OfInstrument):
    """What the strategy holds of a symbol. Kept up to date: the same object for the whole life of the process."""

    __slots__ = ("_book", "cost", "lots", "total_realised")

    def __init__(self, book: Book) -> None:
        super().__init__(book.instrument)
        self._book = book
        self.lots = 0
        self.cost = 0
        """Signed, in 1e-8."""
        self.total_realised = 0
        """In 1e-8, before commission."""

    @property
    def qty(self) -> Decimal:
        """Positive is long, negative is short."""
        return _qty(self.instrument, self.lots)

    @property
    def side(self) -> PositionSide:
        """LONG, SHORT or FLAT."""
        return PositionSide.of(self.lots)

    @property
    def is_flat(self) -> bool:
        """True where nothing is held."""
        return self.lots == 0

    @property
    def entry_price(self) -> Decimal | None:
        """Average price of what is held, or None."""
        if not self.lots:
            return None
        ticks = Decimal(self.cost) / Decimal(self.lots * self.instrument.unit_value)
        return ticks * Decimal(self.instrument.tick_size).scaleb(-8)

    @property
    def realised_pnl(self) -> Decimal:
        """Of everything closed so far, before commission."""
        return _money(self.total_realised)

    @property
    def unrealised_pnl(self) -> Decimal:
        """Profit if it were closed at the middle of the book; 0 while there is none."""
        mid = self._book.replica.mid
        return _money(self.lots * mid * self.instrument.unit_value - self.cost) if self.lots and mid else Decimal(0)


class AccountView:
    """The account that the strategy trades through, as the engine last stated it (valued once per second)."""

    __slots__ = ("balance_e8", "equity_e8", "margin_e8", "name")

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.balance_e8 = 0
        self.equity_e8 = 0
        self.margin_e8 = 0

    @property
    def balance(self) -> Decimal:
        """Deposits, realised P&L and commission."""
        return _money(self.balance_e8)

    @property
    def equity(self) -> Decimal:
        """Balance and unrealised P&L."""
        return _money(self.equity_e8)

    @property
    def margin_required(self) -> Decimal:
        """Held against positions and open orders."""
        return _money(self.margin_e8)
