"""An order as people and programs ask for it, in names and decimal text, and the command that it becomes."""

from __future__ import annotations

import msgspec

from cambist.domain.commands import NewOrder
from cambist.domain.grid import Snapped
from cambist.domain.instructions import Instructions
from cambist.domain.instrument import Instrument, inexact_flags
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

_NONE = Snapped(0, True)


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
    grid = _Grid(instrument)
    price, qty = grid.ticks(request.price), grid.lots(request.qty)
    instructions = _instructions(request, grid)
    order = NewOrder(
        instrument_id=instrument.instrument_id,
        account_id=account_id,
        strategy_id=BY_HAND,
        side=request.side,
        order_type=request.order_type,
        time_in_force=_default_time_in_force(request) if request.time_in_force is None else request.time_in_force,
        flags=grid.flags | _flags(request),
        price=price,
        qty=qty,
        expire_ns=request.expire_ns,
        client_order_id=request.client_order_id,
    )
    return instructions.added_to(order)


class _Grid:
    """Snaps amounts, and remembers what did not fit."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self.flags = OrderFlag.NONE

    def ticks(self, price: str | None) -> int:
        """0 where there is none."""
        snapped = _NONE if price is None else self._instrument.ticks(price)
        self.flags |= inexact_flags(snapped, _NONE)
        return snapped.steps

    def lots(self, qty: str | None) -> int:
        """0 where there is none."""
        snapped = _NONE if qty is None else self._instrument.lots(qty)
        self.flags |= inexact_flags(None, snapped)
        return snapped.steps


def _instructions(request: OrderRequest, grid: _Grid) -> Instructions:
    return Instructions(
        trigger_source=request.trigger_source,
        offset_unit=request.offset_unit,
        peg_reference=request.peg_reference,
        contingency=request.contingency,
        group_id=request.group_id,
        display_qty=grid.lots(request.display_qty),
        min_qty=grid.lots(request.min_qty),
        trigger_price=grid.ticks(request.trigger_price),
        offset=request.offset,
    )


def _flags(request: OrderRequest) -> OrderFlag:
    asked = (
        (request.post_only, OrderFlag.POST_ONLY),
        (request.reduce_only, OrderFlag.REDUCE_ONLY),
        (request.hidden, OrderFlag.HIDDEN),
        (request.reprice, OrderFlag.REPRICE),
    )
    flags = OrderFlag.NONE
    for is_asked, flag in asked:
        flags |= flag if is_asked else OrderFlag.NONE
    return flags


def _default_time_in_force(request: OrderRequest) -> TimeInForce:
    return TimeInForce.IOC if request.order_type is OrderType.MARKET else TimeInForce.GTC
