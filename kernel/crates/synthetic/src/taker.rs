//! Participants that take: most of them at random, some because a quote is wrong.

use cambist_wire::commands::NewOrder;
use cambist_wire::{OrderFlags, OrderType, Side, Text, TimeInForce};

use crate::profile::Profile;
use crate::random::Xorshift;

const INFORMED_PPM: u64 = 300_000;
const SWEEP_PPM: u64 = 20_000;
const SAME_SIDE_PPM: u64 = 600_000;
const MARKET_ORDER_PPM: u64 = 400_000;

/// IOC orders in one instrument. `last_side` is its only state.
#[derive(Clone, Debug)]
pub struct Taker {
    pub last_side: Side,
}

impl Taker {
    pub const fn new() -> Self {
        Self { last_side: Side::Buy }
    }

    /// One order. `fair_price` and `inside`, the makers' best bid and ask, are in ticks.
    pub fn act(
        &mut self,
        account_id: u32,
        fair_price: i64,
        inside: (i64, i64),
        profile: &Profile,
        random: &mut Xorshift,
    ) -> NewOrder<'static> {
        let (side, price, qty) = self.choose(fair_price, inside, profile, random);
        NewOrder {
            instrument_id: profile.instrument_id,
            account_id,
            strategy_id: 0,
            side,
            order_type: if price == 0 { OrderType::Market } else { OrderType::Limit },
            time_in_force: TimeInForce::Ioc,
            flags: OrderFlags::NONE,
            price,
            qty: qty.min(profile.max_order_qty),
            expire_ns: 0,
            client_order_id: Text::EMPTY,
        }
    }

    /// Side, price (0: a MARKET order) and quantity.
    fn choose(
        &mut self,
        fair_price: i64,
        inside: (i64, i64),
        profile: &Profile,
        random: &mut Xorshift,
    ) -> (Side, i64, i64) {
        if random.chance(INFORMED_PPM) {
            let (best_bid, best_ask) = inside;
            let side = if best_ask != 0 && best_ask < fair_price {
                Some(Side::Buy)
            } else if best_bid > fair_price {
                Some(Side::Sell)
            } else {
                None
            };
            if let Some(side) = side {
                return (
                    side,
                    fair_price,
                    random.between(profile.rung_qty.div_euclid(2), profile.rung_qty * 3),
                );
            }
        }
        self.choose_at_random(fair_price, profile, random)
    }

    fn choose_at_random(
        &mut self,
        fair_price: i64,
        profile: &Profile,
        random: &mut Xorshift,
    ) -> (Side, i64, i64) {
        if !random.chance(SAME_SIDE_PPM) {
            self.last_side = self.last_side.opposite();
        }
        let side = self.last_side;
        if random.chance(SWEEP_PPM) {
            return (side, 0, profile.rung_qty * random.between(6, 36));
        }
        let mut qty = 1 + random.tail(profile.taker_qty);
        if random.chance(100_000) {
            qty *= 6;
        }
        if random.chance(MARKET_ORDER_PPM) {
            return (side, 0, qty);
        }
        let patience = random.between(1, 4) * profile.half_spread;
        (side, (fair_price + side.sign() * patience).max(1), qty)
    }
}
