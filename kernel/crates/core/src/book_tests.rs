//! The book against a list of orders that is searched from end to end.

use cambist_wire::Side;
use proptest::prelude::*;

use crate::book::{Book, Node};
use crate::slab::Slab;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Order {
    id: u64,
    side: Side,
    price: i64,
    is_hidden: bool,
    leaves: i64,
    slot: u32,
}

#[derive(Clone, Debug)]
enum Step {
    Add { side: Side, price: i64, qty: i64, is_hidden: bool },
    Remove { place: usize },
    Shrink { place: usize, by: i64 },
    Take { side: Side, limit: i64, qty: i64 },
}

fn sides() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

/// Near each other, pages apart, pages apart that share their place among the recent ones, and anywhere.
fn prices() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => 10_000i64..10_020,
        2 => 5_000i64..15_000,
        2 => (0i64..40).prop_map(|number| 10_000 + number * 4_096),
        1 => 1i64..1 << 40,
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    let add = (sides(), prices(), 1i64..50, prop::bool::weighted(0.2))
        .prop_map(|(side, price, qty, is_hidden)| Step::Add { side, price, qty, is_hidden });
    prop_oneof![
        5 => add,
        2 => any::<usize>().prop_map(|place| Step::Remove { place }),
        1 => (any::<usize>(), 1i64..20).prop_map(|(place, by)| Step::Shrink { place, by }),
        2 => (sides(), prices(), 1i64..120).prop_map(|(side, limit, qty)| Step::Take { side, limit, qty }),
    ]
}

#[derive(Default)]
struct Pair {
    book: Book,
    orders: Slab<Node>,
    /// In order of arrival.
    model: Vec<Order>,
    last_id: u64,
}

impl Pair {
    fn apply(&mut self, step: &Step) {
        match *step {
            Step::Add { side, price, qty, is_hidden } => self.add(side, price, qty, is_hidden),
            Step::Remove { place } if !self.model.is_empty() => self.remove(place % self.model.len()),
            Step::Shrink { place, by } if !self.model.is_empty() => {
                let place = place % self.model.len();
                if self.model[place].leaves > by {
                    self.shrink(place, by);
                }
            }
            Step::Take { side, limit, qty } => self.take(side, limit, qty),
            _ => {}
        }
    }

    fn add(&mut self, side: Side, price: i64, leaves: i64, is_hidden: bool) {
        self.last_id += 1;
        let slot = self.orders.insert(Node::new(self.last_id, leaves, is_hidden));
        self.book.push(&mut self.orders, slot, side, price);
        self.model.push(Order { id: self.last_id, side, price, is_hidden, leaves, slot });
    }

    fn shrink(&mut self, place: usize, by: i64) -> i64 {
        self.model[place].leaves -= by;
        self.book.reduce(&mut self.orders, self.model[place].slot, by)
    }

    fn remove(&mut self, place: usize) {
        let slot = self.model.remove(place).slot;
        self.book.unlink(&mut self.orders, slot);
        self.orders.free(slot);
    }

    fn take(&mut self, side: Side, limit: i64, mut qty: i64) {
        while qty > 0 {
            let first = self.in_priority(side.opposite()).first().copied();
            let within = first.filter(|order| order.price * side.sign() <= limit * side.sign());
            let found = self.book.first_against(side, limit);
            assert_eq!(found, within.map(|order| (order.slot, order.price)));
            assert_eq!(self.book.would_trade(side, limit), within.is_some());
            let Some(maker) = within else { return };
            let place = self.model.iter().position(|order| order.id == maker.id).unwrap();
            let traded = qty.min(maker.leaves);
            qty -= traded;
            if self.shrink(place, traded) == 0 {
                self.remove(place);
            }
        }
    }

    fn in_priority(&self, side: Side) -> Vec<Order> {
        let mut orders: Vec<Order> = self.model.iter().filter(|order| order.side == side).copied().collect();
        orders.sort_by_key(|order| (order.price * -side.sign(), order.is_hidden));
        orders
    }

    fn compare(&self) {
        for side in [Side::Buy, Side::Sell] {
            let expected = self.in_priority(side);
            let found: Vec<(i64, u64, i64)> = (self.book.in_priority(&self.orders, side))
                .map(|(price, slot)| (price, self.orders[slot].order_id, self.orders[slot].leaves))
                .collect();
            let wanted: Vec<_> = expected.iter().map(|order| (order.price, order.id, order.leaves)).collect();
            assert_eq!(found, wanted);
            assert_eq!(self.book.best(side), expected.first().map(|order| order.price));
            let displayed = expected.iter().filter(|order| !order.is_hidden);
            assert_eq!(self.book.best_displayed(side), displayed.clone().next().map(|order| order.price));
            for price in expected.iter().map(|order| order.price) {
                let level: Vec<&Order> = displayed.clone().filter(|order| order.price == price).collect();
                let qty = level.iter().map(|order| order.leaves).sum();
                assert_eq!(self.book.level(side, price), (qty, level.len() as u32));
                let slots = self.book.displayed_at(&self.orders, side, price);
                assert!(slots.eq(level.iter().map(|order| order.slot)));
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
fn the_best_is_found_in_a_market_that_moves_away() {
    let mut pair = Pair::default();
    for number in 0..40_000 {
        pair.add(Side::Sell, 1_000 + number * 3, 5, number % 7 == 0);
        if number >= 3 {
            pair.remove(0);
        }
        assert_eq!(pair.book.best(Side::Sell), pair.model.iter().map(|order| order.price).min());
    }
    pair.compare();
}
