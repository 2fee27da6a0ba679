"""Orders, fills and positions."""

from __future__ import annotations

from typing import Any

import msgspec

from cambist.application.control_plane.position_table import PositionView
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.ports.history import Adjustment, FillView, OrderView
from cambist.domain.grid import e8_text
from cambist.domain.instrument import Instrument
from cambist.domain.reasons import reason_name
from cambist.domain.vocabulary import Contingency, OrderFlag, OrderType, PositionSide
from cambist.presentation.http.shapes.text import average_price_text, placeholder


class Order(msgspec.Struct, kw_only=True):
    """An order of the desk."""

    order_id: str
    client_order_id: str | None
    account: str
    strategy: str | None
    symbol: str
    side: str
    order_type: str
    time_in_force: str
    post_only: bool
    reduce_only: bool
    hidden: bool
    reprice: bool
    display_qty: str | None
    min_qty: str | None
    trigger_price: str | None
    trigger_source: str | None
    offset: int | None
    offset_unit: str | None
    peg_reference: str | None
    peg_limit: str | None
    contingency: str | None
    group_id: int | None
    price: str | None
    qty: str
    filled_qty: str
    leaves_qty: str
    avg_price: str | None
    commission: str
    status: str
    reason: str | None
    expire_time: str | None
    created_at: str
    updated_at: str


class Fill(msgspec.Struct, kw_only=True):
    """One fill of an order of the desk."""

    fill_id: str
    order_id: str
    trade_id: str
    account: str
    strategy: str | None
    symbol: str
    side: str
    price: str
    qty: str
    commission: str
    liquidity: str
    adjustment: str | None
    time: str


class Position(msgspec.Struct, kw_only=True):
    """What an account, or a strategy in it, holds of one instrument."""

    account: str
    strategy: str | None
    symbol: str
    side: str
    qty: str
    entry_price: str | None
    mark_price: str
    notional: str
    unrealised_pnl: str
    realised_pnl: str


def order_shape(model: ReadModel, order: OrderView) -> Order:
    """Call while reading the model."""
    instrument = _instrument(model, order.instrument_id)
    leaves = 0 if order.status.is_closed else order.qty - order.filled_qty
    is_filled = order.filled_qty > 0
    return Order(
        order_id=str(order.order_id),
        client_order_id=order.client_order_id or None,
        account=model.accounts.name_of(order.account_id),
        strategy=_strategy_name(model, order.strategy_id),
        symbol=instrument.symbol,
        side=order.side.name,
        order_type=order.order_type.name,
        time_in_force=order.time_in_force.name,
        post_only=bool(order.flags & OrderFlag.POST_ONLY),
        reduce_only=bool(order.flags & OrderFlag.REDUCE_ONLY),
        hidden=bool(order.flags & OrderFlag.HIDDEN),
        reprice=bool(order.flags & OrderFlag.REPRICE),
        **_instruction_fields(instrument, order),
        price=instrument.price_text(order.price) if order.price or order.order_type is OrderType.LIMIT else None,
        qty=instrument.qty_text(order.qty),
        filled_qty=instrument.qty_text(order.filled_qty),
        leaves_qty=instrument.qty_text(leaves),
        avg_price=average_price_text(instrument, order.filled_value, order.filled_qty) if is_filled else None,
        commission=e8_text(order.commission),
        status=order.status.name,
        reason=reason_name(order.reason) if order.reason else None,
        expire_time=str(order.expire_ns) if order.expire_ns else None,
        created_at=str(order.created_ns),
        updated_at=str(order.updated_ns),
    )


def _instruction_fields(instrument: Instrument, order: OrderView) -> dict[str, Any]:
    """What an order asks beyond a plain one; None for what it does not."""
    asked = order.instructions
    follows = order.order_type in (OrderType.TRAILING_STOP, OrderType.PEGGED)
    watches = order.order_type.waits
    is_tied = asked.contingency is not Contingency.NONE
    return {
        "display_qty": instrument.qty_text(asked.display_qty) if asked.display_qty else None,
        "min_qty": instrument.qty_text(asked.min_qty) if asked.min_qty else None,
        "trigger_price": instrument.price_text(asked.trigger_price) if asked.trigger_price else None,
        "trigger_source": asked.trigger_source.name if watches else None,
        "offset": asked.offset if follows else None,
        "offset_unit": asked.offset_unit.name if follows else None,
        "peg_reference": asked.peg_reference.name if order.order_type is OrderType.PEGGED else None,
        "peg_limit": instrument.price_text(order.peg_limit) if order.peg_limit and not order.status.is_closed else None,
        "contingency": asked.contingency.name if is_tied else None,
        "group_id": asked.group_id if is_tied else None,
    }


def fill_shape(model: ReadModel, fill: FillView) -> Fill:
    """Call while reading the model."""
    instrument = _instrument(model, fill.instrument_id)
    return Fill(
        fill_id=str(fill.fill_id),
        order_id=str(fill.order_id),
        trade_id=str(fill.trade_id),
        account=model.accounts.name_of(fill.account_id),
        strategy=_strategy_name(model, fill.strategy_id),
        symbol=instrument.symbol,
        side=fill.side.name,
        price=instrument.price_text(fill.price),
        qty=instrument.qty_text(fill.qty),
        commission=e8_text(fill.commission),
        liquidity=fill.liquidity.name,
        adjustment=None if fill.adjustment is Adjustment.NONE else fill.adjustment.value,
        time=str(fill.ts_ns),
    )


def position_shape(model: ReadModel, position: PositionView) -> Position:
    """Call while reading the model."""
    instrument = _instrument(model, position.instrument_id)
    entry = None
    if position.qty:
        entry = average_price_text(instrument, position.cost, position.qty * position.unit_value)
    return Position(
        account=model.accounts.name_of(position.account_id),
        strategy=_strategy_name(model, position.strategy_id),
        symbol=instrument.symbol,
        side=PositionSide.of(position.qty).name,
        qty=instrument.qty_text(position.qty),
        entry_price=entry,
        mark_price=instrument.price_text(position.mark_price),
        notional=e8_text(position.notional),
        unrealised_pnl=e8_text(position.unrealised_pnl),
        realised_pnl=e8_text(position.realised_pnl),
    )


def _instrument(model: ReadModel, instrument_id: int) -> Instrument:
    return model.instruments.get(instrument_id) or placeholder(instrument_id)


def _strategy_name(model: ReadModel, strategy_id: int) -> str | None:
    strategy = model.strategies.get(strategy_id)
    return strategy.name if strategy else None
