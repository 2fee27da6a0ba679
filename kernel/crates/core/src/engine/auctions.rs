//! Auctions: orders are collected, and at the end trade at one price.

use std::collections::BTreeSet;

use cambist_wire::events::{AuctionUncrossed, Trade};
use cambist_wire::{Liquidity, OrderType, Phase, Side, TimeInForce, reasons};

use super::Engine;
use super::ledger::Fill;
use super::matching::Taker;
use crate::auction::Indication;
use crate::past_trades::PastTrade;

impl Engine {
    /// Keep an order for an auction: at its price where it has one, unless the auction is yet to come.
    #[cold]
    pub(super) fn collect(&mut self, taker: &Taker) {
        let instrument = &self.instruments[taker.instrument];
        let is_waiting =
            taker.time_in_force == TimeInForce::AtClose && instrument.phase != Phase::ClosingAuction;
        if is_waiting || taker.price == 0 {
            self.hold(taker, is_waiting);
        } else {
            self.rest(taker);
        }
        if self.instruments[taker.instrument].is_collecting {
            self.note_session(taker.instrument);
        }
        self.state_deltas(taker.instrument);
    }

    /// Keep an order outside the book. The level of all such orders is 0.
    fn hold(&mut self, taker: &Taker, is_waiting: bool) {
        let slot = if taker.resting == crate::slab::NONE { self.new_resting(taker) } else { taker.resting };
        let order = &mut self.resting[slot];
        order.price = taker.price;
        order.qty = taker.qty;
        order.set_waiting(is_waiting);
        let order = *order;
        self.resting.nodes[slot].leaves = taker.leaves;
        let place = self.instruments[taker.instrument].place_of(&order);
        place.push(&mut self.resting.nodes, slot, order.side, 0);
    }

    /// The closing auction begins: AT_CLOSE orders take part.
    pub(super) fn let_in_waiting(&mut self, index: u32) {
        for slot in self.slots_waiting(index) {
            let (mut order, _) = self.leave_book(slot);
            order.set_waiting(false);
            self.resting[slot].set_waiting(false);
            let place = self.instruments[index].place_of(&order);
            place.push(&mut self.resting.nodes, slot, order.side, order.price);
            if order.is_in_book() && !self.touched.contains(&(order.side, order.price)) {
                self.touched.push((order.side, order.price));
            }
        }
        self.state_deltas(index);
    }

    /// There is no closing auction any more: AT_CLOSE orders that still wait end, by order_id.
    pub(super) fn end_waiting(&mut self, index: u32) {
        let mut slots = self.slots_waiting(index);
        slots.sort_unstable_by_key(|slot| self.resting[*slot].order_id);
        for slot in slots {
            self.cancel_maker(slot, reasons::AUCTION_ENDED);
        }
    }

    fn slots_waiting(&self, index: u32) -> Vec<u32> {
        let waiting = &self.instruments[index].auction.waiting;
        waiting.orders(&self.resting.nodes).map(|(_, _, slot)| slot).collect()
    }

    /// End the auction: trade at one price, again where orders that ended on the way left the book crossed, then end
    /// what an auction ends.
    pub(super) fn uncross(&mut self, index: u32) {
        self.instruments[index].auction.indicated = Indication::NOTHING;
        let mut has_traded = false;
        loop {
            let found = self.indication(index);
            let qty = if found.price > 0 { self.trade_at(index, &found) } else { 0 };
            if qty > 0 || found.price == 0 && !has_traded {
                self.state_uncrossed(index, &found, qty);
            }
            has_traded |= qty > 0;
            if found.price == 0 {
                break;
            }
        }
        self.end_auction_orders(index);
        self.instruments[index].is_collecting = false;
        let mut stated = BTreeSet::new();
        self.touched.retain(|level| stated.insert(*level));
        self.state_deltas(index);
    }

    /// Pair the orders with priority until one side has none that may trade at the price; gives the lots traded.
    fn trade_at(&mut self, index: u32, found: &Indication) -> i64 {
        let mut traded = 0;
        while let Some(buy) = self.first_at(index, Side::Buy, found.price)
            && let Some(sell) = self.first_at(index, Side::Sell, found.price)
        {
            let (buying, selling) = (self.tradable(buy), self.tradable(sell));
            for (slot, qty) in [(buy, buying), (sell, selling)] {
                if qty == 0 {
                    self.cancel_maker(slot, reasons::POSITION_REDUCED);
                }
            }
            if buying > 0 && selling > 0 {
                traded += self.trade_pair(index, [buy, sell], buying.min(selling), found);
            }
        }
        traded
    }

    /// The order of a side with priority at a price: MARKET before LIMIT, then price, then time.
    fn first_at(&self, index: u32, side: Side, price: i64) -> Option<u32> {
        let instrument = &self.instruments[index];
        let unpriced = instrument.auction.market_orders.first(side);
        if unpriced.is_some() {
            return unpriced;
        }
        instrument.book.first_against(side.opposite(), price).map(|(slot, _)| slot)
    }

    /// How much of an order may trade now.
    fn tradable(&self, slot: u32) -> i64 {
        let (order, slice) = (&self.resting[slot], self.resting.slice(slot));
        if order.flags.reduce_only() { slice.min(self.reducible(order.desk)) } else { slice }
    }

    /// One trade. The side that is left over counts as the aggressor; its order stands in the taker's place.
    fn trade_pair(&mut self, index: u32, pair: [u32; 2], qty: i64, found: &Indication) -> i64 {
        let instrument = &mut self.instruments[index];
        let wanted_qty = qty;
        let qty = wanted_qty.min(i64::MAX / (found.price * instrument.unit_value));
        let aggressor = found.imbalance_side;
        let (maker_slot, taker_slot) = (pair[aggressor.opposite() as usize], pair[aggressor as usize]);
        let (maker, taker) = (self.resting[maker_slot], self.resting[taker_slot]);
        let trade_id = self.next_trade_id;
        self.next_trade_id += 1;
        instrument.last_price = found.price;
        self.output.emit(&Trade {
            trade_id,
            instrument_id: instrument.id,
            aggressor,
            price: found.price,
            qty,
            maker_order_id: maker.order_id,
            taker_order_id: taker.order_id,
        });
        let sides =
            [maker, taker].map(|order| self.trade_side(order.account, order.desk, index, Liquidity::Auction));
        self.past_trades.put(
            trade_id,
            PastTrade {
                price: found.price,
                qty,
                instrument: index,
                sides,
                aggressor,
                in_auction: true,
                is_busted: false,
            },
        );
        let leaves = [self.take_off(maker_slot, qty), self.take_off(taker_slot, qty)];
        for (place, order) in [maker, taker].iter().enumerate() {
            let leaves = leaves[place];
            let fill = Fill {
                trade_id,
                instrument: index,
                price: found.price,
                qty,
                side: order.side,
                liquidity: Liquidity::Auction,
                rate: i64::from(sides[place].fee),
            };
            self.fill(&fill, order.order_id, order.account, order.desk, leaves);
        }
        if qty < wanted_qty {
            // Without a price of its own: a LIMIT order to buy is never worth so much.
            self.cancel_maker(pair[Side::Buy as usize], reasons::NOTIONAL_OVERFLOW);
        }
        if self.groups.owes_lots() {
            self.lower_groups();
        }
        qty
    }

    /// Take traded lots off an order; gives what is open of it then.
    fn take_off(&mut self, slot: u32, qty: i64) -> i64 {
        let order = self.resting[slot];
        self.touch_level_of(&order);
        let place = self.instruments[order.instrument].place_of(&order);
        let mut leaves = place.reduce(&mut self.resting.nodes, slot, qty);
        if self.resting.nodes[slot].is_iceberg {
            leaves = self.refill(slot, leaves);
        }
        if leaves == 0 {
            let place = self.instruments[order.instrument].place_of(&order);
            place.unlink(&mut self.resting.nodes, slot);
            if order.order_type() == OrderType::Pegged {
                self.hide_peg(&order);
            }
            self.drop_resting(slot);
        }
        leaves
    }

    /// What had no price, and what was for this auction only, by order_id.
    fn end_auction_orders(&mut self, index: u32) {
        let instrument = &self.instruments[index];
        let nodes = &self.resting.nodes;
        let unpriced = instrument.auction.market_orders.orders(nodes).map(|(_, _, slot)| slot);
        let resting = instrument.book.orders(nodes).map(|(_, _, slot)| slot);
        let bound = resting.filter(|slot| self.resting[*slot].time_in_force.is_for_auction());
        let mut slots: Vec<u32> = unpriced.chain(bound).collect();
        slots.sort_unstable_by_key(|slot| self.resting[*slot].order_id);
        for slot in slots {
            let is_for_auction = self.resting[slot].time_in_force.is_for_auction();
            let reason = if is_for_auction { reasons::AUCTION_ENDED } else { reasons::UNFILLED_REMAINDER };
            self.cancel_maker(slot, reason);
        }
    }

    fn state_uncrossed(&mut self, index: u32, found: &Indication, qty: i64) {
        self.output.emit(&AuctionUncrossed {
            instrument_id: self.instruments[index].id,
            imbalance_side: found.imbalance_side,
            price: found.price,
            qty,
            imbalance_qty: found.imbalance_qty,
        });
    }
}
