//! The book against a list of orders that is searched from end to end.

use cambist_wire::Side;
use proptest::prelude::*;

use crate::book::{Book, Node};
use crate::slab::Slab;

/// Side, price, order_id, leaves: in order of arrival.
type Model = Vec<(Side, i64, u64, i64)>;

#[derive(Clone, Debug)]
enum Step {
    Add { side: Side, price: i64, qty: i64 },
    Remove { place: usize },
    Shrink { place: usize, by: i64 },
    Take { side: Side, limit: i64, qty: i64 },
}

fn sides() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

/// Near each other, a window apart, and anywhere up to the largest price.
fn prices() -> impl Strategy<Value = i64> {
    prop_oneof![6 => 10_000i64..10_020, 2 => 5_000i64..15_000, 1 => 1i64..1 << 40]
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (sides(), prices(), 1i64..50).prop_map(|(side, price, qty)| Step::Add { side, price, qty }),
        2 => any::<usize>().prop_map(|place| Step::Remove { place }),
        1 => (any::<usize>(), 1i64..20).prop_map(|(place, by)| Step::Shrink { place, by }),
        2 => (sides(), prices(), 1i64..120).prop_map(|(side, limit, qty)| Step::Take { side, limit, qty }),
    ]
}

#[derive(Default)]
struct Pair {
    book: Book,
    orders: Slab<Node>,
    slots: Vec<(u64, u32)>,
    model: Model,
    last_id: u64,
}

impl Pair {
    fn apply(&mut self, step: &Step) {
        match *step {
            Step::Add { side, price, qty } => self.add(side, price, qty),
            Step::Remove { place } if !self.model.is_empty() => {
                let (_, _, id, _) = self.model[place % self.model.len()];
                self.remove(id);
            }
            Step::Shrink { place, by } if !self.model.is_empty() => {
                let place = place % self.model.len();
                if self.model[place].3 > by {
                    self.model[place].3 -= by;
                    let slot = self.slot_of(self.model[place].2);
                    self.book.reduce(&mut self.orders, slot, by);
                }
            }
            Step::Take { side, limit, qty } => self.take(side, limit, qty),
            _ => {}
        }
    }

    fn add(&mut self, side: Side, price: i64, qty: i64) {
        self.last_id += 1;
        let slot = self.orders.insert(Node::new(self.last_id, qty, false));
        self.book.push(&mut self.orders, slot, side, price);
        self.slots.push((self.last_id, slot));
        self.model.push((side, price, self.last_id, qty));
    }

    fn slot_of(&self, id: u64) -> u32 {
        self.slots.iter().find(|(other, _)| *other == id).map(|(_, slot)| *slot).unwrap()
    }

    fn remove(&mut self, id: u64) {
        let slot = self.slot_of(id);
        self.book.unlink(&mut self.orders, slot);
        self.orders.free(slot);
        self.slots.retain(|(other, _)| *other != id);
        self.model.retain(|order| order.2 != id);
    }

    fn take(&mut self, side: Side, limit: i64, mut qty: i64) {
        while qty > 0 {
            let first = self.in_priority(side.opposite()).first().copied();
            let within = first.filter(|order| match side {
                Side::Buy => order.1 <= limit,
                Side::Sell => order.1 >= limit,
            });
            let found =
                self.book.first_against(side, limit).map(|(slot, price)| (price, self.orders[slot].order_id));
            assert_eq!(found, within.map(|order| (order.1, order.2)));
            let Some((_, _, id, leaves)) = within else { return };
            let traded = qty.min(leaves);
            qty -= traded;
            let slot = self.slot_of(id);
            if self.book.reduce(&mut self.orders, slot, traded) == 0 {
                self.remove(id);
            } else {
                self.model.iter_mut().find(|order| order.2 == id).unwrap().3 -= traded;
            }
        }
    }

    fn in_priority(&self, side: Side) -> Model {
        let mut orders: Model = self.model.iter().filter(|order| order.0 == side).copied().collect();
        orders.sort_by_key(|order| order.1 * -side.sign());
        orders
    }

    fn compare(&self) {
        for side in [Side::Buy, Side::Sell] {
            let expected = self.in_priority(side);
            let slots = self.book.in_priority(&self.orders, side);
            let found: Model = slots
                .map(|(price, slot)| (price, &self.orders[slot]))
                .map(|(price, order)| (side, price, order.order_id, order.leaves))
                .collect();
            assert_eq!(found, expected);
            assert_eq!(self.book.best(side), expected.first().map(|order| order.1));
            for (_, price, _, _) in &expected {
                let level = expected.iter().filter(|order| order.1 == *price);
                let (qty, count) = level.fold((0, 0), |(qty, count), order| (qty + order.3, count + 1));
                assert_eq!(self.book.level(side, *price), (qty, count));
            }
        }
    }
}

proptest! {
    #[test]
    fn the_book_agrees_with_a_list(steps in prop::collection::vec(steps(), 1..120)) {
        let mut pair = Pair::default();
        for step in &steps {
            pair.apply(step);
            pair.compare();
        }
    }
}

#[test]
fn the_window_follows_a_market_that_moves_away() {
    let mut pair = Pair::default();
    for number in 0..40_000 {
        pair.add(Side::Sell, 1_000 + number * 3, 5);
        if number >= 3 {
            let first = pair.model[0].2;
            pair.remove(first);
        }
        assert_eq!(pair.book.best(Side::Sell), pair.model.iter().map(|order| order.1).min());
    }
    pair.compare();
}
