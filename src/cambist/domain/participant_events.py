"""Facts about participants: their sessions, messages, quotes, trades and fees. Part of the one list in
`cambist.domain.events`.
"""

from __future__ import annotations

from cambist.domain.message import Event
from cambist.domain.widths import I64, U32, Flag, Text


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
