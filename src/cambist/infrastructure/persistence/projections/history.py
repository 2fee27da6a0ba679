"""The History port over the projected tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Select, Table, select

from cambist.application.ports.history import Adjustment, FillView, OrderFilter, OrderView
from cambist.domain.instructions import PLAIN, Instructions
from cambist.domain.reasons import Reason, reason_code
from cambist.domain.vocabulary import (
    Contingency,
    Liquidity,
    OffsetUnit,
    OrderFlag,
    OrderStatus,
    OrderType,
    PegReference,
    Side,
    StrategyState,
    TimeInForce,
    TriggerSource,
)
from cambist.infrastructure.persistence.projections.reference import MAX_COLUMN, InstrumentScale
from cambist.infrastructure.persistence.projections.tables import (
    account_values,
    fills,
    instruments,
    order_instructions,
    orders,
    strategies,
)
from cambist.protocols.quotes import arrival_of

_NEUTRAL = InstrumentScale("", 1, 1, 1)
_WHOLE_ORDERS = select(orders, *(column for column in order_instructions.c if column.name != "order_id")).outerjoin(
    order_instructions, orders.c.order_id == order_instructions.c.order_id
)


class SqlHistory:
    """Reads only; safe to share between threads (each call takes a connection of its own)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scales: dict[int, InstrumentScale] = {}

    def order(self, order_id: int) -> OrderView | None:
        """One order by id."""
        rows = self._rows(_WHOLE_ORDERS.where(orders.c.order_id == order_id))
        return self._order_view(rows[0]) if rows else None

    def order_by_client_id(self, account_id: int, client_order_id: str) -> OrderView | None:
        """The newest order under a client id."""
        query = _WHOLE_ORDERS.where(orders.c.account_id == account_id, orders.c.client_order_id == client_order_id)
        rows = self._rows(query.order_by(orders.c.arrival.desc()).limit(1))
        return self._order_view(rows[0]) if rows else None

    def orders(self, wanted: OrderFilter) -> Sequence[OrderView]:
        """Orders newest first."""
        below = None if wanted.before is None else min(arrival_of(wanted.before), MAX_COLUMN)
        conditions = _conditions(orders, orders.c.arrival, wanted, below)
        if wanted.statuses:
            conditions.append(orders.c.status.in_([status.name for status in wanted.statuses]))
        query = _WHOLE_ORDERS.where(*conditions).order_by(orders.c.arrival.desc()).limit(wanted.limit)
        return [self._order_view(row) for row in self._rows(query)]

    def fills(self, wanted: OrderFilter) -> Sequence[FillView]:
        """Fills newest first; statuses do not apply."""
        conditions = _conditions(fills, fills.c.fill_id, wanted, wanted.before)
        query = select(fills).where(*conditions).order_by(fills.c.fill_id.desc()).limit(wanted.limit)
        return [self._fill_view(row) for row in self._rows(query)]

    def strategy_causes(self) -> Mapping[int, tuple[StrategyState, str]]:
        """By strategy_id: the last state, and why it came to it."""
        query = select(strategies.c.strategy_id, strategies.c.state, strategies.c.cause)
        return {row.strategy_id: (StrategyState[row.state], row.cause) for row in self._rows(query)}

    def equity_series(self, account_id: int, since_ns: int, limit: int) -> Sequence[tuple[int, int, int]]:
        """(ts_ns, equity, balance) in 1e-8, oldest first: the newest `limit` points since then."""
        query = (
            select(account_values.c.ts_ns, account_values.c.equity_e8, account_values.c.balance_e8)
            .where(account_values.c.account_id == account_id, account_values.c.ts_ns >= since_ns)
            .order_by(account_values.c.ts_ns.desc())
            .limit(limit)
        )
        return [(row.ts_ns, row.equity_e8, row.balance_e8) for row in reversed(self._rows(query))]

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()

    def _scale(self, instrument_id: int) -> InstrumentScale:
        if instrument_id not in self._scales:
            for row in self._rows(select(instruments)):
                self._scales[row.instrument_id] = InstrumentScale(
                    row.symbol, row.tick_size_e8, row.lot_size_e8, row.unit_value_e8
                )
        return self._scales.get(instrument_id, _NEUTRAL)

    def _order_view(self, row: Row[Any]) -> OrderView:
        scale = self._scale(row.instrument_id)
        return OrderView(
            order_id=row.order_id,
            client_order_id=row.client_order_id,
            account_id=row.account_id,
            strategy_id=row.strategy_id,
            instrument_id=row.instrument_id,
            side=Side[row.side],
            order_type=OrderType[row.order_type],
            time_in_force=TimeInForce[row.time_in_force],
            flags=OrderFlag(row.flags),
            price=_units(row.price_e8, scale.tick_size),
            qty=_units(row.qty_e8, scale.lot_size),
            filled_qty=row.filled_qty_e8 // scale.lot_size,
            filled_value=row.filled_notional_e8 // scale.unit_value,
            commission=row.commission_e8,
            status=OrderStatus[row.status],
            reason=reason_code(row.reason) if row.reason else Reason.NONE,
            expire_ns=row.expire_ns,
            created_ns=row.created_ns,
            updated_ns=row.updated_ns,
            instructions=_instructions(row, scale),
        )

    def _fill_view(self, row: Row[Any]) -> FillView:
        scale = self._scale(row.instrument_id)
        return FillView(
            fill_id=row.fill_id,
            order_id=row.order_id,
            trade_id=row.trade_id,
            account_id=row.account_id,
            strategy_id=row.strategy_id,
            instrument_id=row.instrument_id,
            side=Side[row.side],
            price=row.price_e8 // scale.tick_size,
            qty=row.qty_e8 // scale.lot_size,
            commission=row.commission_e8,
            liquidity=Liquidity[row.liquidity],
            ts_ns=row.ts_ns,
            adjustment=Adjustment(row.adjustment),
        )


def _instructions(row: Row[Any], scale: InstrumentScale) -> Instructions:
    """Those of an order joined with its row of hft_order_instructions, if it has one."""
    if row.contingency is None:
        return PLAIN
    return Instructions(
        trigger_source=TriggerSource[row.trigger_source],
        offset_unit=OffsetUnit[row.offset_unit],
        peg_reference=PegReference[row.peg_reference],
        contingency=Contingency[row.contingency],
        group_id=row.group_id,
        display_qty=_units(row.display_qty_e8, scale.lot_size),
        min_qty=_units(row.min_qty_e8, scale.lot_size),
        trigger_price=_units(row.trigger_price_e8, scale.tick_size),
        offset=row.offset_steps,
    )


def _units(value_e8: int | None, size: int) -> int:
    """Ticks or lots of a column; a refused order's value beyond the column is the largest that fits it."""
    return (MAX_COLUMN if value_e8 is None else value_e8) // size


def _conditions(
    table: Table, key: ColumnElement[int], wanted: OrderFilter, below: int | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.account_id is not None:
        conditions.append(table.c.account_id == wanted.account_id)
    if wanted.strategy_id is not None:
        conditions.append(table.c.strategy_id == wanted.strategy_id)
    if wanted.instrument_id is not None:
        conditions.append(table.c.instrument_id == wanted.instrument_id)
    if wanted.side is not None:
        conditions.append(table.c.side == wanted.side.name)
    if below is not None:
        conditions.append(key < below)
    return conditions
