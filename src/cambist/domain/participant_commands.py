"""What can be asked of the engine about participants: their sessions, messages, quotes, trades and fees.

Part of the one list in `cambist.domain.commands`; ids 0 mean "none" or "any" as there.
"""

from __future__ import annotations

from cambist.domain.message import Command
from cambist.domain.vocabulary import OrderFlag
from cambist.domain.widths import I64, U32, U64, Blob, Flag, Lots, Text, Ticks, TimeNs


class SetCancelOnDisconnect(Command, frozen=True, gc=False, kw_only=True):
    """Whether the open orders of an account are canceled when a session of its ends."""

    kind = 30
    account_id: U32
    armed: Flag


class EndSession(Command, frozen=True, gc=False, kw_only=True):
    """A session of an account has ended: what a gateway says when a connection is lost or closed. `strategy_id` names
    whose orders depended on it: ANY_STRATEGY all of the account's, 0 those sent by hand.
    """

    kind = 31
    account_id: U32
    strategy_id: U32
    session: Text


class SetThrottle(Command, frozen=True, gc=False, kw_only=True):
    """How many messages (new orders, amendments, mass quotes) an account may send per second; 0 for no limit."""

    kind = 32
    account_id: U32
    messages_per_second: I64


class MassQuote(Command, frozen=True, gc=False, kw_only=True):
    """State an account's two-sided quotes on an instrument, 1 to 100 entries as `protocols.quotes` packs them. Each
    takes the place of the quote of the same quote_id; the prices of quotes that are not named stand.
    """

    kind = 33
    account_id: U32
    strategy_id: U32 = 0
    """Of desk accounts; members have none."""
    instrument_id: U32
    flags: OrderFlag = OrderFlag.NONE
    """POST_ONLY and REPRICE hold for every order that comes of it; INEXACT flags as in NewOrder."""
    quotes: Blob


class SetMarketMakerProtection(Command, frozen=True, gc=False, kw_only=True):
    """Pull an account's quotes on an instrument (0: on all of them together) once fills of its quotes within a rolling
    window reach a limit; window_ns 0 takes the protection away.
    """

    kind = 34
    account_id: U32
    instrument_id: U32
    window_ns: TimeNs
    max_fills: I64
    """1 to 4,096."""
    max_qty: Lots = 0
    """Lots bought and sold; 0 for no limit."""
    max_delta: Lots = 0
    """Lots bought less lots sold, without sign; 0 for no limit."""


class ResetProtection(Command, frozen=True, gc=False, kw_only=True):
    """Let an account quote again whose quotes were pulled."""

    kind = 35
    account_id: U32
    instrument_id: U32


class SetFeeTiers(Command, frozen=True, gc=False, kw_only=True):
    """Commission rates by traded volume, of an account, or (account 0) of all that have no schedule of their own: up to
    16 tiers as `protocols.fee_tiers` packs them; none takes the schedule away.
    """

    kind = 38
    account_id: U32
    tiers: Blob


class BustTrade(Command, frozen=True, gc=False, kw_only=True):
    """Undo a recent trade of our venue for both of its sides."""

    kind = 36
    trade_id: U64
    cause: Text


class CorrectTrade(Command, frozen=True, gc=False, kw_only=True):
    """Give a recent trade of our venue another price, for both of its sides."""

    kind = 37
    trade_id: U64
    price: Ticks
    cause: Text
