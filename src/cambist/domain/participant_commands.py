"""What can be asked of the engine about participants: their sessions, messages, quotes, trades and fees.

Part of the one list in `cambist.domain.commands`; ids 0 mean "none" or "any" as there.
"""

from __future__ import annotations

from cambist.domain.message import Command
from cambist.domain.widths import I64, U32, Flag, Text


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
