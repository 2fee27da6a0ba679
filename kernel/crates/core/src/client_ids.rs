//! The client_order_ids of one account: those of its open orders and a bounded memory of ended ones.

use crate::desk_order::{ClosedOrder, DeskOrder};
use crate::processor::prefetch_lines;
use crate::slab::Slab;
use crate::slot_index::SlotIndex;
use crate::text::ClientId;

/// How many ended orders an account remembers.
const REMEMBERED: usize = 65_536;
/// How many ends ahead the entry of an id that will be forgotten is asked for.
const FORGOTTEN_AHEAD: usize = 4;
/// Set in a slot that points into the ring of ended orders.
const CLOSED: u32 = 1 << 31;

/// Where an id was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Slot of an open order.
    Open(u32),
    /// Place in the ring.
    Closed(u32),
}

/// An index over open orders and the ring of ended ones.
#[derive(Clone, Debug, Default)]
pub struct ClientIds {
    index: SlotIndex<ClientId>,
    ring: Vec<ClosedOrder>,
    oldest: usize,
}

impl ClientIds {
    /// Find an id that is not empty.
    #[inline]
    pub fn find(&self, id: &ClientId, open: &Slab<DeskOrder>) -> Option<Found> {
        let same = |slot: u32| *client_id_at(slot, open, &self.ring) == *id;
        let slot = self.index.find(id.hash(), id, same)?;
        Some(if slot & CLOSED == 0 { Found::Open(slot) } else { Found::Closed(slot & !CLOSED) })
    }

    /// The ended order at a place.
    #[inline]
    pub fn closed(&self, place: u32) -> &ClosedOrder {
        &self.ring[place as usize]
    }

    /// An order was opened under a new id.
    #[inline]
    pub fn open(&mut self, id: &ClientId, slot: u32, open: &Slab<DeskOrder>) {
        self.index.insert(id.hash(), *id, slot, |slot| *client_id_at(slot, open, &self.ring));
    }

    /// The open order at a slot ended. Gives the ended order that is forgotten for it, if it had instructions.
    #[inline]
    pub fn close(&mut self, slot: u32, closed: ClosedOrder) -> Option<u64> {
        let (place, forgotten) = self.make_place();
        self.index.rename(closed.client_id.hash(), &closed.client_id, slot, place as u32 | CLOSED);
        self.put(place, closed);
        forgotten
    }

    /// An order ended before it was opened. Gives what `close` gives.
    #[inline]
    pub fn remember(&mut self, closed: ClosedOrder, open: &Slab<DeskOrder>) -> Option<u64> {
        let (place, forgotten) = self.make_place();
        let (id, slot) = (closed.client_id, place as u32 | CLOSED);
        self.index.insert(id.hash(), id, slot, |slot| *client_id_at(slot, open, &self.ring));
        self.put(place, closed);
        forgotten
    }

    /// An id will be looked up soon.
    #[inline(always)]
    pub fn prefetch(&self, text: &[u8]) {
        self.index.prefetch(ClientId::expected_hash(text));
    }

    /// An order will end soon.
    #[inline(always)]
    pub fn prefetch_end(&self) {
        let place = if self.ring.len() < REMEMBERED { self.ring.len() } else { self.oldest };
        prefetch_lines(self.ring.as_ptr().wrapping_add(place), size_of::<ClosedOrder>().div_ceil(64));
    }

    /// Ended orders, oldest first.
    pub fn remembered(&self) -> impl Iterator<Item = &ClosedOrder> {
        self.ring[self.oldest..].iter().chain(&self.ring[..self.oldest])
    }

    /// The place of the next ended order; where the ring is full, the oldest one is forgotten.
    #[inline]
    fn make_place(&mut self) -> (usize, Option<u64>) {
        if self.ring.len() < REMEMBERED {
            return (self.ring.len(), None);
        }
        let place = self.oldest;
        let forgotten = &self.ring[place];
        let id = &forgotten.client_id;
        self.index.remove(id.hash(), id, place as u32 | CLOSED);
        self.oldest = (place + 1) % REMEMBERED;
        // The ids that are forgotten next have not been looked at for long: their entries are asked for early.
        self.index.prefetch(self.ring[(place + FORGOTTEN_AHEAD) % REMEMBERED].client_id.hash());
        (place, forgotten.content.is_instructed.then_some(forgotten.order_id))
    }

    #[inline]
    fn put(&mut self, place: usize, closed: ClosedOrder) {
        if place == self.ring.len() {
            self.ring.push(closed);
        } else {
            self.ring[place] = closed;
        }
    }
}

/// The client id that a slot of the index stands for.
#[inline]
fn client_id_at<'a>(slot: u32, open: &'a Slab<DeskOrder>, ring: &'a [ClosedOrder]) -> &'a ClientId {
    if slot & CLOSED == 0 { &open[slot].client_id } else { &ring[(slot & !CLOSED) as usize].client_id }
}
