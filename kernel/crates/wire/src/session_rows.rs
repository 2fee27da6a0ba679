//! The rows of a snapshot about trading sessions.

use crate::{OrderFlags, OrderType, Phase, Side, TimeInForce};

fixed_part! {
    /// Orders held outside the books: by instrument_id, MARKET orders of an auction before AT_CLOSE orders that wait,
    /// BUY then SELL, then time.
    HeldRow [] {
        order_id: u64,
        instrument_id: u32,
        account_id: u32,
        side: Side,
        order_type: OrderType,
        time_in_force: TimeInForce,
        flags: OrderFlags,
        is_waiting: bool,
        price: i64,
        qty: i64,
        leaves_qty: i64,
        expire_ns: i64,
    }
}

fixed_part! {
    /// By instrument_id; only where an auction, a calendar, a guard or a breaker has begun anything.
    SessionRow [] {
        instrument_id: u32,
        imbalance_side: Side,
        due_phase: Phase,
        is_collecting: bool,
        is_extended: bool,
        limit_side: u32,
        price: i64,
        qty: i64,
        imbalance_qty: i64,
        due_ns: i64,
        next_step_ns: i64,
        reference_price: i64,
        day_price: i64,
    }
}

fixed_part! {
    /// By instrument_id; only where there is one.
    ScheduleRow ['a] { instrument_id: u32, extension_ns: i64, extension_band: i64 } tail steps: &'a [u8]
}

fixed_part! {
    /// By instrument_id; only where there is one.
    VolatilityGuardRow [] {
        instrument_id: u32,
        dynamic_band: i64,
        auction_ns: i64,
        limit_band: i64,
        limit_state_ns: i64,
        pause_ns: i64,
    }
}

fixed_part! {
    /// The one there is, or none.
    CircuitBreakerRow [] {
        instrument_id: u32,
        tripped: u32,
        level_1: i64,
        level_2: i64,
        level_3: i64,
        cool_down_1_ns: i64,
        cool_down_2_ns: i64,
        fall: i64,
        until_ns: i64,
    }
}

fixed_part! {
    /// By instrument_id, each of ours: since when its phase holds, and why it is HALTED if it is.
    PhaseRow ['a] { instrument_id: u32, halt_reason: u32, since_ns: i64 } tail halt_cause: &'a str
}
