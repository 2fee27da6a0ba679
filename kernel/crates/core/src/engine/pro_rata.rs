//! Pro-rata matching: the orders of a level share what arrives.

use cambist_wire::{MatchingRule, SelfTradeMode, reasons};

use super::Engine;
use super::matching::Taker;

/// How many of `qty` lots each order gets, oldest first, appended to `shares`. `qty` is less than the sum of `leaves`.
fn allocate(leaves: &[i64], qty: i64, minimum: i64, top_first: bool, shares: &mut Vec<i64>) {
    let top = if top_first { leaves[0].min(qty) } else { 0 };
    let total = i128::from(leaves.iter().sum::<i64>() - top);
    let wanted = |place: usize| leaves[place] - if place == 0 { top } else { 0 };
    let offered = qty - top;
    let mut rest = offered;
    for place in 0..leaves.len() {
        // A share is at most what was offered: it fits.
        let share = (i128::from(offered) * i128::from(wanted(place)) / total) as i64;
        let share = if share >= minimum { share } else { 0 };
        rest -= share;
        shares.push(share);
    }
    for (place, share) in shares.iter_mut().enumerate() {
        let more = rest.min(wanted(place) - *share);
        *share += more;
        rest -= more;
    }
    shares[0] += top;
}

impl Engine {
    /// Whether the orders of an instrument's levels share what arrives.
    #[inline]
    pub(super) fn is_pro_rata(&self, instrument: u32) -> bool {
        self.instruments[instrument].matching == MatchingRule::ProRata
    }

    /// The best level holds more than the `taker` wants: clear what stands in the way, then share. Gives why the taker
    /// must end, if it must.
    pub(super) fn share_level(&mut self, taker: &mut Taker, price: i64) -> Option<u32> {
        let mut slots = std::mem::take(&mut self.scratch);
        self.collect_displayed(taker, price, &mut slots);
        let end = self.clear_the_way(taker, &slots);
        if end.is_none() {
            self.collect_displayed(taker, price, &mut slots);
            self.share(taker, &slots);
        }
        self.scratch = slots;
        end
    }

    fn collect_displayed(&self, taker: &Taker, price: i64, slots: &mut Vec<u32>) {
        slots.clear();
        let book = &self.instruments[taker.instrument].book;
        slots.extend(book.displayed_at(&self.resting.nodes, taker.side.opposite(), price));
    }

    /// Own orders, and those that have nothing left to reduce, in time order, until the taker must end.
    fn clear_the_way(&mut self, taker: &mut Taker, slots: &[u32]) -> Option<u32> {
        for &slot in slots {
            let maker = self.resting[slot];
            if self.is_own(taker, maker.account) {
                if let Some(reason) = self.prevent_self_trade(taker, slot) {
                    return Some(reason);
                }
            } else if maker.flags.reduce_only() && self.reducible(maker.desk) == 0 {
                self.cancel_maker(slot, reasons::POSITION_REDUCED);
            }
        }
        None
    }

    fn share(&mut self, taker: &mut Taker, slots: &[u32]) {
        let leaves: Vec<i64> = slots.iter().map(|slot| self.resting.slice(*slot)).collect();
        let qty = self.may_take(taker);
        if qty == 0 || qty >= leaves.iter().sum() {
            return;
        }
        let instrument = &self.instruments[taker.instrument];
        let mut shares = Vec::with_capacity(leaves.len());
        allocate(&leaves, qty, instrument.minimum_allocation, instrument.top_order_priority, &mut shares);
        for (&slot, share) in slots.iter().zip(shares) {
            let maker = &self.resting[slot];
            // A trade before this one may have lowered it, as another of its group, even to nothing.
            let mut allowed = share.min(self.may_take(taker)).min(self.resting.slice(slot));
            if allowed > 0 && maker.flags.reduce_only() {
                allowed = allowed.min(self.reducible(maker.desk));
            }
            if allowed > 0 {
                self.trade(taker, slot, allowed);
            }
        }
    }

    /// How much a taker may trade now.
    pub(super) fn may_take(&self, taker: &Taker) -> i64 {
        // An order that is filled is no longer among the desk's.
        if taker.flags.reduce_only() && taker.leaves > 0 {
            return taker.leaves.min(self.reducible(taker.desk));
        }
        taker.leaves
    }

    /// Whether a FOK order would be stopped by one of its own somewhere on a level.
    pub(super) fn is_stopped_at(&self, taker: &Taker, price: i64) -> bool {
        if self.accounts[taker.account].self_trade_mode == SelfTradeMode::CancelOldest {
            return false;
        }
        let book = &self.instruments[taker.instrument].book;
        let mut displayed = book.displayed_at(&self.resting.nodes, taker.side.opposite(), price);
        displayed.any(|slot| self.is_own(taker, self.resting[slot].account))
    }
}

#[cfg(test)]
mod tests {
    use super::allocate;

    fn shares(leaves: &[i64], qty: i64, minimum: i64, top_first: bool) -> Vec<i64> {
        let mut shares = Vec::new();
        allocate(leaves, qty, minimum, top_first, &mut shares);
        shares
    }

    #[test]
    fn shares_follow_size_and_the_rest_follows_time() {
        assert_eq!(shares(&[10, 30, 60], 50, 0, false), [5, 15, 30]);
        assert_eq!(shares(&[1, 1, 1], 2, 0, false), [1, 1, 0]);
        assert_eq!(shares(&[10, 30, 60], 50, 16, false), [10, 10, 30]);
        assert_eq!(shares(&[10, 30, 60], 55, 0, true), [10, 15, 30]);
        assert_eq!(shares(&[10, 30, 60], 4, 0, true), [4, 0, 0]);
        let large = (1 << 40) - 1;
        assert_eq!(shares(&[large, large], large, 0, false), [large / 2 + 1, large / 2]);
    }
}
