"""What a snapshot's open orders ask beyond a plain one, as it was last amended. For whoever rebuilds a view of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import msgspec

from cambist.domain.instructions import PLAIN, Instructions
from cambist.domain.vocabulary import OrderType
from cambist.protocols.snapshot import InstructionRow, OrderRow, PeggedRow, Sections


class StandingTerms(msgspec.Struct, frozen=True):
    """Instructions with the trigger price there is now, and how far a pegged order follows (0 for any distance)."""

    instructions: Instructions = PLAIN
    peg_limit: int = 0


_PLAIN_TERMS = StandingTerms()


def standing_terms(sections: Sections) -> Mapping[int, StandingTerms]:
    """Terms by order_id; those of a plain order for every other id."""
    asked = {row.order_id: Instructions.told_by(row) for row in sections[InstructionRow]}
    peg_limits = {row.order_id: row.limit_price for row in sections[PeggedRow]}
    terms = {
        row.order_id: StandingTerms(
            _present_instructions(row, asked.get(row.order_id, PLAIN)), _peg_limit(row, peg_limits)
        )
        for row in sections[OrderRow]
        if row.order_id in asked or row.order_type is OrderType.PEGGED
    }
    return defaultdict(lambda: _PLAIN_TERMS, terms)


def _present_instructions(row: OrderRow, asked: Instructions) -> Instructions:
    """As asked, but for a trigger price that was amended: such an order reserves at the present one."""
    if not row.order_type.is_amended_by_trigger or not row.gate_price:
        return asked
    return msgspec.structs.replace(asked, trigger_price=row.gate_price)


def _peg_limit(row: OrderRow, at_the_venue: Mapping[int, int]) -> int:
    """A pegged order that waits for its parent is not at the venue: its price is its limit still."""
    return at_the_venue.get(row.order_id, row.price) if row.order_type is OrderType.PEGGED else 0
