"""Whether the rows of a snapshot fit together: what they name is there, and what says the same thing twice says the
same (docs/engine.md section 12).
"""

from __future__ import annotations

from collections.abc import Iterator

from cambist.domain.instructions import PLAIN, Instructions
from cambist.domain.instrument import is_plain_text
from cambist.domain.order_form import MAX_CLIENT_ORDER_ID_CHARACTERS
from cambist.domain.triggers import trailing_price
from cambist.domain.vocabulary import OrderFlag, OrderType
from cambist.domain.widths import MAX_I64, MAX_PRICE, MAX_QTY
from cambist.engine.reference.row_bounds import is_price
from cambist.engine.reference.state import EngineState
from cambist.protocols.participant_rows import ProtectionRow, TradeRow
from cambist.protocols.session_rows import HeldRow
from cambist.protocols.snapshot import (
    AdjustmentRow,
    ClosedRow,
    FeeRow,
    ForbiddenRow,
    HoldingRow,
    OrderRow,
    PeggedRow,
    PositionRow,
    RestingRow,
    Sections,
    StrategyRow,
    WaitingRow,
)

VenueRow = RestingRow | HeldRow | WaitingRow | PeggedRow


class RowReferences:
    """Judges the rows against the state that was built from them, but for its books. May raise LookupError, for what
    is not there.
    """

    def __init__(self, state: EngineState, sections: Sections, instructions: dict[int, Instructions]) -> None:
        self._state = state
        self._sections = sections
        self._instructions = instructions

    def hold(self) -> bool:
        """True where they do."""
        return all(self._judgements())

    def _judgements(self) -> Iterator[bool]:
        yield from self._definitions()
        yield from self._accounts()
        yield from (self._is_order(row) for row in self._sections[OrderRow])
        yield from (_is_client_id(row.client_order_id) for row in self._sections[ClosedRow])
        yield from (self._is_unused(row) for row in self._sections[ClosedRow])
        yield self._are_venue_orders()
        yield from (self._is_trade(row) for row in self._sections[TradeRow])

    def _definitions(self) -> Iterator[bool]:
        """Instruments, with their calendars and guards."""
        for market in self._state.markets.values():
            schedule = market.schedule
            yield market.instrument.is_well_formed and market.guard.is_well_formed
            yield (market.next_step_ns > 0) is (schedule is not None)
            yield schedule is None or bool(schedule.steps)
        breaker = self._state.breaker
        if breaker is not None:
            yield breaker.is_well_formed and all(market.day_price > 0 for market in self._state.markets.values())

    def _accounts(self) -> Iterator[bool]:
        """What is of an account, and of nobody."""
        state, sections = self._state, self._sections
        yield from (row.account_id in state.accounts for row in sections[StrategyRow])
        yield from (row.account_id in state.accounts for row in sections[FeeRow])
        yield from (row.instrument_id == 0 or row.instrument_id in state.markets for row in sections[FeeRow])
        for row in sections[ForbiddenRow]:
            yield row.account_id in state.accounts and row.instrument_id in state.markets
        for row in sections[PositionRow]:
            is_desk = state.accounts[row.account_id].is_desk
            yield is_desk and state.is_strategy_of(row.strategy_id, row.account_id)
        yield from (row.account_id in state.accounts for row in sections[HoldingRow])
        for row in (*sections[HoldingRow], *sections[AdjustmentRow]):
            yield row.asset_id in state.assets
        for row in sections[AdjustmentRow]:
            yield state.accounts[row.account_id].is_desk and bool(row.client_adjustment_id)
            yield _is_client_id(row.client_adjustment_id)
        for row in sections[ProtectionRow]:
            yield state.protections[row.account_id, row.instrument_id].is_well_formed

    def _is_order(self, row: OrderRow) -> bool:
        """What it may take fits, as the gate has made sure."""
        instrument = self._state.markets[row.instrument_id].instrument
        notional = row.gate_price * (row.qty - row.filled_qty) * instrument.unit_value
        is_owned = self._state.accounts[row.account_id].is_desk
        is_owned &= self._state.is_strategy_of(row.strategy_id, row.account_id)
        return is_owned and notional <= MAX_I64 and _is_client_id(row.client_order_id) and self._is_asked(row.order_id)

    def _is_unused(self, row: ClosedRow) -> bool:
        return row.account_id in self._state.accounts and (
            row.client_order_id not in self._state.client_ids[row.account_id].open
        )

    def _is_asked(self, order_id: int) -> bool:
        """Whether an open order may have been sent with its instructions."""
        asked = self._instructions.get(order_id, PLAIN)
        quantities = 0 <= asked.display_qty <= MAX_QTY and 0 <= asked.min_qty <= MAX_QTY
        return quantities and is_price(asked.trigger_price) and abs(asked.offset) <= MAX_PRICE

    def _are_venue_orders(self) -> bool:
        """Each order stands in one place, and is the desk's order of the same id where it is the desk's."""
        resting = {row.order_id: row for row in (*self._sections[RestingRow], *self._sections[HeldRow])}
        pegged, waiting = self._sections[PeggedRow], self._sections[WaitingRow]
        parked = [row for row in pegged if row.order_id not in resting]
        rows: list[VenueRow] = [*self._sections[RestingRow], *self._sections[HeldRow], *waiting, *parked]
        return (
            len({row.order_id for row in rows}) == len(rows)
            and all(map(self._is_venue_order, rows))
            and all(row.order_type.waits and row.order_id in self._instructions for row in waiting)
            and all(resting[row.order_id].order_type is OrderType.PEGGED for row in pegged if row.order_id in resting)
            and all(map(self._shows_its_slice, self._sections[RestingRow]))
            and all(map(self._has_followed, waiting))
        )

    def _is_venue_order(self, row: VenueRow) -> bool:
        account, market = self._state.accounts[row.account_id], self._state.markets[row.instrument_id]
        order = self._state.orders.get(row.order_id)
        if order is None:
            return not account.is_desk and self._is_asked(row.order_id)
        leaves = row.qty if isinstance(row, WaitingRow) else row.leaves_qty
        same = (row.account_id, market.instrument.instrument_id, row.side, leaves)
        return same == (order.account_id, order.instrument_id, order.side, order.leaves_qty)

    def _shows_its_slice(self, row: RestingRow) -> bool:
        """An iceberg some of what is left, a hidden order nothing, any other everything."""
        if self._instructions.get(row.order_id, PLAIN).display_qty:
            return row.displayed_qty > 0
        return row.displayed_qty == (0 if row.flags & OrderFlag.HIDDEN else row.leaves_qty)

    def _has_followed(self, row: WaitingRow) -> bool:
        """A trailing stop triggers at its distance from the best it has seen; no other has seen anything."""
        if row.order_type is not OrderType.TRAILING_STOP or not row.best_price:
            return row.best_price == 0 and (row.order_type is not OrderType.TRAILING_STOP or row.trigger_price == 0)
        asked = self._instructions[row.order_id]
        return row.trigger_price == trailing_price(row.side, row.best_price, asked.offset, asked.offset_unit)

    def _is_trade(self, row: TradeRow) -> bool:
        instrument = self._state.markets[row.instrument_id].instrument
        sides = (
            (row.maker_account_id, row.maker_strategy_id),
            (row.taker_account_id, row.taker_strategy_id),
        )
        return row.price * row.qty * instrument.unit_value <= MAX_I64 and all(
            account_id in self._state.accounts and self._state.is_strategy_of(strategy_id, account_id)
            for account_id, strategy_id in sides
        )


def _is_client_id(text: str) -> bool:
    return not text or is_plain_text(text, MAX_CLIENT_ORDER_ID_CHARACTERS)
