"""The rows of a snapshot about trading sessions."""

from __future__ import annotations

from cambist.domain.vocabulary import OrderFlag, OrderType, Phase, Side, TimeInForce
from cambist.domain.widths import U32, U64, Blob, Flag, Lots, Ppm, Text, Ticks, TimeNs
from cambist.protocols.snapshot_row import Row


class HeldRow(Row, frozen=True, gc=False, kw_only=True):
    """Orders that the venue holds outside its books: by instrument_id, MARKET orders of an auction before AT_CLOSE
    orders that wait for it, BUY then SELL, then time.
    """

    order_id: U64
    instrument_id: U32
    account_id: U32
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    flags: OrderFlag
    is_waiting: Flag
    price: Ticks
    qty: Lots
    leaves_qty: Lots
    expire_ns: TimeNs


class SessionRow(Row, frozen=True, gc=False, kw_only=True):
    """By instrument_id: what an auction, a calendar, a guard or a breaker has begun; only where anything has."""

    instrument_id: U32
    imbalance_side: Side
    due_phase: Phase
    is_collecting: Flag
    is_extended: Flag
    limit_side: U32
    """0: none, 1: BUY, 2: SELL."""
    price: Ticks
    qty: Lots
    imbalance_qty: Lots
    due_ns: TimeNs
    next_step_ns: TimeNs
    reference_price: Ticks
    day_price: Ticks


class ScheduleRow(Row, frozen=True, gc=False, kw_only=True):
    """By instrument_id; only where there is one."""

    instrument_id: U32
    extension_ns: TimeNs
    extension_band: Ppm
    steps: Blob


class VolatilityGuardRow(Row, frozen=True, gc=False, kw_only=True):
    """By instrument_id; only where there is one."""

    instrument_id: U32
    dynamic_band: Ppm
    auction_ns: TimeNs
    limit_band: Ppm
    limit_state_ns: TimeNs
    pause_ns: TimeNs


class CircuitBreakerRow(Row, frozen=True, gc=False, kw_only=True):
    """The one there is, or none."""

    instrument_id: U32
    tripped: U32
    level_1: Ppm
    level_2: Ppm
    level_3: Ppm
    cool_down_1_ns: TimeNs
    cool_down_2_ns: TimeNs
    fall: Ppm
    """Of the last trip today, as until_ns."""
    until_ns: TimeNs


class PhaseRow(Row, frozen=True, gc=False, kw_only=True):
    """By instrument_id, each of ours: since when its phase holds, and why it is HALTED if it is."""

    instrument_id: U32
    halt_reason: U32
    since_ns: TimeNs
    halt_cause: Text
