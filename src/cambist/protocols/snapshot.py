"""The canonical snapshot: one byte string per engine state, the same from both kernels.

Layout, little-endian: the magic `CMBSNAP1`, engine version u32, section count u32; then per section, in the
order of `SECTIONS`, its row count u64 and its rows; a row is `tail size u32 | reserved u32 | fixed part | tail |
zeros to a multiple of 8`, its fixed part as `layout` says. Rows are sorted as each class documents, so equal
states give equal bytes. What can be derived (aggregates per level, counts, reserved notionals) is not stored.
"""

from __future__ import annotations

import struct
from typing import Any

from cambist.domain.errors import ValueOutOfRange
from cambist.domain.vocabulary import (
    AccountKind,
    Contingency,
    InstrumentKind,
    MatchingRule,
    OffsetUnit,
    OrderFlag,
    OrderStatus,
    OrderType,
    PegReference,
    Phase,
    SelfTradeMode,
    Side,
    StrategyState,
    TimeInForce,
    TradingState,
    TriggerSource,
    VenueKind,
)
from cambist.domain.widths import (
    I64,
    I128,
    U32,
    U64,
    Blob,
    Flag,
    Lots,
    MoneyE8,
    Ppm,
    Text,
    Ticks,
    TimeNs,
    WideMoneyE8,
)
from cambist.protocols.layout import layout_of
from cambist.protocols.participant_rows import (
    FeeTierRow,
    ProtectionFillRow,
    ProtectionRow,
    QuoteRow,
    ThrottleRow,
    TradeRow,
    VolumeRow,
)
from cambist.protocols.session_rows import (
    CircuitBreakerRow,
    HeldRow,
    PhaseRow,
    ScheduleRow,
    SessionRow,
    VolatilityGuardRow,
)
from cambist.protocols.snapshot_row import Row

MAGIC = b"CMBSNAP1"
_PREFIX = struct.Struct("<8sII")
_COUNT = struct.Struct("<Q")
_ROW = struct.Struct("<II")


class EngineRow(Row, frozen=True, gc=False, kw_only=True):
    """The one row of the first section."""

    sequence: U64
    event_sequence: U64
    now_ns: TimeNs
    next_trade_id: U64
    next_valuation_ns: TimeNs
    next_day_ns: TimeNs
    firm_state: TradingState
    firm_killed: Flag


class InstrumentRow(Row, frozen=True, gc=False, kw_only=True):
    """By instrument_id. bid and ask are stored for EXTERNAL instruments only (else 0); phase is the present one,
    defined_phase the one of the definition.
    """

    instrument_id: U32
    venue: VenueKind
    phase: Phase
    defined_phase: Phase
    matching: MatchingRule
    top_order_priority: Flag
    instrument_kind: InstrumentKind
    tick_size: MoneyE8
    lot_size: I64
    unit_value: MoneyE8
    min_notional: MoneyE8
    max_order_qty: Lots
    price_band: Ppm
    reference_price: Ticks
    minimum_allocation: Lots
    base_asset_id: U32
    quote_asset_id: U32
    max_fee: Ppm
    bid_price: Ticks
    ask_price: Ticks
    last_price: Ticks
    symbol: Text


class AccountRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id. MEMBER accounts keep zeros and ACTIVE."""

    account_id: U32
    account_kind: AccountKind
    state: TradingState
    killed: Flag
    dirty: Flag
    daily_loss_breached: Flag
    drawdown_breached: Flag
    cancel_on_disconnect: Flag
    balance: WideMoneyE8
    peak_equity: WideMoneyE8
    day_start_equity: WideMoneyE8
    rate_ns: TimeNs
    name: Text


class FeeRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id, instrument_id."""

    account_id: U32
    instrument_id: U32
    maker_fee: Ppm
    taker_fee: Ppm


class LimitsRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id, strategy_id; only where set."""

    account_id: U32
    strategy_id: U32
    max_order_notional: MoneyE8
    max_position_notional: MoneyE8
    max_exposure_notional: MoneyE8
    max_daily_loss: MoneyE8
    max_drawdown: Ppm
    leverage: I64
    max_open_orders: I64
    max_orders_per_second: I64


class ForbiddenRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id, instrument_id: the pairs that are forbidden."""

    account_id: U32
    instrument_id: U32


class SelfTradeRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id; only where mode or group are not the default."""

    account_id: U32
    mode: SelfTradeMode
    group_id: U32


class StrategyRow(Row, frozen=True, gc=False, kw_only=True):
    """By strategy_id."""

    strategy_id: U32
    account_id: U32
    state: StrategyState
    trading_state: TradingState
    killed: Flag
    dirty: Flag
    daily_loss_breached: Flag
    net_pnl: WideMoneyE8
    peak_pnl: WideMoneyE8
    max_drawdown: WideMoneyE8
    day_start_pnl: WideMoneyE8
    volume: WideMoneyE8
    gross_profit: WideMoneyE8
    gross_loss: WideMoneyE8
    trades: U64
    wins: U64
    rate_ns: TimeNs
    name: Text


class ParametersRow(Row, frozen=True, gc=False, kw_only=True):
    """By strategy_id; only where set."""

    strategy_id: U32
    parameters: Text


class PositionRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id, strategy_id, instrument_id; every position that ever had a fill. mark_price is the one it was
    last valued at.
    """

    account_id: U32
    strategy_id: U32
    instrument_id: U32
    qty: Lots
    mark_price: Ticks
    cost: WideMoneyE8
    realised_pnl: WideMoneyE8
    commission: WideMoneyE8


class OrderRow(Row, frozen=True, gc=False, kw_only=True):
    """By order_id: the desk's open orders. price and qty are the present ones, first_price and first_qty those of the
    NewOrder. filled_value is the sum of price times qty of its fills, in tick-lots. gate_price is what its reserved
    notional is computed with. pending_price and pending_qty are those of an unanswered replace at an outside venue;
    of a SUSPENDED order pending_qty is its qty where it is due, else 0.
    """

    order_id: U64
    instrument_id: U32
    account_id: U32
    strategy_id: U32
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    flags: OrderFlag
    status: OrderStatus
    price: Ticks
    qty: Lots
    first_price: Ticks
    first_qty: Lots
    filled_qty: Lots
    gate_price: Ticks
    pending_price: Ticks
    pending_qty: Lots
    expire_ns: TimeNs
    last_exec_id: U64
    filled_value: I128
    commission: WideMoneyE8
    client_order_id: Text


class RestingRow(Row, frozen=True, gc=False, kw_only=True):
    """The venue's books, in priority order: by instrument_id, BUY then SELL, best price first, displayed before hidden,
    then time. displayed_qty is what its level shows of the order.
    """

    order_id: U64
    instrument_id: U32
    account_id: U32
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    flags: OrderFlag
    price: Ticks
    qty: Lots
    leaves_qty: Lots
    displayed_qty: Lots
    expire_ns: TimeNs


class ClosedRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id, then oldest first: ended orders that had a client_order_id, at most 65,536 per account. Values as
    in the NewOrder.
    """

    order_id: U64
    instrument_id: U32
    account_id: U32
    strategy_id: U32
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    flags: OrderFlag
    price: Ticks
    qty: Lots
    expire_ns: TimeNs
    client_order_id: Text


class SavedStateRow(Row, frozen=True, gc=False, kw_only=True):
    """By slot."""

    slot: U32
    state: Blob


class InstructionRow(Row, frozen=True, gc=False, kw_only=True):
    """By order_id: what orders asked beyond a plain one, open or remembered; only where it is not the default."""

    order_id: U64
    group_id: U32
    trigger_source: TriggerSource
    offset_unit: OffsetUnit
    peg_reference: PegReference
    contingency: Contingency
    display_qty: Lots
    min_qty: Lots
    trigger_price: Ticks
    offset: I64


class WaitingRow(Row, frozen=True, gc=False, kw_only=True):
    """By order_id: the orders that wait at the venue for their trigger. trigger_price is the present one; best_price is
    the best value a trailing stop has seen, 0 for none and for others.
    """

    order_id: U64
    instrument_id: U32
    account_id: U32
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    flags: OrderFlag
    price: Ticks
    qty: Lots
    expire_ns: TimeNs
    trigger_price: Ticks
    best_price: Ticks


class AssetRow(Row, frozen=True, gc=False, kw_only=True):
    """By asset_id."""

    asset_id: U32
    name: Text


class HoldingRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id, asset_id; only where there is something. What open orders reserve of it follows from them."""

    account_id: U32
    asset_id: U32
    balance: WideMoneyE8


class AdjustmentRow(Row, frozen=True, gc=False, kw_only=True):
    """By account_id, then oldest first: adjustments of holdings that were taken under an id of the sender's, at most
    65,536 per account.
    """

    account_id: U32
    asset_id: U32
    amount: WideMoneyE8
    client_adjustment_id: Text


class PeggedRow(Row, frozen=True, gc=False, kw_only=True):
    """By order_id: the pegged orders that the venue holds. Those that are in no RestingRow stand in no book now."""

    order_id: U64
    instrument_id: U32
    account_id: U32
    side: Side
    time_in_force: TimeInForce
    flags: OrderFlag
    limit_price: Ticks
    qty: Lots
    leaves_qty: Lots
    expire_ns: TimeNs


SECTIONS: tuple[type[Row], ...] = (
    EngineRow,
    InstrumentRow,
    AccountRow,
    FeeRow,
    LimitsRow,
    ForbiddenRow,
    SelfTradeRow,
    StrategyRow,
    ParametersRow,
    PositionRow,
    OrderRow,
    RestingRow,
    ClosedRow,
    SavedStateRow,
    InstructionRow,
    WaitingRow,
    ThrottleRow,
    QuoteRow,
    ProtectionRow,
    ProtectionFillRow,
    HeldRow,
    SessionRow,
    FeeTierRow,
    VolumeRow,
    ScheduleRow,
    VolatilityGuardRow,
    CircuitBreakerRow,
    TradeRow,
    AssetRow,
    HoldingRow,
    PeggedRow,
    AdjustmentRow,
    PhaseRow,
)

Sections = dict[type[Row], list[Any]]


def encode_snapshot(engine_version: int, sections: Sections) -> bytes:
    """Canonical bytes of already sorted rows."""
    parts = [_PREFIX.pack(MAGIC, engine_version, len(SECTIONS))]
    for kind in SECTIONS:
        rows = sections.get(kind, [])
        parts.append(_COUNT.pack(len(rows)))
        parts.extend(map(_encode_row, rows))
    return b"".join(parts)


def decode_snapshot(data: bytes) -> tuple[int, Sections]:
    """Engine version and rows. Raises ValueOutOfRange where the bytes are not a snapshot."""
    try:
        magic, version, count = _PREFIX.unpack_from(data, 0)
        if magic != MAGIC or count != len(SECTIONS):
            raise ValueError("its first bytes are those of something else")
        offset = _PREFIX.size
        sections: Sections = {}
        for kind in SECTIONS:
            (rows,) = _COUNT.unpack_from(data, offset)
            offset += _COUNT.size
            sections[kind] = []
            for _ in range(rows):
                row, offset = _decode_row(kind, data, offset)
                sections[kind].append(row)
        if offset != len(data):
            raise ValueError("there is more behind its end")
        return version, sections
    except (struct.error, ValueError) as error:
        raise ValueOutOfRange(f"The bytes are not a snapshot: {error}.", "Use another snapshot.") from error


def _encode_row(row: Row) -> bytes:
    layout = layout_of(type(row), frozenset())
    values = [
        getattr(row, field.name).to_bytes(16, "little", signed=True)
        if field.width == "i128"
        else getattr(row, field.name)
        for field in layout.fields
    ]
    tail = b""
    if layout.tail is not None:
        raw = getattr(row, layout.tail.name)
        tail = raw.encode() if layout.tail.width == "text" else raw
    return b"".join((_ROW.pack(len(tail), 0), layout.format.pack(*values), tail, b"\0" * (-len(tail) % 8)))


def _decode_row(kind: type[Row], data: bytes, offset: int) -> tuple[Row, int]:
    layout = layout_of(kind, frozenset())
    tail_size, _ = _ROW.unpack_from(data, offset)
    offset += _ROW.size
    values: dict[str, Any] = {}
    for field, stored in zip(layout.fields, layout.format.unpack_from(data, offset), strict=True):
        value = int.from_bytes(stored, "little", signed=True) if field.width == "i128" else stored
        values[field.name] = value if field.convert is int else field.convert(value)
    offset += layout.size
    if layout.tail is not None:
        raw = data[offset : offset + tail_size]
        values[layout.tail.name] = raw.decode() if layout.tail.width == "text" else bytes(raw)
    return kind(**values), offset + tail_size + (-tail_size % 8)
