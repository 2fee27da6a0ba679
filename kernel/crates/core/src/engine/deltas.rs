//! The deltas that close a command: what the levels are that it touched.

use std::collections::BTreeSet;

use cambist_wire::Side;
use cambist_wire::events::BookDelta;

use super::Engine;
use crate::resting::Resting;

impl Engine {
    /// State every level touched by this command, in order of first touch.
    #[inline]
    pub(super) fn state_deltas(&mut self, instrument: u32) {
        if self.is_touched_anywhere {
            self.forget_repeats();
        }
        for place in 0..self.touched.len() {
            let (side, price) = self.touched[place];
            self.state_delta(instrument, side, price);
        }
        self.touched.clear();
        self.note_change(instrument);
    }

    /// A level touched out of the walk's order may be there twice: its first place counts.
    #[cold]
    fn forget_repeats(&mut self) {
        let mut seen = BTreeSet::new();
        self.touched.retain(|level| seen.insert(*level));
        self.is_touched_anywhere = false;
    }

    /// State the level of an order, where the order could be seen.
    #[inline]
    pub(super) fn state_delta_of(&mut self, order: &Resting) {
        if order.is_displayed() {
            self.state_delta(order.instrument, order.side, order.price);
        }
        self.note_change(order.instrument);
    }

    #[inline]
    pub(super) fn state_delta(&mut self, index: u32, side: Side, price: i64) {
        let instrument = &self.instruments[index];
        let (qty, count) = instrument.book.level(side, price);
        let order_count = u64::from(count);
        self.output.emit(&BookDelta { instrument_id: instrument.id, side, price, qty, order_count });
    }
}
