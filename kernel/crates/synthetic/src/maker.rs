//! A participant that quotes a ladder on both sides of the fair value and keeps moving it along.

use cambist_wire::commands::{CancelOrder, NewOrder, ReplaceOrder};
use cambist_wire::{OrderFlags, OrderType, Side, Text, TimeInForce};

use crate::members::{Members, WorkingOrder};
use crate::profile::Profile;
use crate::state::Floor;

const RUNGS: usize = 10;
const MAX_LEAN_HALF_SPREADS: i64 = 3;
const INVENTORY_PER_HALF_SPREAD: i64 = 8;
const MENDED_AT_ONCE: usize = 3;

/// One account's quotes in one instrument. Rungs 0, 2, 4 … are bids, 1, 3, 5 … asks, innermost first.
#[derive(Clone, Debug)]
pub struct Maker {
    pub account_id: u32,
    /// Tickets; 0 for an empty rung.
    pub rungs: [u64; RUNGS],
}

impl Maker {
    pub fn new(account_id: u32) -> Self {
        Self { account_id, rungs: [0; RUNGS] }
    }

    /// The order on a rung, unless it has ended.
    pub fn on_rung<'members>(
        &self,
        index: usize,
        members: &'members Members,
    ) -> Option<&'members WorkingOrder> {
        members.orders.get(&self.rungs[index])
    }

    /// The fair price moved against the inventory.
    pub fn lean(&self, fair_price: i64, profile: &Profile, members: &Members) -> i64 {
        let inventory = members.inventory(self.account_id, profile.instrument_id);
        let lean =
            (-inventory * profile.half_spread).div_euclid(INVENTORY_PER_HALF_SPREAD * profile.rung_qty);
        let bound = MAX_LEAN_HALF_SPREADS * profile.half_spread;
        fair_price + lean.clamp(-bound, bound)
    }

    /// The most urgent rungs, first the one that cannot wait.
    pub fn urgent_rungs(&self, centre: i64, profile: &Profile, members: &Members) -> Vec<usize> {
        let urgency = |index| self.urgency(index, centre, profile, members).map(|urgency| (urgency, index));
        let mut found: Vec<(i64, usize)> = (0..RUNGS).filter_map(urgency).collect();
        found.sort_unstable_by(|one, other| other.cmp(one));
        found.into_iter().take(MENDED_AT_ONCE).map(|(_, index)| index).collect()
    }

    fn urgency(&self, index: usize, centre: i64, profile: &Profile, members: &Members) -> Option<i64> {
        let Some(order) = self.on_rung(index, members) else {
            return Some(4 * profile.half_spread - index as i64);
        };
        if order.order_id == 0 {
            return None;
        }
        let step = (index >> 1) as i64 * profile.rung_step;
        let tolerance = (profile.half_spread + step).div_euclid(3);
        let too_high = order.price - target(index, centre, profile);
        let urgency = too_high.abs() - tolerance;
        if urgency <= 0 && !order.is_refused {
            return None;
        }
        let is_exposed = if is_ask(index) { too_high < 0 } else { too_high > 0 };
        Some(if is_exposed { urgency + 2 * profile.half_spread } else { urgency })
    }

    /// Place, move or remove one rung's order.
    pub fn mend(&mut self, index: usize, centre: i64, inside: (i64, i64), floor: &mut Floor<'_>) {
        let jitter = floor.random.below(floor.profile.rung_step as u64 / 2 + 1) as i64;
        let price = behind_others(index, target(index, centre, floor.profile) + jitter, inside);
        match self.on_rung(index, floor.members).copied() {
            None => self.place(index, price, floor),
            Some(order) if order.is_refused => {
                self.rungs[index] = 0;
                let account_id = self.account_id;
                floor.sent.push(&CancelOrder {
                    account_id,
                    order_id: order.order_id,
                    client_order_id: Text::EMPTY,
                });
            }
            Some(order) => self.change(index, &order, price, floor),
        }
    }

    /// Another size for one quote, where there is one.
    pub fn resize(&self, floor: &mut Floor<'_>) {
        let index = floor.random.below(RUNGS as u64) as usize;
        let Some(order) = self.on_rung(index, floor.members).copied() else { return };
        if order.order_id != 0 {
            self.change(index, &order, order.price, floor);
        }
    }

    fn place(&mut self, index: usize, price: i64, floor: &mut Floor<'_>) {
        let qty = rung_qty(index, floor);
        let side = if is_ask(index) { Side::Sell } else { Side::Buy };
        let instrument_id = floor.profile.instrument_id;
        self.rungs[index] = floor.members.send(self.account_id, instrument_id, side, price, qty);
        floor.sent.push(&NewOrder {
            instrument_id,
            account_id: self.account_id,
            strategy_id: 0,
            side,
            order_type: OrderType::Limit,
            time_in_force: TimeInForce::Gtc,
            flags: OrderFlags::NONE,
            price,
            qty,
            expire_ns: 0,
            client_order_id: Text::EMPTY,
        });
    }

    fn change(&self, index: usize, order: &WorkingOrder, price: i64, floor: &mut Floor<'_>) {
        let qty = rung_qty(index, floor);
        if let Some(order) = floor.members.orders.get_mut(&order.ticket) {
            order.price = price;
        }
        floor.sent.push(&ReplaceOrder {
            account_id: self.account_id,
            flags: OrderFlags::NONE,
            order_id: order.order_id,
            price,
            qty: order.filled + qty,
            client_order_id: Text::EMPTY,
        });
    }
}

/// Rungs of one ladder.
pub const fn rungs() -> std::ops::Range<usize> {
    0..RUNGS
}

const fn is_ask(index: usize) -> bool {
    index & 1 == 1
}

/// Where a rung should be, in ticks.
fn target(index: usize, centre: i64, profile: &Profile) -> i64 {
    let distance = profile.half_spread + (index >> 1) as i64 * profile.rung_step;
    if is_ask(index) { centre + distance } else { (centre - distance).max(1) }
}

/// A price that is not through another maker's quotes.
fn behind_others(index: usize, price: i64, inside: (i64, i64)) -> i64 {
    match inside {
        (best_bid, _) if is_ask(index) => price.max(best_bid + 1),
        (_, 0) => price,
        (_, best_ask) => price.min(best_ask - 1).max(1),
    }
}

/// A random size, larger further out.
fn rung_qty(index: usize, floor: &mut Floor<'_>) -> i64 {
    let typical = (floor.profile.rung_qty * (2 + (index >> 1) as i64)).div_euclid(2);
    floor.random.between(typical.div_euclid(3) + 1, (typical * 5).div_euclid(3))
}

/// Best bid and ask among the makers' own quotes, in ticks; 0 where there is none.
pub fn inside_of(makers: &[Maker], members: &Members) -> (i64, i64) {
    let (mut best_bid, mut best_ask) = (0, 0);
    for maker in makers {
        for order in rungs().filter_map(|index| maker.on_rung(index, members)) {
            if order.side == Side::Buy {
                best_bid = best_bid.max(order.price);
            } else if best_ask == 0 || order.price < best_ask {
                best_ask = order.price;
            }
        }
    }
    (best_bid, best_ask)
}
