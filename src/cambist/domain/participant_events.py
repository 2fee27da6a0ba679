"""Facts about participants: their sessions, messages, quotes, trades and fees. Part of the one list in
`cambist.domain.events`.
"""

from __future__ import annotations

from cambist.domain.message import Event
from cambist.domain.vocabulary import Liquidity, Side
from cambist.domain.widths import I64, U32, U64, Blob, Flag, Lots, MoneyE8, Ppm, Text, Ticks, TimeNs, WideMoneyE8


class CancelOnDisconnectChanged(Event, frozen=True, gc=False, kw_only=True):
    """Whether the end of a session cancels the orders of an account."""

    kind = 120
    account_id: U32
    armed: Flag


class SessionEnded(Event, frozen=True, gc=False, kw_only=True):
    """A session of an account has ended; where the account is armed its orders are canceled next."""

    kind = 121
    account_id: U32
    strategy_id: U32
    session: Text


class ThrottleChanged(Event, frozen=True, gc=False, kw_only=True):
    """How many messages an account may send per second; 0 for no limit."""

    kind = 122
    account_id: U32
    messages_per_second: I64


class QuoteAccepted(Event, frozen=True, gc=False, kw_only=True):
    """A quote was taken: the orders that stand for its sides, kept ones and those that come next; 0 for none."""

    kind = 123
    account_id: U32
    strategy_id: U32
    instrument_id: U32
    quote_id: U32
    bid_order_id: U64
    ask_order_id: U64


class QuoteRejected(Event, frozen=True, gc=False, kw_only=True):
    """A mass quote was refused whole and changed nothing."""

    kind = 124
    account_id: U32
    strategy_id: U32
    instrument_id: U32
    reason: U32


class MarketMakerProtectionChanged(Event, frozen=True, gc=False, kw_only=True):
    """When the quotes of an account are pulled. Fields as in SetMarketMakerProtection."""

    kind = 125
    account_id: U32
    instrument_id: U32
    window_ns: TimeNs
    max_fills: I64
    max_qty: Lots
    max_delta: Lots


class ProtectionTriggered(Event, frozen=True, gc=False, kw_only=True):
    """Fills of an account's quotes reached a limit; its quotes on the instrument (0: all) are canceled next. What the
    window held then: fills, lots, and lots bought less lots sold.
    """

    kind = 126
    account_id: U32
    instrument_id: U32
    fills: I64
    qty: Lots
    delta: Lots


class ProtectionReset(Event, frozen=True, gc=False, kw_only=True):
    """An account whose quotes were pulled may quote again."""

    kind = 127
    account_id: U32
    instrument_id: U32


class FeeTiersChanged(Event, frozen=True, gc=False, kw_only=True):
    """A schedule of commission rates by volume. Fields as in SetFeeTiers."""

    kind = 131
    account_id: U32
    tiers: Blob


class FeeTierReached(Event, frozen=True, gc=False, kw_only=True):
    """The rates that an account's schedule gives it from now on, and the volume of 30 days that they are for."""

    kind = 132
    account_id: U32
    volume: WideMoneyE8
    maker_fee: Ppm
    taker_fee: Ppm


class TradeBusted(Event, frozen=True, gc=False, kw_only=True):
    """A trade never was. What its sides give back follows."""

    kind = 128
    trade_id: U64
    instrument_id: U32
    price: Ticks
    qty: Lots
    cause: Text


class TradeCorrected(Event, frozen=True, gc=False, kw_only=True):
    """A trade has another price. What its sides give back and take instead follows."""

    kind = 129
    trade_id: U64
    instrument_id: U32
    previous_price: Ticks
    price: Ticks
    qty: Lots
    cause: Text


class FillAdjusted(Event, frozen=True, gc=False, kw_only=True):
    """One side of a trade that was busted or corrected: its fill is taken back (negative qty, and commission as it is
    given back), or booked at the new price. Orders stay as they are.
    """

    kind = 130
    trade_id: U64
    instrument_id: U32
    account_id: U32
    strategy_id: U32
    side: Side
    liquidity: Liquidity
    price: Ticks
    qty: Lots
    commission: MoneyE8
