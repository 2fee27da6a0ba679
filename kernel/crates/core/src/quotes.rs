//! Which open orders stand for which quotes.

use std::collections::BTreeMap;

use cambist_wire::Side;
use cambist_wire::snapshot::QuoteRow;

/// Set in the order_id of every order that came of a quote, and of no other.
const QUOTE_ORDER: u64 = 1 << 62;

/// The id of the order for one side of the entry at a place of a mass quote.
pub const fn quote_order_id(sequence: u64, place: usize, side: Side) -> u64 {
    QUOTE_ORDER | (sequence << 8) | (2 * place as u64 + side as u64)
}

/// Whether an order came of a quote.
#[inline(always)]
pub const fn is_quote(order_id: u64) -> bool {
    order_id & QUOTE_ORDER != 0
}

/// A quote's name, by ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QuoteKey {
    /// Of its owner.
    pub account_id: u32,
    /// 0 for members and quotes by hand.
    pub strategy_id: u32,
    /// What is quoted.
    pub instrument_id: u32,
    /// As its owner calls it.
    pub quote_id: u32,
}

/// Open orders per quote and side, and the way back.
#[derive(Clone, Debug, Default)]
pub struct Quotes {
    orders: BTreeMap<QuoteKey, [u64; 2]>,
    keys: BTreeMap<u64, QuoteKey>,
}

impl Quotes {
    /// The order that stands for a side of a quote; 0 where there is none.
    pub fn order_id(&self, key: &QuoteKey, side: Side) -> u64 {
        self.orders.get(key).map_or(0, |sides| sides[side as usize])
    }

    /// From now on this open order stands for the side.
    pub fn put(&mut self, key: QuoteKey, side: Side, order_id: u64) {
        self.orders.entry(key).or_default()[side as usize] = order_id;
        self.keys.insert(order_id, key);
    }

    /// An order has ended.
    #[cold]
    pub fn end(&mut self, order_id: u64) {
        let Some(key) = self.keys.remove(&order_id) else { return };
        let Some(sides) = self.orders.get_mut(&key) else { return };
        for side in sides.iter_mut().filter(|side| **side == order_id) {
            *side = 0;
        }
        if *sides == [0, 0] {
            self.orders.remove(&key);
        }
    }

    /// Open orders of an account's quotes on an instrument, on all of them where that is 0, ascending.
    pub fn order_ids(&self, account_id: u32, instrument_id: u32) -> Vec<u64> {
        let first = QuoteKey { account_id, strategy_id: 0, instrument_id: 0, quote_id: 0 };
        let own = self.orders.range(first..).take_while(|(key, _)| key.account_id == account_id);
        let concerned = own.filter(|(key, _)| instrument_id == 0 || key.instrument_id == instrument_id);
        let mut ids: Vec<u64> = concerned.flat_map(|(_, sides)| *sides).filter(|id| *id != 0).collect();
        ids.sort_unstable();
        ids
    }

    /// As rows of a snapshot.
    pub fn rows(&self) -> impl Iterator<Item = QuoteRow> {
        self.orders.iter().map(|(key, sides)| QuoteRow {
            account_id: key.account_id,
            strategy_id: key.strategy_id,
            instrument_id: key.instrument_id,
            quote_id: key.quote_id,
            bid_order_id: sides[0],
            ask_order_id: sides[1],
        })
    }

    /// From a row of a snapshot.
    pub fn restore(&mut self, row: &QuoteRow) {
        let QuoteRow { account_id, strategy_id, instrument_id, quote_id, .. } = *row;
        let key = QuoteKey { account_id, strategy_id, instrument_id, quote_id };
        for (side, order_id) in [(Side::Buy, row.bid_order_id), (Side::Sell, row.ask_order_id)] {
            if order_id != 0 {
                self.put(key, side, order_id);
            }
        }
    }
}
