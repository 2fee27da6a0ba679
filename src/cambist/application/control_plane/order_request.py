"""An order as people and programs ask for it, in names and decimal text, and the command that it becomes."""

from __future__ import annotations

import msgspec

from cambist.domain.commands import NewOrder
from cambist.domain.instructions import Instructions
from cambist.domain.instrument import Instrument
from cambist.domain.order_amounts import OrderAmounts
from cambist.domain.vocabulary import (
    Contingency,
    OffsetUnit,
    OrderFlag,
    OrderType,
    PegReference,
    Side,
    TimeInForce,
    TriggerSource,
)

BY_HAND = 0
"""The strategy id of orders that people and programs send."""


class OrderRequest(msgspec.Struct, frozen=True, kw_only=True):
    """None takes the default. `offset` counts ticks or basis points, as `offset_unit` says."""

    symbol: str
    side: Side
    order_type: OrderType
    qty: str
    price: str | None = None
    time_in_force: TimeInForce | None = None
    expire_ns: int = 0
    post_only: bool = False
    reduce_only: bool = False
    hidden: bool = False
    reprice: bool = False
    display_qty: str | None = None
    min_qty: str | None = None
    trigger_price: str | None = None
    trigger_source: TriggerSource = TriggerSource.LAST
    offset: int = 0
    offset_unit: OffsetUnit = OffsetUnit.TICKS
    peg_reference: PegReference = PegReference.PRIMARY
    contingency: Contingency = Contingency.NONE
    group_id: int = 0
    client_order_id: str = ""
    account: str | None = None


def new_order(request: OrderRequest, instrument: Instrument, account_id: int) -> NewOrder:
    """Text becomes ticks and lots; what does not fit the grid goes on flagged, for the gate to refuse. Raises
    ValueOutOfRange where text is no number.
    """
    amounts = OrderAmounts(instrument.ticks, instrument.lots)
    price, qty = amounts.ticks(request.price), amounts.lots(request.qty)
    instructions = _instructions(request, amounts)
    asked = OrderFlag.asked(
        post_only=request.post_only, reduce_only=request.reduce_only, hidden=request.hidden, reprice=request.reprice
    )
    order = NewOrder(
        instrument_id=instrument.instrument_id,
        account_id=account_id,
        strategy_id=BY_HAND,
        side=request.side,
        order_type=request.order_type,
        time_in_force=_default_time_in_force(request) if request.time_in_force is None else request.time_in_force,
        flags=amounts.flags | asked,
        price=price,
        qty=qty,
        expire_ns=request.expire_ns,
        client_order_id=request.client_order_id,
    )
    return instructions.added_to(order)


def _instructions(request: OrderRequest, amounts: OrderAmounts) -> Instructions:
    return Instructions(
        trigger_source=request.trigger_source,
        offset_unit=request.offset_unit,
        peg_reference=request.peg_reference,
        contingency=request.contingency,
        group_id=request.group_id,
        display_qty=amounts.lots(request.display_qty),
        min_qty=amounts.lots(request.min_qty),
        trigger_price=amounts.ticks(request.trigger_price),
        offset=request.offset,
    )


def _default_time_in_force(request: OrderRequest) -> TimeInForce:
    return TimeInForce.IOC if request.order_type is OrderType.MARKET else TimeInForce.GTC
