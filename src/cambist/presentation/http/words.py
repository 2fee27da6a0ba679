"""The words that requests may use: the enumerations of trading, read in any case."""

from __future__ import annotations

from enum import StrEnum

from cambist.domain import vocabulary


class Word(StrEnum):
    """Enumerations are read in any case."""

    @classmethod
    def _missing_(cls, value: object) -> Word | None:
        return cls.__members__.get(value.upper()) if isinstance(value, str) else None


class Side(Word):
    """BUY or SELL."""

    BUY = "BUY"
    SELL = "SELL"


class OrderType(Word):
    """How an order is priced."""

    LIMIT = "LIMIT"
    MARKET = "MARKET"
    STOP = "STOP"
    STOP_LIMIT = "STOP_LIMIT"
    TRAILING_STOP = "TRAILING_STOP"
    MARKET_IF_TOUCHED = "MARKET_IF_TOUCHED"
    LIMIT_IF_TOUCHED = "LIMIT_IF_TOUCHED"
    MARKET_TO_LIMIT = "MARKET_TO_LIMIT"
    PEGGED = "PEGGED"


class TimeInForce(Word):
    """How long an order lives."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"
    GTD = "GTD"
    DAY = "DAY"
    AT_OPEN = "AT_OPEN"
    AT_CLOSE = "AT_CLOSE"


class TriggerSource(Word):
    """Which price a waiting order watches."""

    LAST = "LAST"
    MARK = "MARK"
    BID_ASK = "BID_ASK"


class OffsetUnit(Word):
    """What an offset is counted in."""

    TICKS = "TICKS"
    BASIS_POINTS = "BASIS_POINTS"


class PegReference(Word):
    """What a pegged order follows."""

    PRIMARY = "PRIMARY"
    OPPOSITE = "OPPOSITE"
    MID = "MID"


class Contingency(Word):
    """What ties the orders of a group."""

    NONE = "NONE"
    OCO = "OCO"
    PARENT = "PARENT"
    CHILD = "CHILD"


class Phase(Word):
    """The trading session of an instrument."""

    PRE_OPEN = "PRE_OPEN"
    CONTINUOUS = "CONTINUOUS"
    HALTED = "HALTED"
    CLOSED = "CLOSED"
    OPENING_AUCTION = "OPENING_AUCTION"
    VOLATILITY_AUCTION = "VOLATILITY_AUCTION"
    CLOSING_AUCTION = "CLOSING_AUCTION"


class SelfTradeMode(Word):
    """What happens where an arriving order would meet one of its own."""

    CANCEL_NEWEST = "CANCEL_NEWEST"
    CANCEL_OLDEST = "CANCEL_OLDEST"
    CANCEL_BOTH = "CANCEL_BOTH"
    DECREMENT = "DECREMENT"


class MatchingRule(Word):
    """Who trades first at one price."""

    PRICE_TIME = "PRICE_TIME"
    PRO_RATA = "PRO_RATA"


class TradingState(Word):
    """What the desk may do."""

    ACTIVE = "ACTIVE"
    REDUCING = "REDUCING"
    HALTED = "HALTED"


class StatusWord(Word):
    """A status of an order, or one of the groups open and closed."""

    PENDING_NEW = "PENDING_NEW"
    NEW = "NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    PENDING_CANCEL = "PENDING_CANCEL"
    CANCELED = "CANCELED"
    PENDING_REPLACE = "PENDING_REPLACE"
    REJECTED = "REJECTED"
    DENIED = "DENIED"
    EXPIRED = "EXPIRED"
    TRIGGERED = "TRIGGERED"
    SUSPENDED = "SUSPENDED"
    OPEN = "OPEN"
    CLOSED = "CLOSED"

    @property
    def statuses(self) -> frozenset[vocabulary.OrderStatus]:
        """What it stands for."""
        if self is StatusWord.OPEN:
            return frozenset(status for status in vocabulary.OrderStatus if not status.is_closed)
        if self is StatusWord.CLOSED:
            return frozenset(status for status in vocabulary.OrderStatus if status.is_closed)
        return frozenset({vocabulary.OrderStatus[self.name]})
