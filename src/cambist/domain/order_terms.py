"""What an order asked for when it was sent: the part that makes a repeated client_order_id the same order."""

from __future__ import annotations

import msgspec

from cambist.domain.commands import NewOrder
from cambist.domain.instructions import PLAIN, Instructions
from cambist.domain.vocabulary import OrderFlag, OrderType, Side, TimeInForce


class OrderTerms(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Price in ticks, qty in lots, expire_ns since the epoch."""

    instrument_id: int
    strategy_id: int
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    flags: OrderFlag
    price: int
    qty: int
    expire_ns: int
    instructions: Instructions = PLAIN

    @classmethod
    def of(cls, command: NewOrder) -> OrderTerms:
        """The terms of a command."""
        return cls(
            instrument_id=command.instrument_id,
            strategy_id=command.strategy_id,
            side=command.side,
            order_type=command.order_type,
            time_in_force=command.time_in_force,
            flags=command.flags,
            price=command.price,
            qty=command.qty,
            expire_ns=command.expire_ns,
            instructions=Instructions.of(command),
        )


class EndedOrder(msgspec.Struct, frozen=True, gc=False):
    """What is remembered of an order that has ended, so that its client_order_id is not used twice."""

    order_id: int
    terms: OrderTerms
