//! The row of a snapshot about a pegged order.

use crate::{OrderFlags, Side, TimeInForce};

fixed_part! {
    /// By order_id: the pegged orders that the venue holds.
    PeggedRow [] {
        order_id: u64,
        instrument_id: u32,
        account_id: u32,
        side: Side,
        time_in_force: TimeInForce,
        flags: OrderFlags,
        limit_price: i64,
        qty: i64,
        leaves_qty: i64,
        expire_ns: i64,
    }
}
