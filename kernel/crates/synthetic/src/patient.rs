//! Participants that wait away from the market, so that the depth is alive beyond the makers' ladders.

use cambist_wire::commands::{CancelOrder, NewOrder, ReplaceOrder};
use cambist_wire::{OrderFlags, OrderType, Side, Text, TimeInForce};

use crate::profile::Profile;
use crate::random::Xorshift;
use crate::state::Floor;

const CAPACITY: u64 = 50;
const REPLACE_PPM: u64 = 250_000;
const GTD_PPM: u64 = 150_000;
const SECOND_NS: i64 = 1_000_000_000;

/// Resting orders of one account in one instrument.
#[derive(Clone, Debug)]
pub struct Patient {
    pub account_id: u32,
    /// Tickets, in the order of placing.
    pub orders: Vec<u64>,
}

impl Patient {
    pub fn new(account_id: u32) -> Self {
        Self { account_id, orders: Vec::new() }
    }

    /// Place an order, move one, or give one up. `fair_price` is in ticks.
    pub fn act(&mut self, fair_price: i64, now_ns: i64, floor: &mut Floor<'_>) {
        let Floor { profile, members, random, sent } = floor;
        self.orders.retain(|ticket| members.orders.contains_key(ticket));
        // The fuller the book, the likelier something is given up: the number of orders hovers below capacity.
        if self.orders.is_empty() || random.below(CAPACITY) >= self.orders.len() as u64 {
            return self.place(fair_price, now_ns, floor);
        }
        let index = random.below(self.orders.len() as u64) as usize;
        let Some(order) = members.orders.get_mut(&self.orders[index]).filter(|order| order.order_id != 0)
        else {
            return self.place(fair_price, now_ns, floor);
        };
        let account_id = self.account_id;
        if !order.is_refused && random.chance(REPLACE_PPM) {
            order.price = resting_price(order.side, fair_price, profile, random);
            let qty = order.filled + resting_qty(profile, random);
            let (order_id, price) = (order.order_id, order.price);
            let flags = OrderFlags::NONE;
            sent.push(&ReplaceOrder {
                account_id,
                flags,
                order_id,
                price,
                qty,
                client_order_id: Text::EMPTY,
            });
        } else {
            sent.push(&CancelOrder { account_id, order_id: order.order_id, client_order_id: Text::EMPTY });
            self.orders.remove(index);
        }
    }

    /// A new order somewhere away from the market.
    pub fn place(&mut self, fair_price: i64, now_ns: i64, floor: &mut Floor<'_>) {
        let Floor { profile, members, random, sent } = floor;
        let side = if random.below(2) == 0 { Side::Buy } else { Side::Sell };
        let price = resting_price(side, fair_price, profile, random);
        let qty = resting_qty(profile, random);
        self.orders.push(members.send(self.account_id, profile.instrument_id, side, price, qty));
        let is_good_till = random.chance(GTD_PPM);
        sent.push(&NewOrder {
            instrument_id: profile.instrument_id,
            account_id: self.account_id,
            strategy_id: 0,
            side,
            order_type: OrderType::Limit,
            time_in_force: if is_good_till { TimeInForce::Gtd } else { TimeInForce::Gtc },
            flags: OrderFlags::NONE,
            price,
            qty,
            expire_ns: if is_good_till { now_ns + random.between(5, 60) * SECOND_NS } else { 0 },
            client_order_id: Text::EMPTY,
        });
    }
}

/// Mostly just behind the makers, with a long tail.
fn resting_price(side: Side, fair_price: i64, profile: &Profile, random: &mut Xorshift) -> i64 {
    let distance = 2 * profile.half_spread + 1 + random.tail(fair_price.div_euclid(1_600));
    (fair_price - side.sign() * distance.min(fair_price.div_euclid(50))).max(1)
}

fn resting_qty(profile: &Profile, random: &mut Xorshift) -> i64 {
    (1 + random.tail(profile.rung_qty * 2)).min(profile.max_order_qty)
}
