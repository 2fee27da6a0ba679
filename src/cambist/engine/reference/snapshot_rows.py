"""The engine's state as the canonical rows of protocols/snapshot.py."""

from __future__ import annotations

from typing import TypeVar

from cambist.domain.account import Account
from cambist.domain.instructions import INSTRUCTION_FIELDS, Instructions
from cambist.domain.limits import Limits
from cambist.domain.order import Order
from cambist.domain.order_terms import EndedOrder
from cambist.domain.strategy import Strategy
from cambist.engine.reference.market import Market
from cambist.engine.reference.participant_snapshot import participant_rows
from cambist.engine.reference.session_rows import session_rows
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.venue_order import VenueOrder
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
    PeggedRow,
    PositionRow,
    RestingRow,
    SavedStateRow,
    Sections,
    SelfTradeRow,
    StrategyRow,
    WaitingRow,
)

T = TypeVar("T")
_ORDER_FIELDS = tuple(OrderRow.__struct_fields__)
_CLOSED_TERMS = tuple(
    name for name in ClosedRow.__struct_fields__ if name not in ("order_id", "account_id", "client_order_id")
)
_LIMIT_FIELDS = tuple(Limits.__struct_fields__)
_RESTING_FIELDS = tuple(RestingRow.__struct_fields__)


def rows_of(state: EngineState) -> Sections:
    """Every section, sorted as its row class says."""
    accounts, strategies = _by_key(state.accounts), _by_key(state.strategies)
    return {
        EngineRow: [_engine_row(state)],
        InstrumentRow: [_instrument_row(market) for market in _by_key(state.markets)],
        AccountRow: [_account_row(account) for account in accounts],
        FeeRow: _fee_rows(state),
        LimitsRow: _limits_rows(accounts, strategies),
        ForbiddenRow: [ForbiddenRow(account_id=pair[0], instrument_id=pair[1]) for pair in sorted(state.forbidden)],
        SelfTradeRow: [_self_trade_row(account) for account in accounts if account.has_self_trade_rule],
        StrategyRow: [_strategy_row(strategy) for strategy in strategies],
        ParametersRow: [
            ParametersRow(strategy_id=strategy.strategy_id, parameters=strategy.parameters)
            for strategy in strategies
            if strategy.parameters is not None
        ],
        PositionRow: _position_rows(state),
        OrderRow: [_order_row(order) for order in _by_key(state.orders)],
        RestingRow: [_resting_row(order) for market in _by_key(state.markets) for order in market.book.orders()],
        ClosedRow: [
            _closed_row(account_id, name, ended)
            for account_id in sorted(state.client_ids)
            for name, ended in state.client_ids[account_id].ended.items()
        ],
        **session_rows(state.breaker, _by_key(state.markets)),
        SavedStateRow: [SavedStateRow(slot=slot, state=state.saved[slot]) for slot in sorted(state.saved)],
        InstructionRow: _instruction_rows(state),
        WaitingRow: [entry.row for entry in _by_key(state.waiting)],
        **participant_rows(state, accounts),
        AssetRow: [AssetRow(asset_id=asset_id, name=state.assets[asset_id]) for asset_id in sorted(state.assets)],
        HoldingRow: _holding_rows(state),
        PeggedRow: [_pegged_row(order) for order in _by_key(state.resting_pegs | state.parked)],
        AdjustmentRow: _adjustment_rows(state),
    }


def _by_key(table: dict[int, T]) -> list[T]:
    return [table[key] for key in sorted(table)]


def _engine_row(state: EngineState) -> EngineRow:
    return EngineRow(
        sequence=state.sequence,
        event_sequence=state.log.event_sequence,
        now_ns=state.log.now_ns,
        next_trade_id=state.next_trade_id,
        next_valuation_ns=state.timers.next_valuation_ns,
        next_day_ns=state.timers.next_day_ns,
        firm_state=state.firm.state,
        firm_killed=state.firm.is_killed,
    )


def _instrument_row(market: Market) -> InstrumentRow:
    instrument = market.instrument
    bid_price, ask_price = market.quote
    return InstrumentRow(
        instrument_id=instrument.instrument_id,
        venue=instrument.venue,
        phase=market.phase,
        defined_phase=instrument.defined_phase,
        matching=instrument.matching,
        top_order_priority=instrument.top_order_priority,
        instrument_kind=instrument.instrument_kind,
        tick_size=instrument.tick_size,
        lot_size=instrument.lot_size,
        unit_value=instrument.unit_value,
        min_notional=instrument.min_notional,
        max_order_qty=instrument.max_order_qty,
        price_band=instrument.price_band,
        reference_price=instrument.reference_price,
        minimum_allocation=instrument.minimum_allocation,
        base_asset_id=instrument.base_asset_id,
        quote_asset_id=instrument.quote_asset_id,
        max_fee=instrument.max_fee,
        bid_price=bid_price,
        ask_price=ask_price,
        last_price=market.last_price,
        symbol=instrument.symbol,
    )


def _account_row(account: Account) -> AccountRow:
    return AccountRow(
        account_id=account.account_id,
        account_kind=account.kind,
        state=account.switch.state,
        killed=account.switch.is_killed,
        dirty=account.is_dirty,
        daily_loss_breached=account.daily_loss_breached,
        drawdown_breached=account.drawdown_breached,
        cancel_on_disconnect=account.cancels_on_disconnect,
        balance=account.balance,
        peak_equity=account.peak_equity,
        day_start_equity=account.day_start_equity,
        rate_ns=account.rate.paid_until_ns,
        name=account.name,
    )


def _self_trade_row(account: Account) -> SelfTradeRow:
    return SelfTradeRow(
        account_id=account.account_id, mode=account.self_trade_mode, group_id=account.self_trade_group_id
    )


def _fee_rows(state: EngineState) -> list[FeeRow]:
    return [
        FeeRow(account_id=key[0], instrument_id=key[1], maker_fee=fees.maker_fee, taker_fee=fees.taker_fee)
        for key, fees in sorted(state.fees.entries.items())
    ]


def _limits_rows(accounts: list[Account], strategies: list[Strategy]) -> list[LimitsRow]:
    keyed = [((account.account_id, 0), account.limits) for account in accounts]
    keyed += [((strategy.account_id, strategy.strategy_id), strategy.limits) for strategy in strategies]
    return [
        LimitsRow(account_id=key[0], strategy_id=key[1], **{name: getattr(limits, name) for name in _LIMIT_FIELDS})
        for key, limits in sorted(keyed, key=lambda entry: entry[0])
        if limits is not None
    ]


def _strategy_row(strategy: Strategy) -> StrategyRow:
    return StrategyRow(
        strategy_id=strategy.strategy_id,
        account_id=strategy.account_id,
        state=strategy.state,
        trading_state=strategy.switch.state,
        killed=strategy.switch.is_killed,
        dirty=strategy.is_dirty,
        daily_loss_breached=strategy.daily_loss_breached,
        net_pnl=strategy.net_pnl,
        peak_pnl=strategy.peak_pnl,
        max_drawdown=strategy.max_drawdown,
        day_start_pnl=strategy.day_start_pnl,
        volume=strategy.volume,
        gross_profit=strategy.gross_profit,
        gross_loss=strategy.gross_loss,
        trades=strategy.trades,
        wins=strategy.wins,
        rate_ns=strategy.rate.paid_until_ns,
        name=strategy.name,
    )


def _position_rows(state: EngineState) -> list[PositionRow]:
    names = PositionRow.__struct_fields__
    return [
        PositionRow(**{name: getattr(state.positions[key], name) for name in names}) for key in sorted(state.positions)
    ]


def _order_row(order: Order) -> OrderRow:
    return OrderRow(**{name: getattr(order, name) for name in _ORDER_FIELDS})


def _holding_rows(state: EngineState) -> list[HoldingRow]:
    return [
        HoldingRow(account_id=account_id, asset_id=asset_id, balance=holding.balance)
        for (account_id, asset_id), holding in sorted(state.holdings.items(), key=lambda item: item[0])
        if holding.balance
    ]


def _adjustment_rows(state: EngineState) -> list[AdjustmentRow]:
    return [
        AdjustmentRow(account_id=account_id, client_adjustment_id=used, **adjusted._asdict())
        for account_id, used, adjusted in state.adjustments
    ]


def _instruction_rows(state: EngineState) -> list[InstructionRow]:
    known: dict[int, Instructions] = {}
    known |= {order_id: order.instructions for order_id, order in state.orders.items()}
    known |= {order.order_id: order.instructions for order in state.venue_orders()}
    for ids in state.client_ids.values():
        known |= {ended.order_id: ended.terms.instructions for ended in ids.ended.values()}
    return [
        InstructionRow(order_id=order_id, **{name: getattr(known[order_id], name) for name in INSTRUCTION_FIELDS})
        for order_id in sorted(known)
        if not known[order_id].are_plain
    ]


def _pegged_row(order: VenueOrder) -> PeggedRow:
    return PeggedRow(**{name: getattr(order, name) for name in PeggedRow.__struct_fields__})


def _resting_row(order: VenueOrder) -> RestingRow:
    return RestingRow(**{name: getattr(order, name) for name in _RESTING_FIELDS})


def _closed_row(account_id: int, client_order_id: str, ended: EndedOrder) -> ClosedRow:
    return ClosedRow(
        order_id=ended.order_id,
        account_id=account_id,
        client_order_id=client_order_id,
        **{name: getattr(ended.terms, name) for name in _CLOSED_TERMS},
    )
