"""A read model from the engine's snapshot, and the newest of the past from the History: how a process starts."""

from __future__ import annotations

from cambist.application.control_plane.equity_series import CAPACITY as EQUITY_POINTS
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.risk_table import FIRM
from cambist.application.ports.history import History, OrderFilter
from cambist.domain.durations import DAY_NS
from cambist.domain.vocabulary import AccountKind, OrderStatus
from cambist.protocols.participant_rows import (
    FeeTierRow,
    ProtectionRow,
    QuoteRow,
    ThrottleRow,
    TradeRow,
    VolumeRow,
)
from cambist.protocols.quotes import arrival_of
from cambist.protocols.session_rows import (
    CircuitBreakerRow,
    HeldRow,
    PhaseRow,
    ScheduleRow,
    SessionRow,
    VolatilityGuardRow,
)
from cambist.protocols.snapshot import (
    AccountRow,
    AssetRow,
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
    Sections,
    SelfTradeRow,
    StrategyRow,
    WaitingRow,
    decode_snapshot,
)
from cambist.protocols.standing_orders import standing_terms

REMEMBERED = 1_000
"""Ended orders and fills that are taken from the History, so that lists begin with something."""


def restore(model: ReadModel, snapshot: bytes, history: History | None) -> None:
    """Fill an empty model with the state that a snapshot holds. Call before subscribing it to the host.

    Raises ValueOutOfRange where the bytes are not a snapshot.
    """
    _, sections = decode_snapshot(snapshot)
    (engine,) = sections[EngineRow]
    _restore_markets(model, sections)
    _restore_accounts(model, sections, engine)
    _restore_participants(model, sections, engine)
    _restore_orders(model, sections, engine, history)
    model.start_at(engine.now_ns, engine.sequence)
    if history is not None and engine.sequence:
        _remember(model, history, engine)


def _restore_markets(model: ReadModel, sections: Sections) -> None:
    for row in sections[InstrumentRow]:
        model.instruments.define(row)
        model.markets.open(row.instrument_id).restore(row)
        model.sessions.open(row)
    display_qtys = {row.order_id: row.display_qty for row in sections[InstructionRow]}
    for row in sections[RestingRow]:
        model.markets.restore_resting(row, display_qtys.get(row.order_id, 0))
    resting = {row.order_id for row in sections[RestingRow]}
    for pegged in sections[PeggedRow]:
        if pegged.order_id not in resting:
            model.markets.restore_parked(pegged, display_qtys.get(pegged.order_id, 0))
    for waiting in sections[WaitingRow]:
        model.markets.restore_waiting(waiting, display_qtys.get(waiting.order_id, 0))
    for order in sections[OrderRow]:
        if order.status is OrderStatus.SUSPENDED:
            model.markets.restore_suspended(order, display_qtys.get(order.order_id, 0))
    _restore_sessions(model, sections)
    for row in sections[HeldRow]:
        model.markets.feed.restore_held(row.order_id, row.instrument_id, row.side, row.price, row.leaves_qty)


def _restore_sessions(model: ReadModel, sections: Sections) -> None:
    for row in sections[SessionRow]:
        model.markets[row.instrument_id].is_collecting = row.is_collecting
        model.sessions.restore(row)
    for calendar in sections[ScheduleRow]:
        model.sessions.set_schedule(calendar)
    for guard in sections[VolatilityGuardRow]:
        model.sessions.restore_guard(guard)
    for phase in sections[PhaseRow]:
        model.sessions.restore_phase(phase)
    for breaker in sections[CircuitBreakerRow]:
        model.circuit_breaker.restore(breaker)


def _restore_accounts(model: ReadModel, sections: Sections, engine: EngineRow) -> None:
    model.risk.restore_switch(FIRM, engine.firm_state, killed=engine.firm_killed)
    for row in sections[AccountRow]:
        model.accounts.restore(row)
        if row.account_kind is AccountKind.DESK:
            model.risk.restore_switch(row.account_id, row.state, killed=row.killed)
    for row in sections[LimitsRow]:
        model.risk.set_limits(row)
    for row in sections[ForbiddenRow]:
        model.risk.restore_forbidden(row)
    for row in sections[PositionRow]:
        model.positions.restore(row)
    for row in sections[AssetRow]:
        model.holdings.define(row)
    for row in sections[HoldingRow]:
        model.holdings.restore(row)
    for row in sections[StrategyRow]:
        unrealised = sum(
            position.unrealised_pnl for position in model.positions.on_margin(row.account_id, row.strategy_id)
        )
        model.strategies.restore(row, unrealised)
        model.risk.restore_switch(row.account_id, row.trading_state, killed=row.killed, strategy_id=row.strategy_id)
    for row in sections[ParametersRow]:
        model.strategies.restore_parameters(row.strategy_id, row.parameters)


def _restore_participants(model: ReadModel, sections: Sections, engine: EngineRow) -> None:
    participants = model.participants
    for row in sections[AccountRow]:
        participants.restore(row)
    for throttle in sections[ThrottleRow]:
        participants.restore_throttle(throttle)
    for self_trade in sections[SelfTradeRow]:
        participants.restore_self_trade(self_trade)
    for fees in sections[FeeRow]:
        participants.restore_fees(fees)
    for protection in sections[ProtectionRow]:
        participants.restore_protection(protection)
    today = engine.next_day_ns // DAY_NS - 1
    participants.restore_schedules(sections[FeeTierRow], sections[VolumeRow], today)
    for trade in sections[TradeRow]:
        model.trades.restore(trade)


def _restore_orders(model: ReadModel, sections: Sections, engine: EngineRow, history: History | None) -> None:
    terms = standing_terms(sections)
    for row in sorted(sections[OrderRow], key=lambda row: arrival_of(row.order_id)):
        past = history.order(row.order_id) if history is not None else None
        created_ns = past.created_ns if past else engine.now_ns
        updated_ns = past.updated_ns if past else engine.now_ns
        model.orders.restore(row, created_ns, updated_ns, terms[row.order_id])
    for row in sections[QuoteRow]:
        if model.accounts.get(row.account_id) is not None:
            model.quotes.put(row)


def _remember(model: ReadModel, history: History, engine: EngineRow) -> None:
    """Orders that the History still calls open but the engine does not have ended while it lagged: they are left to
    the History, which learns how.
    """
    model.orders.complete_above = arrival_of(engine.sequence + 1) - 1
    model.fills.complete_above = engine.event_sequence
    past = history.orders(OrderFilter(limit=REMEMBERED))
    model.orders.remember_closed(order for order in past if order.status.is_closed)
    for fill in reversed(history.fills(OrderFilter(limit=REMEMBERED))):
        model.fills.remember(fill)
    model.strategies.remember_causes(history.strategy_causes())
    for account in model.accounts:
        series = history.equity_series(account.account_id, 0, EQUITY_POINTS)
        points = [(ts_ns, equity) for ts_ns, equity, _ in series if ts_ns <= engine.now_ns]
        model.equity.remember(account.account_id, points, account.day_start_equity, engine.now_ns)
    model.equity.combine()
