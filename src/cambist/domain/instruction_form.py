"""The form of what an order asks beyond a plain one. The gates of desk and venue ask it after `order_form`."""

from __future__ import annotations

from msgspec.structs import replace

from cambist.domain.commands import NewOrder
from cambist.domain.instructions import PLAIN, Instructions
from cambist.domain.order_form import is_price
from cambist.domain.reasons import Reason
from cambist.domain.routed_order import RoutedOrder
from cambist.domain.triggers import BASIS_POINTS_MAX
from cambist.domain.vocabulary import (
    Contingency,
    OffsetUnit,
    OrderFlag,
    OrderType,
    PegReference,
    TimeInForce,
    TriggerSource,
)
from cambist.domain.widths import MAX_PRICE, MAX_QTY

SLICES_MAX = 1_000
"""An iceberg has no more: what one arriving order may set off stays bounded."""


def instruction_reason(
    order: NewOrder | RoutedOrder, instructions: Instructions, *, for_member: bool = False
) -> Reason:
    """The first thing wrong with the instructions of an order, else NONE. Groups are the desk's."""
    if instructions.are_plain and not order.order_type.waits:
        return Reason.NONE
    return (
        _display_reason(order, instructions)
        or _minimum_reason(order, instructions)
        or _trigger_reason(order, instructions)
        or _peg_reason(order, instructions)
        or _contingency_reason(instructions, for_member=for_member)
        or _unread_reason(order, instructions)
    )


def slices_reason(display_qty: int, qty: int) -> Reason:
    """INVALID_DISPLAY_QTY where an order of `qty` lots would have too many slices, else NONE."""
    return Reason.INVALID_DISPLAY_QTY if display_qty and qty > display_qty * SLICES_MAX else Reason.NONE


def _display_reason(order: NewOrder | RoutedOrder, instructions: Instructions) -> Reason:
    display_qty = instructions.display_qty
    if not display_qty:
        return Reason.NONE
    is_lasting = order.time_in_force.may_rest and not order.time_in_force.is_for_auction
    may_rest = is_lasting and order.order_type.may_rest
    may_show = may_rest and not order.flags & OrderFlag.HIDDEN
    if not may_show or not 1 <= display_qty <= MAX_QTY:
        return Reason.INVALID_DISPLAY_QTY
    return slices_reason(display_qty, order.qty)


def _minimum_reason(order: NewOrder | RoutedOrder, instructions: Instructions) -> Reason:
    min_qty = instructions.min_qty
    if not min_qty:
        return Reason.NONE
    waits = order.time_in_force.is_for_auction or order.flags & OrderFlag.POST_ONLY
    may_take_part = order.time_in_force is not TimeInForce.FOK and not waits
    may_take_part = may_take_part and order.order_type is not OrderType.PEGGED
    return Reason.NONE if may_take_part and 1 <= min_qty <= order.qty else Reason.INVALID_MIN_QTY


def _trigger_reason(order: NewOrder | RoutedOrder, instructions: Instructions) -> Reason:
    """Rules trigger.form and trailing.form."""
    if not order.order_type.waits:
        return Reason.NONE
    if order.order_type is OrderType.TRAILING_STOP:
        return _trail_reason(instructions)
    has_offset = instructions.offset or instructions.offset_unit is not OffsetUnit.TICKS
    return Reason.INVALID_TRIGGER if has_offset or not is_price(instructions.trigger_price) else Reason.NONE


def _trail_reason(instructions: Instructions) -> Reason:
    if instructions.trigger_price:
        return Reason.INVALID_TRIGGER
    farthest = MAX_PRICE if instructions.offset_unit is OffsetUnit.TICKS else BASIS_POINTS_MAX
    return Reason.NONE if 1 <= instructions.offset <= farthest else Reason.INVALID_OFFSET


def _peg_reason(order: NewOrder | RoutedOrder, instructions: Instructions) -> Reason:
    """Rule pegged.form."""
    is_far = order.order_type is OrderType.PEGGED and abs(instructions.offset) > MAX_PRICE
    return Reason.INVALID_OFFSET if is_far else Reason.NONE


def _contingency_reason(instructions: Instructions, *, for_member: bool) -> Reason:
    """Rule contingency.form."""
    is_tied = instructions.contingency is not Contingency.NONE
    sound = is_tied is (instructions.group_id != 0) and not (is_tied and for_member)
    return Reason.NONE if sound else Reason.INVALID_CONTINGENCY


def _unread_reason(order: NewOrder | RoutedOrder, instructions: Instructions) -> Reason:
    """What the order's type has no rule for must be left out."""
    unread = replace(instructions, display_qty=0, min_qty=0, contingency=Contingency.NONE, group_id=0)
    if order.order_type.waits:
        unread = replace(
            unread, trigger_source=TriggerSource.LAST, offset_unit=OffsetUnit.TICKS, trigger_price=0, offset=0
        )
    if order.order_type is OrderType.PEGGED:
        unread = replace(unread, peg_reference=PegReference.PRIMARY, offset=0)
    return Reason.NONE if unread == PLAIN else Reason.INVALID_INSTRUCTION
