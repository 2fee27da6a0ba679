//! What an account and a strategy have in common: limits, a rate, and running sums of what is at stake.

use cambist_wire::events::LimitsChanged;

use crate::position::Value;

/// The limits of one scope. Zero means "no limit".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "as in SetLimits")]
pub struct Limits {
    pub max_order_notional: i64,
    pub max_position_notional: i64,
    pub max_exposure_notional: i64,
    pub max_daily_loss: i64,
    pub max_drawdown: i64,
    pub leverage: i64,
    pub max_open_orders: i64,
    pub max_orders_per_second: i64,
}

impl Limits {
    /// Where none were set.
    pub const NONE: Self = Self {
        max_order_notional: 0,
        max_position_notional: 0,
        max_exposure_notional: 0,
        max_daily_loss: 0,
        max_drawdown: 0,
        leverage: 0,
        max_open_orders: 0,
        max_orders_per_second: 0,
    };

    /// What divides a notional into its margin.
    #[inline]
    pub fn margin_divisor(&self) -> i64 {
        self.leverage.max(1)
    }

    /// The event that states them.
    pub const fn event(&self, account_id: u32, strategy_id: u32) -> LimitsChanged {
        LimitsChanged {
            account_id,
            strategy_id,
            max_order_notional: self.max_order_notional,
            max_position_notional: self.max_position_notional,
            max_exposure_notional: self.max_exposure_notional,
            max_daily_loss: self.max_daily_loss,
            max_drawdown: self.max_drawdown,
            leverage: self.leverage,
            max_open_orders: self.max_open_orders,
            max_orders_per_second: self.max_orders_per_second,
        }
    }
}

/// Limits and running sums of an account or a strategy. Sums are derived: snapshots do not hold them.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Zeros where none were set.
    pub limits: Limits,
    /// Whether they were set.
    pub has_limits: bool,
    /// The instant up to which the rate is used.
    pub rate_ns: i64,
    /// What one order uses of the rate; NO_RATE where there is no limit.
    interval_ns: i64,
    /// Number of open orders.
    pub open_orders: i64,
    /// Number of positions that are not flat.
    pub open_positions: u32,
    /// Sum of gate price times leaves of the open orders, in e8.
    pub order_notional: i128,
    /// Sum of what the positions are worth at their marks, in e8.
    pub position_notional: i128,
    /// Sum of what the positions gained at their marks, in e8.
    pub unrealised: i128,
    /// Something to report happened since the last valuation.
    pub dirty: bool,
    /// The daily-loss limit is reached and was reported.
    pub daily_loss_breached: bool,
}

const SECOND_NS: i64 = 1_000_000_000;
const NO_RATE: i64 = -1;

impl Scope {
    /// Nothing at stake, no limits.
    pub const fn new() -> Self {
        Self {
            limits: Limits::NONE,
            has_limits: false,
            rate_ns: 0,
            interval_ns: NO_RATE,
            open_orders: 0,
            open_positions: 0,
            order_notional: 0,
            position_notional: 0,
            unrealised: 0,
            dirty: false,
            daily_loss_breached: false,
        }
    }

    /// Replace all limits.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
        self.has_limits = true;
        self.interval_ns = SECOND_NS.checked_div(limits.max_orders_per_second).unwrap_or(NO_RATE);
    }

    /// Positions and open orders together, in e8.
    #[inline]
    pub fn exposure(&self) -> i128 {
        self.position_notional + self.order_notional
    }

    /// Whether one more order now keeps to the rate.
    #[inline]
    pub fn has_rate_left(&self, now_ns: i64) -> bool {
        self.interval_ns == NO_RATE || self.rate_ns - now_ns <= SECOND_NS - self.interval_ns
    }

    /// Use the rate for one order.
    #[inline]
    pub fn use_rate(&mut self, now_ns: i64) {
        if self.interval_ns != NO_RATE {
            self.rate_ns = self.rate_ns.max(now_ns) + self.interval_ns;
        }
    }

    /// Let the sums follow a position that went from one value to another.
    #[inline]
    pub fn follow(&mut self, before: &Value, after: &Value) {
        self.position_notional += after.notional - before.notional;
        self.unrealised += after.unrealised - before.unrealised;
        self.open_positions += u32::from(!after.is_flat);
        self.open_positions -= u32::from(!before.is_flat);
    }
}
