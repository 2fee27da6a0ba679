//! Price-time matching of one taker against the book.

use cambist_wire::events::{OrderCanceled, OrderReplaced, Trade};
use cambist_wire::{
    Contingency, Liquidity, OrderFlags, OrderType, SelfTradeMode, Side, TimeInForce, reasons,
};

use super::Engine;
use super::ledger::Fill;
use crate::past_trades::PastTrade;
use crate::quotes::is_quote;
use crate::resting::Resting;
use crate::slab::NONE;

/// An order that enters the book: a new one, or a replaced one that lost its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taker {
    pub order_id: u64,
    pub account: u32,
    pub instrument: u32,
    /// Slot among the desk's orders, NONE for a member's.
    pub desk: u32,
    /// Slot among the venue's, NONE for a new order.
    pub resting: u32,
    pub side: Side,
    pub order_type: OrderType,
    pub time_in_force: TimeInForce,
    pub flags: OrderFlags,
    /// It asked more than a plain order.
    pub is_instructed: bool,
    /// What it may rest at, in ticks.
    pub price: i64,
    /// The worst price it trades at, in ticks.
    pub limit: i64,
    pub qty: i64,
    pub leaves: i64,
    /// How much must trade at once, in lots; 0 for most.
    pub must_fill: i64,
    pub expire_ns: i64,
}

impl Taker {
    /// Whether its limit lets it trade at a price.
    const fn reaches(&self, price: i64) -> bool {
        match self.side {
            Side::Buy => price <= self.limit,
            Side::Sell => price >= self.limit,
        }
    }
}

/// What is left of an order that lost lots without a trade.
pub(super) struct Shrunk {
    pub order_id: u64,
    pub instrument: u32,
    pub account: u32,
    pub desk: u32,
    pub price: i64,
    pub qty: i64,
    pub leaves: i64,
}

impl Engine {
    /// Trade until the taker is filled, nothing is left within its limit, or it must end: then why.
    #[inline]
    pub(super) fn match_taker(&mut self, taker: &mut Taker) -> Option<u32> {
        let group = self.accounts[taker.account].self_trade_group;
        let is_pro_rata = self.is_pro_rata(taker.instrument);
        while taker.leaves > 0 {
            let book = &self.instruments[taker.instrument].book;
            let (slot, _) = book.first_against(taker.side, taker.limit)?;
            let maker = &self.resting[slot];
            if maker.account == taker.account || self.are_grouped(group, maker.account) {
                if let Some(reason) = self.prevent_self_trade(taker, slot) {
                    return Some(reason);
                }
                continue;
            }
            let mut qty = taker.leaves.min(self.resting.slice(slot));
            if taker.flags.reduce_only() {
                qty = qty.min(self.reducible(taker.desk));
                if qty == 0 {
                    return Some(reasons::POSITION_REDUCED);
                }
            }
            if is_pro_rata && self.holds_more(slot, self.may_take(taker)) {
                let price = self.resting[slot].price;
                if let Some(reason) = self.share_level(taker, price) {
                    return Some(reason);
                }
                continue;
            }
            if maker.flags.reduce_only() {
                qty = qty.min(self.reducible(maker.desk));
                if qty == 0 {
                    self.cancel_maker(slot, reasons::POSITION_REDUCED);
                    continue;
                }
            }
            self.trade(taker, slot, qty);
        }
        None
    }

    /// Whether an order finds at once what it must: at each level first the slices, then what icebergs hold back, then
    /// what is hidden.
    pub(super) fn can_fill(&self, taker: &Taker) -> bool {
        if taker.flags.reduce_only() && self.reducible(taker.desk) < taker.must_fill {
            return false;
        }
        let (mut missing, mut held_back, mut level_price) = (taker.must_fill, 0, 0);
        let makes_way = self.accounts[taker.account].self_trade_mode == SelfTradeMode::CancelOldest;
        let is_pro_rata = self.is_pro_rata(taker.instrument);
        let book = &self.instruments[taker.instrument].book;
        for (_, slot) in book.in_priority(&self.resting.nodes, taker.side.opposite()) {
            let maker = &self.resting[slot];
            let begins_level = maker.price != level_price;
            if begins_level || maker.flags.hidden() {
                missing -= std::mem::take(&mut held_back);
            }
            if missing <= 0 || !taker.reaches(maker.price) {
                return missing <= 0;
            }
            level_price = maker.price;
            if begins_level && is_pro_rata && self.is_stopped_at(taker, level_price) {
                return false;
            }
            if self.is_own(taker, maker.account) {
                if !makes_way {
                    return false;
                }
            } else if !maker.flags.reduce_only() && !self.is_tied(slot) {
                missing -= self.resting.slice(slot);
                held_back += self.reserve_of(slot);
            }
        }
        missing <= held_back
    }

    /// Whether a fill of another order may take lots off a resting one.
    #[inline]
    fn is_tied(&self, slot: u32) -> bool {
        self.resting.nodes[slot].is_instructed
            && matches!(
                self.instructions.of(self.resting[slot].order_id).contingency,
                Contingency::Oco | Contingency::Child
            )
    }

    /// What an order of the desk may at most reduce.
    #[inline]
    pub(super) fn reducible(&self, desk: u32) -> i64 {
        let order = &self.desk_orders[desk];
        self.positions[order.position as usize].reducible(order.side)
    }

    /// Whether the level of an order displays more than a quantity.
    fn holds_more(&self, slot: u32, qty: i64) -> bool {
        let order = &self.resting[slot];
        qty < self.instruments[order.instrument].book.level(order.side, order.price).0
    }

    /// Whether an order of an account is the taker's own.
    #[inline]
    pub(super) fn is_own(&self, taker: &Taker, account: u32) -> bool {
        account == taker.account || self.are_grouped(self.accounts[taker.account].self_trade_group, account)
    }

    /// Whether an account is in a self-trade group; group 0 has no members.
    #[inline]
    fn are_grouped(&self, group: u32, account: u32) -> bool {
        group != 0 && self.accounts[account].self_trade_group == group
    }

    /// The taker has met its own: what its account's mode says. Gives why the taker must end, if it must.
    #[cold]
    pub(super) fn prevent_self_trade(&mut self, taker: &mut Taker, slot: u32) -> Option<u32> {
        match self.accounts[taker.account].self_trade_mode {
            SelfTradeMode::CancelNewest => Some(reasons::SELF_TRADE),
            SelfTradeMode::CancelOldest => {
                self.cancel_maker(slot, reasons::SELF_TRADE);
                None
            }
            SelfTradeMode::CancelBoth => {
                self.cancel_maker(slot, reasons::SELF_TRADE);
                Some(reasons::SELF_TRADE)
            }
            SelfTradeMode::Decrement => self.decrement(taker, slot),
        }
    }

    /// Both lose the smaller quantity, without a trade.
    fn decrement(&mut self, taker: &mut Taker, slot: u32) -> Option<u32> {
        let maker = self.resting[slot];
        let maker_leaves = self.leaves_of(slot);
        let common = maker_leaves.min(taker.leaves);
        if maker_leaves == common {
            self.cancel_maker(slot, reasons::SELF_TRADE);
        } else {
            if self.reduce_in_place(slot, common) {
                self.touch_level_of(&maker);
            }
            self.resting[slot].qty -= common;
            self.state_shrunk(&Shrunk {
                order_id: maker.order_id,
                instrument: maker.instrument,
                account: maker.account,
                desk: maker.desk,
                price: maker.price,
                qty: maker.qty - common,
                leaves: maker_leaves - common,
            });
        }
        if taker.leaves == common {
            return Some(reasons::SELF_TRADE);
        }
        taker.qty -= common;
        taker.leaves -= common;
        self.state_shrunk(&Shrunk {
            order_id: taker.order_id,
            instrument: taker.instrument,
            account: taker.account,
            desk: taker.desk,
            price: taker.price,
            qty: taker.qty,
            leaves: taker.leaves,
        });
        None
    }

    pub(super) fn state_shrunk(&mut self, order: &Shrunk) {
        if order.desk != NONE {
            self.change_form(order.desk, order.price, order.qty);
        }
        self.output.emit(&OrderReplaced {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: self.accounts[order.account].id,
            price: order.price,
            qty: order.qty,
            leaves_qty: order.leaves,
            kept_priority: true,
        });
    }

    pub(super) fn cancel_maker(&mut self, slot: u32, reason: u32) {
        let (maker, canceled_qty) = (self.resting[slot], self.leaves_of(slot));
        self.touch_level_of(&maker);
        self.instruments[maker.instrument].place_of(&maker).unlink(&mut self.resting.nodes, slot);
        if maker.order_type() == OrderType::Pegged {
            self.hide_peg(&maker);
        }
        self.output.emit(&OrderCanceled {
            order_id: maker.order_id,
            instrument_id: self.instruments[maker.instrument].id,
            account_id: self.accounts[maker.account].id,
            reason,
            canceled_qty,
        });
        self.drop_resting(slot);
        if maker.desk != NONE {
            self.close(maker.desk);
        }
    }

    #[inline]
    pub(super) fn trade(&mut self, taker: &mut Taker, slot: u32, qty: i64) {
        let maker = self.resting[slot];
        let index = taker.instrument;
        let sides = [
            self.trade_side(maker.account, maker.desk, index, Liquidity::Maker),
            self.trade_side(taker.account, taker.desk, index, Liquidity::Taker),
        ];
        let instrument = &mut self.instruments[index];
        let trade_id = self.next_trade_id;
        self.next_trade_id += 1;
        instrument.last_price = maker.price;
        self.output.emit(&Trade {
            trade_id,
            instrument_id: instrument.id,
            aggressor: taker.side,
            price: maker.price,
            qty,
            maker_order_id: maker.order_id,
            taker_order_id: taker.order_id,
        });
        self.past_trades.put(
            trade_id,
            PastTrade {
                price: maker.price,
                qty,
                instrument: index,
                sides,
                aggressor: taker.side,
                in_auction: false,
                is_busted: false,
            },
        );
        taker.leaves -= qty;
        let mut maker_leaves = instrument.book.reduce(&mut self.resting.nodes, slot, qty);
        if self.resting.nodes[slot].is_iceberg {
            maker_leaves = self.refill(slot, maker_leaves);
        }
        if maker_leaves == 0 {
            self.instruments[index].book.unlink(&mut self.resting.nodes, slot);
            if maker.order_type() == OrderType::Pegged {
                self.hide_peg(&maker);
            }
            self.drop_resting(slot);
        }
        self.touch_level_of(&maker);
        let fill = Fill {
            trade_id,
            instrument: index,
            price: maker.price,
            qty,
            side: maker.side,
            liquidity: Liquidity::Maker,
            rate: i64::from(sides[0].fee),
        };
        self.fill(&fill, maker.order_id, maker.account, maker.desk, maker_leaves);
        let rate = i64::from(sides[1].fee);
        let fill = Fill { side: taker.side, liquidity: Liquidity::Taker, rate, ..fill };
        self.fill(&fill, taker.order_id, taker.account, taker.desk, taker.leaves);
        if self.groups.owes_lots() {
            self.lower_groups();
        }
    }

    /// Remember that the level of an order changed, where the order can be seen.
    #[inline]
    pub(super) fn touch_level_of(&mut self, order: &Resting) {
        if order.is_displayed() {
            self.touch(order.side, order.price);
        }
    }

    /// Remember that the level of an order changed that matching did not come to.
    pub(super) fn touch_anywhere(&mut self, order: &Resting) {
        self.touched.push((order.side, order.price));
        self.is_touched_anywhere = true;
    }

    /// Remember that a level changed. Matching walks one side in one direction, and the side of a replaced
    /// order is touched first and last, so two comparisons find every repeat.
    #[inline]
    pub(super) fn touch(&mut self, side: Side, price: i64) {
        let level = Some(&(side, price));
        if self.touched.last() != level && self.touched.first() != level {
            self.touched.push((side, price));
        }
    }

    #[inline]
    pub(super) fn fill(&mut self, fill: &Fill, order_id: u64, account: u32, desk: u32, leaves: i64) {
        if is_quote(order_id) {
            let (account_id, now_ns) = (self.accounts[account].id, self.output.now_ns);
            let instrument_id = self.instruments[fill.instrument].id;
            self.protections.count(account_id, instrument_id, now_ns, fill.side.sign() * fill.qty);
        }
        if desk == NONE {
            self.fill_member(fill, order_id, account, leaves);
        } else {
            self.fill_desk(desk, fill);
        }
    }
}
