"""The enumerations of trading, in the field's own words (FIX first).

Every value has a stable number, used in packed records and snapshots, and a stable upper-case name,
used in REST, WebSocket, SQL and logs. Numbers are never reused.
"""

from __future__ import annotations

from enum import STRICT, IntEnum, IntFlag


class Side(IntEnum):
    """Which way an order trades."""

    BUY = 0
    SELL = 1

    @property
    def opposite(self) -> Side:
        """The side this one trades against."""
        return Side.SELL if self is Side.BUY else Side.BUY

    @property
    def sign(self) -> int:
        """+1 for BUY, -1 for SELL: the direction in which a fill moves a position."""
        return 1 if self is Side.BUY else -1


class OrderType(IntEnum):
    """How an order is priced. MARKET_TO_LIMIT takes the best price there is, and rests there with what is left. Those
    from STOP to LIMIT_IF_TOUCHED wait for a trigger first, and are then a MARKET or a LIMIT order. PEGGED follows
    the market.
    """

    LIMIT = 0
    MARKET = 1
    STOP = 2
    STOP_LIMIT = 3
    TRAILING_STOP = 4
    MARKET_IF_TOUCHED = 5
    LIMIT_IF_TOUCHED = 6
    MARKET_TO_LIMIT = 7
    PEGGED = 8

    @property
    def is_priced(self) -> bool:
        """True where the sender gives a limit price."""
        return self in (OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.LIMIT_IF_TOUCHED)

    @property
    def waits(self) -> bool:
        """True where it waits for a trigger before it enters the market."""
        return OrderType.STOP <= self <= OrderType.LIMIT_IF_TOUCHED

    @property
    def is_amended_by_trigger(self) -> bool:
        """True where the price of an amendment is the trigger price, for want of a limit price."""
        return self in (OrderType.STOP, OrderType.MARKET_IF_TOUCHED)

    @property
    def may_rest(self) -> bool:
        """False for MARKET, and for what becomes a MARKET order."""
        return self.is_priced or not (self is OrderType.MARKET or self.waits)


class TimeInForce(IntEnum):
    """How long an order lives. DAY is until the day's end; AT_OPEN and AT_CLOSE are for one auction only."""

    GTC = 0
    IOC = 1
    FOK = 2
    GTD = 3
    DAY = 4
    AT_OPEN = 5
    AT_CLOSE = 6

    @property
    def may_rest(self) -> bool:
        """False for IOC and FOK, which never rest in the book."""
        return self not in (TimeInForce.IOC, TimeInForce.FOK)

    @property
    def is_for_auction(self) -> bool:
        """True for orders that end with the auction they are for."""
        return self in (TimeInForce.AT_OPEN, TimeInForce.AT_CLOSE)


class OrderFlag(IntFlag, boundary=STRICT):
    """What an order asks beyond type and time in force.

    The two INEXACT flags are set by an edge that met a decimal off the tick or lot grid: the command
    is still journaled and the gate refuses it, so that the refusal is a fact like any other.
    """

    NONE = 0
    POST_ONLY = 1
    REDUCE_ONLY = 2
    PRICE_INEXACT = 4
    QTY_INEXACT = 8
    HIDDEN = 16
    REPRICE = 32

    @classmethod
    def asked(
        cls, *, post_only: bool = False, reduce_only: bool = False, hidden: bool = False, reprice: bool = False
    ) -> OrderFlag:
        """Those that an edge takes by name."""
        named = (
            (post_only, cls.POST_ONLY),
            (reduce_only, cls.REDUCE_ONLY),
            (hidden, cls.HIDDEN),
            (reprice, cls.REPRICE),
        )
        flags = cls.NONE
        for is_asked, flag in named:
            flags |= flag if is_asked else cls.NONE
        return flags


INEXACT_FLAGS = OrderFlag.PRICE_INEXACT | OrderFlag.QTY_INEXACT


class OrderStatus(IntEnum):
    """Where an order is in its life."""

    PENDING_NEW = 0
    NEW = 1
    PARTIALLY_FILLED = 2
    FILLED = 3
    PENDING_CANCEL = 4
    CANCELED = 5
    PENDING_REPLACE = 6
    REJECTED = 7
    DENIED = 8
    EXPIRED = 9
    TRIGGERED = 10
    SUSPENDED = 11

    @property
    def is_closed(self) -> bool:
        """True where nothing can happen to the order any more."""
        return self in _CLOSED

    @property
    def is_in_flight(self) -> bool:
        """True where a request to the venue is unanswered."""
        return self in (OrderStatus.PENDING_NEW, OrderStatus.PENDING_CANCEL, OrderStatus.PENDING_REPLACE)


_CLOSED = frozenset(
    {OrderStatus.FILLED, OrderStatus.CANCELED, OrderStatus.REJECTED, OrderStatus.DENIED, OrderStatus.EXPIRED}
)


class Liquidity(IntEnum):
    """Whether a fill gave liquidity or took it, or came from an auction, where nobody does either."""

    MAKER = 0
    TAKER = 1
    AUCTION = 2


class AccountKind(IntEnum):
    """DESK accounts are the firm's: gated, with positions and P&L. MEMBER accounts only trade on the venue."""

    DESK = 0
    MEMBER = 1


class VenueKind(IntEnum):
    """Where an instrument trades: on our own matching venue, or on one that reports from outside."""

    INTERNAL = 0
    EXTERNAL = 1


class InstrumentKind(IntEnum):
    """What a trade does: PERPETUAL makes a position on margin, SPOT moves both assets between the accounts."""

    PERPETUAL = 0
    SPOT = 1


class Phase(IntEnum):
    """The trading session of an instrument on our venue. Cancels are admitted in every phase."""

    PRE_OPEN = 0
    CONTINUOUS = 1
    HALTED = 2
    CLOSED = 3
    OPENING_AUCTION = 4
    VOLATILITY_AUCTION = 5
    CLOSING_AUCTION = 6

    @property
    def is_auction(self) -> bool:
        """True where orders are collected for one price."""
        return self in _AUCTIONS

    @property
    def takes_orders(self) -> bool:
        """True where new orders and amendments are admitted."""
        return self is Phase.CONTINUOUS or self.is_auction


_AUCTIONS = frozenset({Phase.OPENING_AUCTION, Phase.VOLATILITY_AUCTION, Phase.CLOSING_AUCTION})


class TradingState(IntEnum):
    """What the desk may do: everything, only reduce positions, or only cancel."""

    ACTIVE = 0
    REDUCING = 1
    HALTED = 2


class StrategyState(IntEnum):
    """The life of a strategy. Only RUNNING may send orders; ERROR is left through STOPPED."""

    STOPPED = 0
    RUNNING = 1
    PAUSED = 2
    ERROR = 3


class ReportKind(IntEnum):
    """What an outside venue says about one of our orders."""

    ACCEPTED = 0
    REJECTED = 1
    FILLED = 2
    CANCELED = 3
    EXPIRED = 4
    REPLACED = 5
    CANCEL_REJECTED = 6
    REPLACE_REJECTED = 7


class MatchingRule(IntEnum):
    """Who trades first at one price: the oldest order, or all of them in proportion to their size."""

    PRICE_TIME = 0
    PRO_RATA = 1


class SelfTradeMode(IntEnum):
    """What happens where an arriving order would meet one of its own account or group."""

    CANCEL_NEWEST = 0
    CANCEL_OLDEST = 1
    CANCEL_BOTH = 2
    DECREMENT = 3


class TriggerSource(IntEnum):
    """Which price a waiting order watches: the last trade, the mark, or the best of the side it would trade with."""

    LAST = 0
    MARK = 1
    BID_ASK = 2


class OffsetUnit(IntEnum):
    """What an offset is counted in: ticks, or hundredths of a percent of the price it is taken from."""

    TICKS = 0
    BASIS_POINTS = 1


class PegReference(IntEnum):
    """What a pegged order follows: the best price of its own side, of the other side, or the middle of both."""

    PRIMARY = 0
    OPPOSITE = 1
    MID = 2


class Contingency(IntEnum):
    """What ties the orders of a group: nothing, one cancels the other, or a parent that brings its children to life."""

    NONE = 0
    OCO = 1
    PARENT = 2
    CHILD = 3


class PositionSide(IntEnum):
    """The sign of a position, as a word."""

    FLAT = 0
    LONG = 1
    SHORT = 2

    @classmethod
    def of(cls, qty: int) -> PositionSide:
        """The side of a signed quantity."""
        if qty == 0:
            return cls.FLAT
        return cls.LONG if qty > 0 else cls.SHORT
