//! Trailing stops of one side that watch one value. Orders with the same best share it in a group: a new best
//! touches the groups it overtakes, which are one from then on, and no order by itself.
//!
//! Values are turned so that "best" is the greatest and an order is due at or below its trigger: those of sells
//! as they are, those of buys negated.

use std::collections::{BTreeMap, BTreeSet};

use cambist_wire::{OffsetUnit, Side};

use crate::slab::Slab;

const BASIS_POINTS_IN_ONE: i64 = 10_000;
/// The best of an order that has seen no value yet: less than any.
const UNKNOWN: i64 = i64::MIN;

/// How far behind its best an order follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distance {
    /// In units.
    pub offset: i64,
    /// Ticks or basis points.
    pub unit: OffsetUnit,
}

impl Distance {
    /// In ticks, rounded up.
    fn ticks(self, best_price: i64) -> i64 {
        match self.unit {
            OffsetUnit::Ticks => self.offset,
            // Below 2^40 times 10^4: it fits.
            OffsetUnit::BasisPoints => -(-best_price * self.offset).div_euclid(BASIS_POINTS_IN_ONE),
        }
    }

    /// The turned trigger behind a turned best; less than any value while there is none.
    fn trigger(self, best: i64) -> i64 {
        if best == UNKNOWN { UNKNOWN } else { best - self.ticks(best.abs()) }
    }
}

/// Orders with the same best, by offset.
#[derive(Clone, Debug)]
struct Group {
    best: i64,
    /// (offset, slot): those in ticks, those in basis points.
    members: [BTreeSet<(i64, u32)>; 2],
    /// The greatest trigger among them.
    first: i64,
}

impl Group {
    fn new(best: i64) -> Self {
        Self { best, members: [BTreeSet::new(), BTreeSet::new()], first: UNKNOWN }
    }

    fn len(&self) -> usize {
        self.members[0].len() + self.members[1].len()
    }

    /// The order that is due before the others: its trigger and its slot.
    fn first_member(&self) -> Option<(i64, u32)> {
        let units = [OffsetUnit::Ticks, OffsetUnit::BasisPoints];
        let firsts = units.into_iter().filter_map(|unit| {
            let (offset, slot) = *self.members[unit as usize].first()?;
            Some((Distance { offset, unit }.trigger(self.best), slot))
        });
        firsts.max_by_key(|(trigger, _)| *trigger)
    }
}

/// All of one side and one value.
#[derive(Clone, Debug)]
pub struct Trails {
    side: Side,
    places: BTreeMap<u32, (u32, Distance)>,
    groups: Slab<Group>,
    by_best: BTreeMap<i64, u32>,
    /// (greatest trigger, group).
    by_trigger: BTreeSet<(i64, u32)>,
}

impl Trails {
    /// None yet.
    pub fn new(side: Side) -> Self {
        Self {
            side,
            places: BTreeMap::new(),
            groups: Slab::default(),
            by_best: BTreeMap::new(),
            by_trigger: BTreeSet::new(),
        }
    }

    /// An order begins to follow from a best it has seen; 0 for none.
    pub fn add(&mut self, slot: u32, distance: Distance, best_price: i64) {
        let best = if best_price == 0 { UNKNOWN } else { self.turned(best_price) };
        let group = match self.by_best.get(&best) {
            Some(group) => *group,
            None => {
                let group = self.groups.insert(Group::new(best));
                self.by_best.insert(best, group);
                self.by_trigger.insert((UNKNOWN, group));
                group
            }
        };
        self.groups[group].members[distance.unit as usize].insert((distance.offset, slot));
        self.places.insert(slot, (group, distance));
        self.sort(group);
    }

    /// An order follows no longer; gives the best it had seen, 0 for none.
    pub fn remove(&mut self, slot: u32) -> i64 {
        let Some((index, distance)) = self.places.remove(&slot) else { return 0 };
        let group = &mut self.groups[index];
        let best = group.best;
        group.members[distance.unit as usize].remove(&(distance.offset, slot));
        if group.len() > 0 {
            self.sort(index);
        } else {
            self.by_trigger.remove(&(group.first, index));
            self.by_best.remove(&best);
            self.groups.free(index);
        }
        self.price_of(best)
    }

    /// The best an order has seen and its trigger price; zeros while it has seen none.
    pub fn state_of(&self, slot: u32) -> (i64, i64) {
        let Some((group, distance)) = self.places.get(&slot) else { return (0, 0) };
        let best = self.groups[*group].best;
        (self.price_of(best), self.price_of(distance.trigger(best)))
    }

    /// Let every order follow a value, then give those that are due: slot, best, trigger price.
    pub fn look(&mut self, price: i64, due: &mut Vec<(u32, i64, i64)>) {
        let value = self.turned(price);
        if self.by_best.first_key_value().is_some_and(|(best, _)| *best < value) {
            self.overtake(value);
        }
        while let Some(&(trigger, group)) = self.by_trigger.last() {
            if trigger < value {
                return;
            }
            let Some((_, slot)) = self.groups[group].first_member() else { return };
            let best = self.remove(slot);
            due.push((slot, best, self.price_of(trigger)));
        }
    }

    /// All groups up to a new best become one: the smaller ones move into the largest.
    fn overtake(&mut self, value: i64) {
        let overtaken: Vec<u32> = self.by_best.range(..=value).map(|(_, group)| *group).collect();
        self.by_best = self.by_best.split_off(&(value + 1));
        let Some(&into) = overtaken.iter().max_by_key(|group| self.groups[**group].len()) else { return };
        for group in overtaken {
            if group != into {
                self.merge(group, into);
            }
        }
        self.groups[into].best = value;
        self.by_best.insert(value, into);
        self.sort(into);
    }

    fn merge(&mut self, from: u32, into: u32) {
        self.by_trigger.remove(&(self.groups[from].first, from));
        let members = std::mem::take(&mut self.groups[from].members);
        self.groups.free(from);
        for (unit, orders) in members.into_iter().enumerate() {
            for (offset, slot) in orders {
                self.groups[into].members[unit].insert((offset, slot));
                if let Some(place) = self.places.get_mut(&slot) {
                    place.0 = into;
                }
            }
        }
    }

    /// Put a group to its place by trigger, as its members are now.
    fn sort(&mut self, index: u32) {
        let group = &mut self.groups[index];
        let first = group.first_member().map_or(UNKNOWN, |(trigger, _)| trigger);
        self.by_trigger.remove(&(group.first, index));
        group.first = first;
        self.by_trigger.insert((first, index));
    }

    fn turned(&self, price: i64) -> i64 {
        -self.side.sign() * price
    }

    fn price_of(&self, turned: i64) -> i64 {
        if turned == UNKNOWN { 0 } else { self.turned(turned) }
    }
}

#[cfg(test)]
mod tests {
    use cambist_wire::{OffsetUnit, Side};

    use super::{Distance, Trails};

    const fn ticks(offset: i64) -> Distance {
        Distance { offset, unit: OffsetUnit::Ticks }
    }

    fn due(trails: &mut Trails, price: i64) -> Vec<u32> {
        let mut due = Vec::new();
        trails.look(price, &mut due);
        due.into_iter().map(|(slot, _, _)| slot).collect()
    }

    #[test]
    fn sells_follow_up_and_are_due_on_the_way_down() {
        let mut trails = Trails::new(Side::Sell);
        trails.add(1, ticks(5), 100);
        trails.add(2, ticks(3), 100);
        assert!(due(&mut trails, 110).is_empty());
        assert_eq!(trails.state_of(1), (110, 105));
        trails.add(3, ticks(5), 108);
        assert_eq!(due(&mut trails, 107), [2]);
        assert_eq!(trails.state_of(3), (108, 103));
        assert_eq!(due(&mut trails, 103), [1, 3]);
    }

    #[test]
    fn buys_follow_down_and_basis_points_round_up() {
        let mut trails = Trails::new(Side::Buy);
        let point = Distance { offset: 1, unit: OffsetUnit::BasisPoints };
        trails.add(1, point, 0);
        assert_eq!(trails.state_of(1), (0, 0));
        assert!(due(&mut trails, 90).is_empty());
        assert_eq!(trails.state_of(1), (90, 91));
        assert_eq!(trails.remove(1), 90);
        assert!(due(&mut trails, 1_000).is_empty());
    }

    #[test]
    fn groups_that_are_overtaken_are_one() {
        let mut trails = Trails::new(Side::Sell);
        for slot in 0..50 {
            trails.add(slot, ticks(i64::from(slot) + 1), 100 - i64::from(slot));
        }
        assert_eq!(trails.by_best.len(), 50);
        due(&mut trails, 101);
        assert_eq!(trails.by_best.len(), 1);
        assert_eq!(trails.state_of(49), (101, 51));
        assert_eq!(due(&mut trails, 51).len(), 50);
        assert!(trails.by_trigger.is_empty() && trails.places.is_empty());
    }
}
