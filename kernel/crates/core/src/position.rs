//! A netting position: signed quantity and exact cost.

use cambist_wire::Side;

/// One (account, strategy, instrument), from its first order on.
#[derive(Clone, Debug)]
pub struct Position {
    /// Index.
    pub account: u32,
    /// Index, NONE where traded by hand.
    pub strategy: u32,
    /// Index.
    pub instrument: u32,
    /// It records trading, and counts in no sum of money.
    pub is_spot: bool,
    /// True from its first fill on; snapshots hold only these.
    pub is_traded: bool,
    /// Signed, in lots.
    pub qty: i64,
    /// What it was last valued at, in ticks.
    pub mark_price: i64,
    /// Signed, in e8.
    pub cost: i128,
    /// Before commission, in e8.
    pub realised_pnl: i128,
    /// In e8.
    pub commission: i128,
    /// Leaves of open buy and sell orders, in lots.
    pub open_leaves: [i64; 2],
}

/// What a position is worth at its mark, in e8.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    /// Without sign.
    pub notional: i128,
    /// Gain since it was built up.
    pub unrealised: i128,
    /// Nothing is held.
    pub is_flat: bool,
}

/// What a fill did to a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Realised {
    /// In e8, before commission.
    pub pnl: i128,
    /// The fill closed something.
    pub has_closed: bool,
}

impl Position {
    /// Flat, never traded.
    pub const fn new(account: u32, strategy: u32, instrument: u32, is_spot: bool) -> Self {
        Self {
            account,
            strategy,
            instrument,
            is_spot,
            is_traded: false,
            qty: 0,
            mark_price: 0,
            cost: 0,
            realised_pnl: 0,
            commission: 0,
            open_leaves: [0; 2],
        }
    }

    /// At the price it was last valued at.
    #[inline]
    pub fn value(&self, unit_value: i64) -> Value {
        if self.is_spot {
            return Value { notional: 0, unrealised: 0, is_flat: self.qty == 0 };
        }
        if self.qty == 0 {
            return Value { notional: 0, unrealised: -self.cost, is_flat: true };
        }
        let signed = worth(self.qty, self.mark_price, unit_value);
        Value { notional: signed.abs(), unrealised: signed - self.cost, is_flat: false }
    }

    /// What an order of this side may at most reduce, in lots.
    #[inline]
    pub fn reducible(&self, side: Side) -> i64 {
        (-self.qty * side.sign()).max(0)
    }

    /// Take in a fill: quantity, cost and realised P&L, not the mark.
    #[inline]
    pub fn fill(&mut self, side: Side, qty: i64, price: i64, unit_value: i64) -> Realised {
        let sign = side.sign();
        let signed_value = |qty: i64| worth(sign * qty, price, unit_value);
        self.is_traded = true;
        if self.qty * sign >= 0 {
            self.qty += sign * qty;
            self.cost += signed_value(qty);
            return Realised { pnl: 0, has_closed: false };
        }
        let held = self.qty.abs();
        let closing = qty.min(held);
        let released = released_cost(self.cost, closing, held);
        let pnl = -signed_value(closing) - released;
        self.cost -= released;
        self.qty += sign * closing;
        if qty > closing {
            self.qty = sign * (qty - closing);
            self.cost = signed_value(qty - closing);
        }
        self.realised_pnl += pnl;
        Realised { pnl, has_closed: true }
    }
}

/// Signed, in e8. Most prices times a unit fit an i64, and the product of two of those always fits.
#[inline]
pub fn worth(qty: i64, price: i64, unit_value: i64) -> i128 {
    match price.checked_mul(unit_value) {
        Some(lot_value) => i128::from(qty) * i128::from(lot_value),
        None => i128::from(qty) * i128::from(price) * i128::from(unit_value),
    }
}

/// The share of a cost that leaves with a part of what is held, cut toward zero. Most costs fit an i64, whose
/// division is many times faster.
#[inline]
fn released_cost(cost: i128, closing: i64, held: i64) -> i128 {
    match i64::try_from(cost).ok().and_then(|cost| cost.checked_mul(closing)) {
        Some(product) => i128::from(product / held),
        None => cost * i128::from(closing) / i128::from(held),
    }
}

#[cfg(test)]
mod tests {
    use super::{Position, Realised};
    use cambist_wire::Side;

    #[test]
    fn a_released_cost_is_cut_toward_zero_for_shorts_too() {
        let mut position = Position::new(0, 0, 0, false);
        position.fill(Side::Sell, 3, 10, 1);
        position.cost = -31;
        assert_eq!(position.fill(Side::Buy, 1, 9, 1), Realised { pnl: 1, has_closed: true });
        assert_eq!((position.qty, position.cost), (-2, -21));
    }

    #[test]
    fn a_fill_beyond_flat_turns_the_position() {
        let mut position = Position::new(0, 0, 0, false);
        position.fill(Side::Buy, 2, 10, 5);
        assert_eq!(position.fill(Side::Sell, 5, 12, 5), Realised { pnl: 20, has_closed: true });
        assert_eq!((position.qty, position.cost), (-3, -180));
    }
}
