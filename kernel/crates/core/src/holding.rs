//! What an account has of one asset.

/// In 1e-8 of the asset. Never less than nothing, and never less than what is reserved.
#[derive(Clone, Copy, Debug, Default)]
pub struct Holding {
    /// All of it.
    pub balance: i128,
    /// What open orders may still take.
    pub reserved: i128,
}

impl Holding {
    /// What may be withdrawn, or reserved by another order.
    pub const fn free(&self) -> i128 {
        self.balance - self.reserved
    }
}
