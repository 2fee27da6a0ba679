"""What an order may ask beyond a plain one: the fields that NewInstructedOrder has and NewOrder has not."""

from __future__ import annotations

import msgspec

from cambist.domain.commands import NewInstructedOrder, NewOrder
from cambist.domain.vocabulary import Contingency, OffsetUnit, PegReference, Side, TriggerSource


class Instructions(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Quantities in lots, prices in ticks; the default of every field is a plain order's."""

    trigger_source: TriggerSource = TriggerSource.LAST
    offset_unit: OffsetUnit = OffsetUnit.TICKS
    peg_reference: PegReference = PegReference.PRIMARY
    contingency: Contingency = Contingency.NONE
    group_id: int = 0
    display_qty: int = 0
    min_qty: int = 0
    trigger_price: int = 0
    offset: int = 0

    @classmethod
    def of(cls, command: NewOrder) -> Instructions:
        """Those of a command."""
        if not isinstance(command, NewInstructedOrder):
            return PLAIN
        return cls.told_by(command)

    @classmethod
    def told_by(cls, record: object) -> Instructions:
        """Those of an event or a snapshot's row, which name the same fields."""
        return cls(**{name: getattr(record, name) for name in INSTRUCTION_FIELDS})

    def added_to(self, order: NewOrder) -> NewOrder:
        """The command that asks for both."""
        if self.are_plain:
            return order
        return NewInstructedOrder(**msgspec.structs.asdict(order), **msgspec.structs.asdict(self))

    def takes_when_pegged(self, side: Side) -> bool:
        """True where a pegged order of `side` reaches what it follows: the other side, and not from behind it."""
        return self.peg_reference is PegReference.OPPOSITE and self.offset * side.sign >= 0

    @property
    def meets_when_pegged(self) -> bool:
        """True where a pegged order that comes to stand at the middle trades with what is there."""
        return self.peg_reference is PegReference.MID and self.offset == 0

    @property
    def are_plain(self) -> bool:
        """True where there are none."""
        return self == PLAIN


INSTRUCTION_FIELDS = tuple(Instructions.__struct_fields__)
PLAIN = Instructions()
