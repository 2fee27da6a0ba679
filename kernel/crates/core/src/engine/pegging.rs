//! Pegged orders at the venue: they take the price that the market gives them, and another one when it moves.

use cambist_wire::commands::ReplaceOrder;
use cambist_wire::events::OrderReplaced;
use cambist_wire::snapshot::{PeggedRow, RestingRow};
use cambist_wire::{OrderType, Phase, Side};

use super::Engine;
use super::matching::Taker;
use super::orders::OpenOrder;
use crate::pegs::Peg;
use crate::resting::Resting;
use crate::slab::NONE;

impl Engine {
    /// Whether a pegged order stands in no book.
    #[inline]
    pub(super) fn is_parked(&self, slot: u32) -> bool {
        let order = &self.resting[slot];
        order.order_type() == OrderType::Pegged && order.price == 0
    }

    /// A pegged order arrives. Where its first price is its limit there is nothing to say of it.
    #[cold]
    pub(super) fn begin_pegging(&mut self, taker: &Taker) {
        let slot = self.new_resting(taker);
        self.keep_peg(slot, taker.price);
        self.resting[slot].price = 0;
        let price = self.peg_price(slot, taker.leaves, true);
        if price != taker.price {
            self.take_peg_price(slot, price, taker.qty, taker.leaves);
        } else if price > 0 {
            self.enter(self.peg_taker(slot, price, taker.qty, taker.leaves));
        }
    }

    /// The next pegged order of an instrument moves that is not where it should be. False where all are.
    pub(super) fn move_next_peg(&mut self, index: u32) -> bool {
        if self.instruments[index].pegs.is_none() || self.instruments[index].phase != Phase::Continuous {
            return false;
        }
        let buy = self.due_peg(index, Side::Buy);
        let sell = self.due_peg(index, Side::Sell);
        let Some((_, slot)) = [buy, sell].into_iter().flatten().min() else {
            return false;
        };
        let leaves = self.leaves_of(slot);
        let price = self.peg_price(slot, leaves, false);
        self.take_peg_price(slot, price, self.resting[slot].qty, leaves);
        true
    }

    /// The first of a side that is not where it should be.
    fn due_peg(&mut self, index: u32, side: Side) -> Option<(u64, u32)> {
        let sight = self.instruments[index].sight(side);
        let mut pegs = self.instruments[index].pegs.take()?;
        let instrument = &self.instruments[index];
        let due = pegs.next_due(side, sight, |peg| {
            let price = instrument.peg_price(side, peg, sight, self.leaves_of(peg.slot), false);
            price != self.resting[peg.slot].price
        });
        self.instruments[index].pegs = Some(pegs);
        due
    }

    /// Where a pegged order with these leaves should stand, or enters.
    fn peg_price(&self, slot: u32, leaves: i64, enters: bool) -> i64 {
        let order = &self.resting[slot];
        let instrument = &self.instruments[order.instrument];
        let peg = instrument.pegs.as_ref().and_then(|pegs| pegs.get(order.side, order.order_id));
        peg.map_or(0, |peg| {
            instrument.peg_price(order.side, peg, instrument.sight(order.side), leaves, enters)
        })
    }

    /// A pegged order leaves its place, says its new price and enters there; at price 0 it stands in no book.
    fn take_peg_price(&mut self, slot: u32, price: i64, qty: i64, leaves: i64) {
        let order = self.resting[slot];
        if order.price > 0 {
            self.leave_book(slot);
            self.touch_level_of(&order);
        }
        self.state_peg(&order, price, qty, leaves, false);
        if price > 0 {
            self.enter(self.peg_taker(slot, price, qty, leaves));
        } else {
            self.park(slot, qty, leaves);
            self.state_deltas(order.instrument);
        }
    }

    fn state_peg(&mut self, order: &Resting, price: i64, qty: i64, leaves_qty: i64, kept_priority: bool) {
        self.output.emit(&OrderReplaced {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: self.accounts[order.account].id,
            price,
            qty,
            leaves_qty,
            kept_priority,
        });
        if order.desk != NONE {
            self.change_form(order.desk, price, qty);
        }
    }

    fn park(&mut self, slot: u32, qty: i64, leaves: i64) {
        let order = &mut self.resting[slot];
        order.price = 0;
        order.qty = qty;
        self.resting.nodes[slot].leaves = leaves;
        if self.resting.nodes[slot].is_iceberg {
            self.instructions.set_reserve(self.resting[slot].order_id, 0);
        }
    }

    fn peg_taker(&self, slot: u32, price: i64, qty: i64, leaves: i64) -> Taker {
        let order = &self.resting[slot];
        Taker {
            order_id: order.order_id,
            account: order.account,
            instrument: order.instrument,
            desk: order.desk,
            resting: slot,
            side: order.side,
            order_type: order.order_type(),
            time_in_force: order.time_in_force,
            flags: order.flags,
            is_instructed: self.resting.nodes[slot].is_instructed,
            price,
            limit: price,
            qty,
            leaves,
            must_fill: 0,
            expire_ns: order.expire_ns,
        }
    }

    /// The venue's part of an amendment: less of it in place, anything else anew where it should stand then.
    pub(super) fn replace_peg(&mut self, slot: u32, replace: &ReplaceOrder<'_>, is_shrink: bool) {
        let order = self.resting[slot];
        let leaves = replace.qty - (order.qty - self.leaves_of(slot));
        if !is_shrink {
            self.keep_peg(slot, replace.price);
            let price = self.peg_price(slot, leaves, true);
            return self.take_peg_price(slot, price, replace.qty, leaves);
        }
        self.state_peg(&order, order.price, replace.qty, leaves, true);
        if order.price > 0 {
            return self.shrink(slot, replace.qty);
        }
        self.park(slot, replace.qty, leaves);
        self.keep_peg(slot, replace.price);
        self.note_change(order.instrument);
    }

    /// A pegged order that stands in no book loses lots: with fewer it may have a price.
    pub(super) fn lower_parked(&mut self, slot: u32, qty: i64) {
        self.resting.nodes[slot].leaves -= qty;
        self.keep_peg(slot, self.peg_limit(slot));
        self.note_change(self.resting[slot].instrument);
    }

    /// How far a pegged order follows.
    pub(super) fn peg_limit(&self, slot: u32) -> i64 {
        let order = &self.resting[slot];
        let pegs = self.instruments[order.instrument].pegs.as_ref();
        pegs.and_then(|pegs| pegs.get(order.side, order.order_id)).map_or(0, |peg| peg.limit)
    }

    /// Remember what an order follows, and how far.
    fn keep_peg(&mut self, slot: u32, limit: i64) {
        let order = self.resting[slot];
        let instructions = self.instructions.of(order.order_id);
        let (reference, offset) = (instructions.peg_reference, instructions.offset);
        let pegs = self.instruments[order.instrument].pegs.get_or_insert_default();
        pegs.put(order.side, order.order_id, Peg { slot, reference, offset, limit });
    }

    /// A pegged order has ended.
    #[cold]
    pub(super) fn forget_peg(&mut self, order: &Resting) {
        let pegs = &mut self.instruments[order.instrument].pegs;
        if let Some(held) = pegs {
            held.remove(order.side, order.order_id);
        }
        self.drop_empty_pegs(order.instrument);
    }

    /// Where nothing is pegged any more, nothing needs to be noted.
    pub(super) fn drop_empty_pegs(&mut self, index: u32) {
        let pegs = &mut self.instruments[index].pegs;
        if pegs.as_ref().is_some_and(|held| held.is_empty() && !held.is_noted) {
            *pegs = None;
        }
    }

    /// A pegged order begins to rest.
    #[cold]
    pub(super) fn show_peg(&mut self, order: &Resting) {
        if let Some(pegs) = &mut self.instruments[order.instrument].pegs
            && !order.flags.hidden()
        {
            pegs.show(order.side, order.price);
        }
    }

    /// A pegged order has left its level.
    #[cold]
    pub(super) fn hide_peg(&mut self, order: &Resting) {
        if let Some(pegs) = &mut self.instruments[order.instrument].pegs
            && !order.flags.hidden()
        {
            pegs.hide(order.side, order.price);
        }
    }

    pub(super) fn pegged_rows(&self) -> Vec<PeggedRow> {
        let mut rows = Vec::new();
        for index in self.instruments.by_id() {
            let instrument = &self.instruments[index];
            let held = instrument.pegs.iter().flat_map(|pegs| pegs.iter());
            rows.extend(held.map(|(order_id, peg)| {
                let order = &self.resting[peg.slot];
                PeggedRow {
                    order_id,
                    instrument_id: instrument.id,
                    account_id: self.accounts[order.account].id,
                    side: order.side,
                    time_in_force: order.time_in_force,
                    flags: order.flags,
                    limit_price: peg.limit,
                    qty: order.qty,
                    leaves_qty: self.leaves_of(peg.slot),
                    expire_ns: order.expire_ns,
                }
            }));
        }
        rows.sort_unstable_by_key(|row| row.order_id);
        rows
    }

    /// A pegged order that stands in no book.
    pub(super) fn restore_parked(&mut self, row: &PeggedRow) -> Option<()> {
        let order = self.resting_of(&RestingRow {
            order_id: row.order_id,
            instrument_id: row.instrument_id,
            account_id: row.account_id,
            side: row.side,
            order_type: OrderType::Pegged,
            time_in_force: row.time_in_force,
            flags: row.flags,
            price: 0,
            qty: row.qty,
            leaves_qty: row.leaves_qty,
            displayed_qty: 0,
            expire_ns: row.expire_ns,
        })?;
        let slot = self.add_resting(order, row.leaves_qty);
        if self.instructions.holds(row.order_id) {
            self.mark_instructed(slot);
        }
        Some(())
    }

    /// What a pegged order follows, whether it rests or not.
    pub(super) fn restore_peg(&mut self, row: &PeggedRow) -> Option<()> {
        let slot = match self.open_order(row.order_id)? {
            OpenOrder::Desk(slot) => self.desk_orders[slot].resting,
            OpenOrder::Member(slot) => slot,
        };
        if slot == NONE || self.resting[slot].order_type() != OrderType::Pegged {
            return None;
        }
        self.keep_peg(slot, row.limit_price);
        Some(())
    }
}
