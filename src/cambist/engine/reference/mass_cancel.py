"""Mass cancels: which orders pass the filter, the same for the desk and for members, and in which order they go
(docs/engine.md sections 5 and 32).
"""

from __future__ import annotations

from typing import Protocol

from cambist.domain.commands import ANY_ACCOUNT, ANY_SIDE, ANY_STRATEGY, MassCancel
from cambist.domain.order import Order
from cambist.domain.reasons import Reason
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.venue_order import VenueOrder

ALL_DESK_ACCOUNTS = 0
ANY_INSTRUMENT = 0


class OrderOwner(Protocol):
    """The desk, or the members' sessions."""

    def matching(self, command: MassCancel) -> list[int]:
        """The orders that pass the filters, by order_id."""

    def cancel_open(self, order_id: int, reason: Reason) -> None:
        """Cancel one of them."""


class MassCancels:
    """Whatever the filter, orders go by order_id, each with its own delta."""

    def __init__(self, state: EngineState, desk: OrderOwner, members: OrderOwner) -> None:
        self._state = state
        self._desk = desk
        self._members = members

    def cancel(self, command: MassCancel, reason: Reason = Reason.REQUESTED) -> Reason:
        """Of one account, of all desk accounts, or of everybody."""
        if command.account_id not in (ALL_DESK_ACCOUNTS, ANY_ACCOUNT, *self._state.accounts):
            return Reason.UNKNOWN_ACCOUNT
        owners = dict.fromkeys(self._desk.matching(command), self._desk)
        if command.account_id != ALL_DESK_ACCOUNTS:
            owners |= dict.fromkeys(self._members.matching(command), self._members)
        for order_id in sorted(owners):
            owners[order_id].cancel_open(order_id, reason)
        return Reason.NONE


def matches(command: MassCancel, order: Order | VenueOrder, strategy_id: int) -> bool:
    """True where an order passes account, strategy, instrument and side."""
    return (
        command.account_id in (ALL_DESK_ACCOUNTS, ANY_ACCOUNT, order.account_id)
        and command.strategy_id in (ANY_STRATEGY, strategy_id)
        and command.instrument_id in (ANY_INSTRUMENT, order.instrument_id)
        and command.side in (ANY_SIDE, order.side)
    )
