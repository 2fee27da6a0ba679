//! Icebergs: orders that show one slice at a time. The slice is the node's leaves; the reserve lies beside it.

use super::Engine;
use crate::slab::NONE;

impl Engine {
    /// All that is open of a resting order, in lots.
    #[inline]
    pub(super) fn leaves_of(&self, slot: u32) -> i64 {
        let slice = self.resting.slice(slot);
        if self.resting.nodes[slot].is_iceberg { slice + self.reserve_of(slot) } else { slice }
    }

    /// What an order holds back, in lots.
    #[inline]
    pub(super) fn reserve_of(&self, slot: u32) -> i64 {
        if self.resting.nodes[slot].is_iceberg {
            self.instructions.reserve(self.resting[slot].order_id)
        } else {
            0
        }
    }

    /// An iceberg with these leaves begins to rest: show a slice and hold the others back.
    pub(super) fn show_slice(&mut self, slot: u32, leaves: i64) {
        let order_id = self.resting[slot].order_id;
        let slice = leaves.min(self.instructions.of(order_id).display_qty);
        self.resting.nodes[slot].leaves = slice;
        self.instructions.set_reserve(order_id, leaves - slice);
    }

    /// A slice has traded down to what is given: where it is used up, the next one is shown at the end of the level.
    /// Gives all that is open then.
    #[cold]
    pub(super) fn refill(&mut self, slot: u32, slice: i64) -> i64 {
        let order = self.resting[slot];
        let reserve = self.instructions.reserve(order.order_id);
        if slice > 0 || reserve == 0 {
            return slice + reserve;
        }
        let book = &mut self.instruments[order.instrument].book;
        book.unlink(&mut self.resting.nodes, slot);
        self.show_slice(slot, reserve);
        let book = &mut self.instruments[order.instrument].book;
        book.push(&mut self.resting.nodes, slot, order.side, order.price);
        reserve
    }

    /// Take lots, less than all, off a resting order in place: from behind its slice first. Gives whether its slice
    /// became smaller.
    pub(super) fn reduce_in_place(&mut self, slot: u32, by: i64) -> bool {
        let order = self.resting[slot];
        let reserve = self.reserve_of(slot);
        let from_slice = (by - reserve).max(0);
        if by > from_slice {
            self.instructions.set_reserve(order.order_id, reserve - (by - from_slice));
        }
        let instrument = &mut self.instruments[order.instrument];
        instrument.place_of(&order).reduce(&mut self.resting.nodes, slot, from_slice);
        if instrument.is_collecting {
            self.note_session(order.instrument);
        }
        from_slice > 0
    }

    /// A resting order asked more than a plain one; it is an iceberg if it asked to show slices.
    pub(super) fn mark_instructed(&mut self, slot: u32) {
        let display_qty = self.instructions.of(self.resting[slot].order_id).display_qty;
        let node = &mut self.resting.nodes[slot];
        node.is_instructed = true;
        node.is_iceberg = display_qty > 0;
    }

    /// What a member's order asked is forgotten with it; the desk remembers its own.
    #[inline]
    pub(super) fn forget_member_instructions(&mut self, desk: u32, order_id: u64) {
        if desk == NONE {
            self.instructions.remove(order_id);
        }
    }
}
