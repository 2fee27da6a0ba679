//! The levels of one book, and a small table of recent ones, so that the level at a price is nearly always found
//! without its side's pages.

use std::ops::{Index, IndexMut};

use crate::slab::{NONE, Slab};

/// How many levels can be found at once: those of a market 1,024 ticks wide.
const RECENT: usize = 1_024;
/// Of a level that is not in use.
const NO_LADDER: u8 = u8::MAX;

/// Orders at one price, first come first.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    /// In ticks.
    pub price: i64,
    /// Sum of the leaves, in lots.
    pub qty: i64,
    /// Slot of the first in priority, NONE in a level that is about to go.
    pub first: u32,
    /// Slot of the last.
    pub last: u32,
    /// How many there are.
    pub count: u32,
    /// Which of the book's ladders it is in.
    ladder: u8,
}

const _: () = assert!(size_of::<Level>() == 32);

impl Level {
    /// Which of the book's ladders it is in.
    #[inline(always)]
    pub const fn ladder(&self) -> u8 {
        self.ladder
    }
}

/// Levels in stable slots.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    levels: Slab<Level>,
    /// Slots by price, the latest of those that share a place. Empty until there is a level.
    recent: Vec<u32>,
}

impl Levels {
    /// The slot of a level, where it is a recent one.
    #[inline(always)]
    pub fn recent(&self, ladder: u8, price: i64) -> Option<u32> {
        let slot = *self.recent.get(price as usize % RECENT)?;
        let level = self.levels.get(slot)?;
        (level.price == price && level.ladder == ladder).then_some(slot)
    }

    /// Find this level at once from now on.
    #[inline]
    pub fn note(&mut self, slot: u32) {
        if self.recent.is_empty() {
            self.recent = vec![NONE; RECENT];
        }
        self.recent[self.levels[slot].price as usize % RECENT] = slot;
    }

    /// An empty level; gives its slot.
    #[inline]
    pub fn insert(&mut self, ladder: u8, price: i64) -> u32 {
        self.levels.insert(Level { price, qty: 0, first: NONE, last: NONE, count: 0, ladder })
    }

    /// Give a slot back.
    #[inline]
    pub fn free(&mut self, slot: u32) {
        self.levels[slot].ladder = NO_LADDER;
        self.levels.free(slot);
    }
}

impl Index<u32> for Levels {
    type Output = Level;

    #[inline(always)]
    fn index(&self, slot: u32) -> &Level {
        &self.levels[slot]
    }
}

impl IndexMut<u32> for Levels {
    #[inline(always)]
    fn index_mut(&mut self, slot: u32) -> &mut Level {
        &mut self.levels[slot]
    }
}
