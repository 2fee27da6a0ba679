"""From canonical rows back to the engine's state.

Rows are taken as they are: the kernel refuses them where its own snapshot of what comes out is another one.
"""

from __future__ import annotations

from cambist.domain.account import Account
from cambist.domain.fill import Fees
from cambist.domain.instructions import PLAIN, Instructions
from cambist.domain.instrument import Instrument
from cambist.domain.limits import Limits, RateBucket
from cambist.domain.order import Order
from cambist.domain.order_terms import EndedOrder, OrderTerms
from cambist.domain.position import Position
from cambist.domain.strategy import Strategy
from cambist.domain.trading_switch import TradingSwitch
from cambist.engine.reference.adjustments import Adjusted
from cambist.engine.reference.ledger import count
from cambist.engine.reference.market import Market
from cambist.engine.reference.participant_snapshot import restore_participants
from cambist.engine.reference.session_rows import restore_sessions
from cambist.engine.reference.state import EngineState
from cambist.protocols.snapshot import (
    AccountRow,
    AdjustmentRow,
    AssetRow,
    ClosedRow,
    EngineRow,
    FeeRow,
    ForbiddenRow,
    HoldingRow,
    InstructionRow,
    InstrumentRow,
    LimitsRow,
    OrderRow,
    ParametersRow,
    PositionRow,
    SavedStateRow,
    Sections,
    SelfTradeRow,
    StrategyRow,
)


def restore_state(sections: Sections) -> EngineState:
    """Everything but the books, which need their sessions first."""
    state = EngineState()
    _restore_engine(state, sections[EngineRow][0])
    for row in sections[InstrumentRow]:
        state.markets[row.instrument_id] = _market_of(row)
    restore_sessions(state, sections)
    _restore_assets(state, sections)
    for row in sections[AccountRow]:
        state.accounts[row.account_id] = _account_of(row)
    for row in sections[StrategyRow]:
        state.strategies[row.strategy_id] = _strategy_of(row)
    _restore_terms(state, sections)
    for row in sections[PositionRow]:
        _restore_position(state, row)
    instructions = instructions_of(sections)
    for row in sections[OrderRow]:
        _restore_order(state, row, instructions.get(row.order_id, PLAIN))
    for row in sections[ClosedRow]:
        ended = EndedOrder(row.order_id, _terms_of(row, instructions.get(row.order_id, PLAIN)))
        state.client_ids[row.account_id].ended[row.client_order_id] = ended
    restore_participants(state, sections)
    state.saved = {row.slot: row.state for row in sections[SavedStateRow]}
    return state


def instructions_of(sections: Sections) -> dict[int, Instructions]:
    """By order_id; orders without any are not there."""
    return {row.order_id: Instructions.told_by(row) for row in sections[InstructionRow]}


def _restore_engine(state: EngineState, row: EngineRow) -> None:
    state.sequence = row.sequence
    state.log.event_sequence = row.event_sequence
    state.log.now_ns = row.now_ns
    state.next_trade_id = row.next_trade_id
    state.timers.next_valuation_ns = row.next_valuation_ns
    state.timers.next_day_ns = row.next_day_ns
    state.firm = TradingSwitch(row.firm_state, row.firm_killed)


def _market_of(row: InstrumentRow) -> Market:
    market = Market(Instrument(**{name: getattr(row, name) for name in Instrument.__struct_fields__}))
    market.phase = row.phase
    market.is_collecting = False
    market.quote = (row.bid_price, row.ask_price)
    market.last_price = row.last_price
    return market


def _restore_assets(state: EngineState, sections: Sections) -> None:
    state.assets = {row.asset_id: row.name for row in sections[AssetRow]}
    for row in sections[HoldingRow]:
        state.holdings[row.account_id, row.asset_id].balance = row.balance
    for row in sections[AdjustmentRow]:
        adjusted = Adjusted(row.asset_id, row.amount)
        state.adjustments.remember(row.account_id, row.client_adjustment_id, adjusted)


def _account_of(row: AccountRow) -> Account:
    return Account(
        account_id=row.account_id,
        kind=row.account_kind,
        name=row.name,
        balance=row.balance,
        peak_equity=row.peak_equity,
        day_start_equity=row.day_start_equity,
        is_dirty=row.dirty,
        daily_loss_breached=row.daily_loss_breached,
        drawdown_breached=row.drawdown_breached,
        cancels_on_disconnect=row.cancel_on_disconnect,
        switch=TradingSwitch(row.state, row.killed),
        rate=RateBucket(row.rate_ns),
    )


def _strategy_of(row: StrategyRow) -> Strategy:
    return Strategy(
        strategy_id=row.strategy_id,
        account_id=row.account_id,
        name=row.name,
        state=row.state,
        is_dirty=row.dirty,
        daily_loss_breached=row.daily_loss_breached,
        net_pnl=row.net_pnl,
        peak_pnl=row.peak_pnl,
        max_drawdown=row.max_drawdown,
        day_start_pnl=row.day_start_pnl,
        volume=row.volume,
        gross_profit=row.gross_profit,
        gross_loss=row.gross_loss,
        trades=row.trades,
        wins=row.wins,
        switch=TradingSwitch(row.trading_state, row.killed),
        rate=RateBucket(row.rate_ns),
    )


def _restore_terms(state: EngineState, sections: Sections) -> None:
    """Fees, limits, permissions, self-trade prevention and parameters."""
    for row in sections[FeeRow]:
        state.fees.entries[row.account_id, row.instrument_id] = Fees(row.maker_fee, row.taker_fee)
    for row in sections[LimitsRow]:
        state.scopes(row.account_id, row.strategy_id)[0].limits = Limits.told_by(row)
    state.forbidden = {(row.account_id, row.instrument_id) for row in sections[ForbiddenRow]}
    for row in sections[SelfTradeRow]:
        account = state.accounts[row.account_id]
        account.self_trade_mode, account.self_trade_group_id = row.mode, row.group_id
    for row in sections[ParametersRow]:
        state.strategies[row.strategy_id].parameters = row.parameters


def _restore_position(state: EngineState, row: PositionRow) -> None:
    fields = {name: getattr(row, name) for name in PositionRow.__struct_fields__}
    instrument = state.markets[row.instrument_id].instrument
    position = Position(unit_value=instrument.unit_value, is_spot=instrument.is_spot, **fields)
    state.positions[row.account_id, row.strategy_id, row.instrument_id] = position
    count(position, state.scopes(row.account_id, row.strategy_id))


def _restore_order(state: EngineState, row: OrderRow, instructions: Instructions) -> None:
    order = Order(instructions=instructions, **{name: getattr(row, name) for name in OrderRow.__struct_fields__})
    state.orders[order.order_id] = order
    if order.client_order_id:
        state.client_ids[order.account_id].open[order.client_order_id] = order


def _terms_of(row: ClosedRow, instructions: Instructions) -> OrderTerms:
    names = (name for name in OrderTerms.__struct_fields__ if name != "instructions")
    return OrderTerms(instructions=instructions, **{name: getattr(row, name) for name in names})
