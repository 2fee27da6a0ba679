//! Pegged orders of one instrument: what each follows, and where to look for the next one that must move.

use std::collections::BTreeMap;

use cambist_wire::{PegReference, Side};

use crate::instrument::Instrument;

/// What a pegged order follows.
#[derive(Clone, Copy, Debug)]
pub struct Peg {
    /// Among the venue's orders.
    pub slot: u32,
    /// Which price.
    pub reference: PegReference,
    /// How far from it, in ticks.
    pub offset: i64,
    /// How far it follows, in ticks; 0 for as far as it goes.
    pub limit: i64,
}

/// What the pegged orders of one side look at, in ticks; 0 for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Best displayed bid that is not pegged itself.
    pub bid: i64,
    /// Best displayed ask that is not pegged itself.
    pub ask: i64,
    /// Best of the other side at which something trades.
    pub opposite: i64,
    /// The furthest price that a guard admits; 0 where there is none.
    pub limit: i64,
}

/// All of one instrument. What lies before a side's cursor stands where it should, as long as the side sees the same.
#[derive(Clone, Debug, Default)]
pub struct Pegs {
    /// By side and order_id.
    orders: [BTreeMap<u64, Peg>; 2],
    /// By side and price: how many of a level's displayed orders are pegged.
    shown: [BTreeMap<i64, u32>; 2],
    seen: [Option<Sight>; 2],
    cursors: [u64; 2],
    /// Whether the engine has noted that it must look.
    pub is_noted: bool,
}

impl Peg {
    /// Whether it reaches what it follows: the other side, and not from behind it.
    const fn takes(&self, side: Side) -> bool {
        matches!(self.reference, PegReference::Opposite) && self.offset * side.sign() >= 0
    }

    /// Whether it trades with what is at the middle as it comes to stand there.
    const fn meets(&self) -> bool {
        matches!(self.reference, PegReference::Mid) && self.offset == 0
    }
}

impl Pegs {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.orders.iter().all(BTreeMap::is_empty)
    }

    /// One that the venue holds.
    pub fn get(&self, side: Side, order_id: u64) -> Option<&Peg> {
        self.orders[side as usize].get(&order_id)
    }

    /// An order has arrived, or its limit or quantity has changed.
    pub fn put(&mut self, side: Side, order_id: u64, peg: Peg) {
        self.orders[side as usize].insert(order_id, peg);
        let cursor = &mut self.cursors[side as usize];
        *cursor = order_id.min(*cursor);
    }

    /// An order has ended.
    pub fn remove(&mut self, side: Side, order_id: u64) {
        self.orders[side as usize].remove(&order_id);
    }

    /// All of them, with their order_ids.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &Peg)> {
        self.orders.iter().flatten().map(|(order_id, peg)| (*order_id, peg))
    }

    /// A displayed one rests at a price.
    pub fn show(&mut self, side: Side, price: i64) {
        *self.shown[side as usize].entry(price).or_insert(0) += 1;
    }

    /// A displayed one rests there no longer.
    pub fn hide(&mut self, side: Side, price: i64) {
        let shown = &mut self.shown[side as usize];
        match shown.get_mut(&price) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                shown.remove(&price);
            }
        }
    }

    /// How many displayed ones rest at a price.
    pub fn shown_at(&self, side: Side, price: i64) -> u32 {
        self.shown[side as usize].get(&price).copied().unwrap_or(0)
    }

    /// The lowest order_id of a side that is due, given what the side sees.
    pub fn next_due(
        &mut self,
        side: Side,
        sight: Sight,
        is_due: impl Fn(&Peg) -> bool,
    ) -> Option<(u64, u32)> {
        let place = side as usize;
        if self.seen[place] != Some(sight) {
            self.seen[place] = Some(sight);
            self.cursors[place] = 0;
        }
        let mut rest = self.orders[place].range(self.cursors[place]..);
        let due = rest.find(|(_, peg)| is_due(peg)).map(|(order_id, peg)| (*order_id, peg.slot));
        self.cursors[place] = due.map_or(u64::MAX, |(order_id, _)| order_id);
        due
    }
}

impl Instrument {
    /// What the pegged orders of a side look at.
    pub fn sight(&self, side: Side) -> Sight {
        Sight {
            bid: self.best_unpegged(Side::Buy),
            ask: self.best_unpegged(Side::Sell),
            opposite: self.book.best(side.opposite()).unwrap_or(0),
            limit: self.price_limit(side).unwrap_or(0),
        }
    }

    fn best_unpegged(&self, side: Side) -> i64 {
        let pegged = |price| self.pegs.as_ref().map_or(0, |pegs| pegs.shown_at(side, price));
        self.book.best_showing_more_than(side, pegged).unwrap_or(0)
    }

    /// Where a pegged order with these leaves should stand, or where it enters as it arrives or begins anew, in
    /// ticks; 0: in no book.
    pub fn peg_price(&self, side: Side, peg: &Peg, sight: Sight, leaves: i64, enters: bool) -> i64 {
        let base = base_of(peg.reference, side, sight);
        if base == 0 {
            return 0;
        }
        let mut price = base + peg.offset;
        if peg.limit > 0 {
            price = no_closer(side, price, peg.limit);
        }
        let may_take = peg.takes(side) || (enters && peg.meets());
        if sight.opposite > 0 && !may_take {
            price = no_closer(side, price, sight.opposite - side.sign());
        }
        if sight.limit > 0 {
            price = no_closer(side, price, sight.limit);
        }
        if self.may_stand(price, base, leaves) { price } else { 0 }
    }

    /// Within the bounds of prices and values, and no farther from its reference than half the band is wide.
    fn may_stand(&self, price: i64, base: i64, leaves: i64) -> bool {
        let is_near = self.price_band == 0 || (price - base).abs() <= self.width(base);
        (1..=cambist_wire::MAX_PRICE).contains(&price) && is_near && self.notional(price, leaves).is_some()
    }
}

/// What an order follows; the middle is rounded away from the other side.
const fn base_of(reference: PegReference, side: Side, sight: Sight) -> i64 {
    let Sight { bid, ask, .. } = sight;
    match (reference, side) {
        (PegReference::Mid, _) if bid == 0 || ask == 0 => 0,
        (PegReference::Mid, Side::Buy) => (bid + ask) / 2,
        (PegReference::Mid, Side::Sell) => (bid + ask + 1) / 2,
        (PegReference::Primary, Side::Buy) | (PegReference::Opposite, Side::Sell) => bid,
        (PegReference::Primary, Side::Sell) | (PegReference::Opposite, Side::Buy) => ask,
    }
}

/// The price, or the limit where the price would be more aggressive.
fn no_closer(side: Side, price: i64, limit: i64) -> i64 {
    match side {
        Side::Buy => price.min(limit),
        Side::Sell => price.max(limit),
    }
}

#[cfg(test)]
mod tests {
    use super::{Peg, Pegs, Sight};
    use cambist_wire::{PegReference, Side};

    fn peg(slot: u32) -> Peg {
        Peg { slot, reference: PegReference::Primary, offset: 0, limit: 0 }
    }

    #[test]
    fn those_that_stand_are_not_looked_at_again_until_the_side_sees_something_else() {
        let mut pegs = Pegs::default();
        for order_id in 1..=3 {
            pegs.put(Side::Buy, order_id, peg(order_id as u32));
        }
        let sight = Sight { bid: 99, ask: 101, opposite: 101, limit: 0 };
        assert_eq!(pegs.next_due(Side::Buy, sight, |peg| peg.slot > 1), Some((2, 2)));
        assert_eq!(pegs.next_due(Side::Buy, sight, |peg| peg.slot != 2), Some((3, 3)));
        assert_eq!(pegs.next_due(Side::Buy, sight, |_| false), None);
        assert_eq!(pegs.next_due(Side::Buy, sight, |_| true), None);
        assert_eq!(pegs.next_due(Side::Buy, Sight { bid: 98, ..sight }, |_| true), Some((1, 1)));
        pegs.put(Side::Buy, 2, peg(2));
        assert_eq!(pegs.next_due(Side::Buy, Sight { bid: 98, ..sight }, |peg| peg.slot == 2), Some((2, 2)));
    }

    #[test]
    fn shown_orders_are_counted_by_price() {
        let mut pegs = Pegs::default();
        pegs.show(Side::Sell, 101);
        pegs.show(Side::Sell, 101);
        pegs.hide(Side::Sell, 101);
        assert_eq!((pegs.shown_at(Side::Sell, 101), pegs.shown_at(Side::Buy, 101)), (1, 0));
        pegs.hide(Side::Sell, 101);
        assert_eq!(pegs.shown_at(Side::Sell, 101), 0);
    }
}
