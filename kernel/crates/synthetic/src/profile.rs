//! What an instrument is like to those who trade it.

/// Sizes and distances, as in the Python class `InstrumentProfile`. Prices in ticks, quantities in lots.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// Its number.
    pub instrument_id: u32,
    /// Where its value starts.
    pub reference_price: i64,
    /// Nobody sends more at once.
    pub max_order_qty: i64,
    /// Share of the activity, relative to the other instruments.
    pub weight: usize,
    /// Standard deviation of the fair value per 100 ms, in thousandths of a tick.
    pub step_deviation: i64,
    /// Distance of the innermost quotes from the fair value.
    pub half_spread: i64,
    /// Distance between two quotes of one maker on the same side.
    pub rung_step: i64,
    /// Typical quantity of the innermost quote of one maker.
    pub rung_qty: i64,
    /// Typical quantity of a small taker.
    pub taker_qty: i64,
}
