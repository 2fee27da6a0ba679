//! One side of a book: its price levels, the best found at once, any price admitted.
//!
//! Levels near the market lie in a window of 4,096 ticks with two layers of occupancy bits; those outside
//! are in an ordered map. The window moves to the best price once enough work has missed it.

use std::collections::BTreeMap;

use cambist_wire::Side;

use crate::slab::{NONE, Slab};

const WINDOW: usize = 4096;
const WORDS: usize = WINDOW / 64;
const MISSES_BEFORE_MOVE: u32 = 256;

/// Orders at one price, first come first: those that are displayed, then those that are hidden.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    /// In ticks.
    pub price: i64,
    /// Sum of the displayed leaves, in lots.
    pub qty: i64,
    /// Slot of the first in priority, NONE in a level that is about to go.
    pub first: u32,
    /// Slot of the last.
    pub last: u32,
    /// Slot of the first hidden one, NONE where there is none.
    pub hidden: u32,
    /// How many are displayed.
    pub count: u32,
}

/// The levels of one side.
#[derive(Clone, Debug)]
pub struct Ladder {
    side: Side,
    levels: Slab<Level>,
    best: u32,
    best_price: i64,
    base: i64,
    misses: u32,
    summary: u64,
    words: [u64; WORDS],
    window: Vec<u32>,
    far: BTreeMap<i64, u32>,
}

impl Ladder {
    /// An empty side.
    pub fn new(side: Side) -> Self {
        Self {
            side,
            levels: Slab::default(),
            best: NONE,
            best_price: worst_of(side),
            base: 0,
            misses: 0,
            summary: 0,
            words: [0; WORDS],
            window: Vec::new(),
            far: BTreeMap::new(),
        }
    }

    /// The best price, if there is any order.
    #[inline]
    pub fn best_price(&self) -> Option<i64> {
        (self.best != NONE).then_some(self.best_price)
    }

    /// The best level, where a taker with this limit may trade with it.
    #[inline]
    pub fn best_within(&self, limit: i64) -> Option<&Level> {
        let within = match self.side {
            Side::Sell => self.best_price <= limit,
            Side::Buy => self.best_price >= limit,
        };
        (self.best != NONE && within).then(|| &self.levels[self.best])
    }

    /// The level at a slot.
    #[inline(always)]
    pub fn level(&self, slot: u32) -> &Level {
        &self.levels[slot]
    }

    /// The level at a slot, to change.
    #[inline(always)]
    pub fn level_mut(&mut self, slot: u32) -> &mut Level {
        &mut self.levels[slot]
    }

    /// The level at a price.
    #[inline]
    pub fn at(&self, price: i64) -> Option<&Level> {
        self.slot_at(price).map(|slot| &self.levels[slot])
    }

    /// The slot of the level at a price, made where there is none.
    #[inline]
    pub fn slot_for(&mut self, price: i64) -> u32 {
        match self.slot_at(price) {
            Some(slot) => slot,
            None => self.add(price),
        }
    }

    /// Take an empty level out.
    #[inline]
    pub fn remove(&mut self, slot: u32) {
        let price = self.levels[slot].price;
        match self.place_of(price) {
            Some(place) => {
                self.window[place] = NONE;
                self.words[place / 64] &= !(1 << (place % 64));
                if self.words[place / 64] == 0 {
                    self.summary &= !(1 << (place / 64));
                }
            }
            None => {
                self.far.remove(&price);
                self.misses += 1;
            }
        }
        self.levels.free(slot);
        if slot == self.best {
            self.find_best();
        }
    }

    /// Slots of the levels, best first.
    pub fn best_to_worst(&self) -> impl Iterator<Item = u32> + '_ {
        let best = (self.best != NONE).then_some(self.best);
        std::iter::successors(best, |slot| self.next_worse(self.levels[*slot].price))
    }

    /// The best level whose price is worse than this one.
    fn next_worse(&self, price: i64) -> Option<u32> {
        let place = price.saturating_sub(self.base).clamp(-1, WINDOW as i64);
        let (near, far) = match self.side {
            Side::Buy => (self.below(place), self.far.range(..price).next_back()),
            Side::Sell => (self.above(place), self.far.range(price + 1..).next()),
        };
        let near = near.map(|place| self.window[place]);
        let far = far.map(|(_, slot)| *slot);
        match (near, far) {
            (Some(near), Some(far)) if self.is_better(self.levels[far].price, self.levels[near].price) => {
                Some(far)
            }
            (near, far) => near.or(far),
        }
    }

    /// The highest occupied place below one in -1..=WINDOW.
    fn below(&self, place: i64) -> Option<usize> {
        let last = usize::try_from(place - 1).ok()?;
        let (word, bit) = (last / 64, last % 64);
        let here = self.words[word] & (u64::MAX >> (63 - bit));
        if here != 0 {
            return Some(word * 64 + 63 - here.leading_zeros() as usize);
        }
        let words = self.summary & ((1 << word) - 1);
        let word = 63 - (words != 0).then(|| words.leading_zeros())? as usize;
        Some(word * 64 + 63 - self.words[word].leading_zeros() as usize)
    }

    /// The lowest occupied place above one in -1..=WINDOW.
    fn above(&self, place: i64) -> Option<usize> {
        let first = (place + 1) as usize;
        if first >= WINDOW {
            return None;
        }
        let (word, bit) = (first / 64, first % 64);
        let here = self.words[word] & (u64::MAX << bit);
        if here != 0 {
            return Some(word * 64 + here.trailing_zeros() as usize);
        }
        let words = self.summary & !(u64::MAX >> (63 - word));
        let word = (words != 0).then(|| words.trailing_zeros())? as usize;
        Some(word * 64 + self.words[word].trailing_zeros() as usize)
    }

    #[inline(always)]
    fn place_of(&self, price: i64) -> Option<usize> {
        let place = price.wrapping_sub(self.base) as u64;
        (place < self.window.len() as u64).then_some(place as usize)
    }

    #[inline]
    fn slot_at(&self, price: i64) -> Option<u32> {
        match self.place_of(price) {
            Some(place) => Some(self.window[place]).filter(|slot| *slot != NONE),
            None => self.far.get(&price).copied(),
        }
    }

    #[inline]
    fn is_better(&self, price: i64, than: i64) -> bool {
        match self.side {
            Side::Buy => price > than,
            Side::Sell => price < than,
        }
    }

    fn add(&mut self, price: i64) -> u32 {
        if self.best == NONE && self.place_of(price).is_none() {
            self.window.resize(WINDOW, NONE);
            self.base = price - (WINDOW / 2) as i64;
        }
        let slot =
            self.levels.insert(Level { price, qty: 0, first: NONE, last: NONE, hidden: NONE, count: 0 });
        self.file(price, slot);
        if self.best == NONE || self.is_better(price, self.best_price) {
            self.best = slot;
            self.best_price = price;
        }
        if self.misses > MISSES_BEFORE_MOVE {
            self.move_window(self.best_price);
        }
        slot
    }

    #[inline]
    fn file(&mut self, price: i64, slot: u32) {
        if let Some(place) = self.place_of(price) {
            self.window[place] = slot;
            self.words[place / 64] |= 1 << (place % 64);
            self.summary |= 1 << (place / 64);
        } else {
            self.far.insert(price, slot);
            self.misses += 1;
        }
    }

    fn find_best(&mut self) {
        self.best = self.best_near().unwrap_or(NONE);
        self.best_price = if self.best == NONE { worst_of(self.side) } else { self.levels[self.best].price };
        let far = match self.side {
            Side::Buy => self.far.last_key_value(),
            Side::Sell => self.far.first_key_value(),
        };
        if let Some((&price, &slot)) = far
            && self.is_better(price, self.best_price)
        {
            self.best = slot;
            self.best_price = price;
            self.misses += 1;
        }
    }

    #[inline]
    fn best_near(&self) -> Option<u32> {
        if self.summary == 0 {
            return None;
        }
        let place = match self.side {
            Side::Buy => {
                let word = 63 - self.summary.leading_zeros() as usize;
                word * 64 + 63 - self.words[word].leading_zeros() as usize
            }
            Side::Sell => {
                let word = self.summary.trailing_zeros() as usize;
                word * 64 + self.words[word].trailing_zeros() as usize
            }
        };
        Some(self.window[place])
    }

    /// Lay the window around a price. Costs as many steps as levels change between window and map.
    #[cold]
    fn move_window(&mut self, price: i64) {
        self.misses = 0;
        for place in 0..self.window.len() {
            if self.words[place / 64] >> (place % 64) & 1 == 1 {
                let slot = std::mem::replace(&mut self.window[place], NONE);
                self.far.insert(self.levels[slot].price, slot);
            }
        }
        self.words = [0; WORDS];
        self.summary = 0;
        self.base = price - (WINDOW / 2) as i64;
        let end = self.base + WINDOW as i64;
        let near: Vec<(i64, u32)> =
            self.far.range(self.base..end).map(|(price, slot)| (*price, *slot)).collect();
        for (price, slot) in near {
            self.far.remove(&price);
            self.file(price, slot);
        }
    }
}

/// A price that every other is better than.
const fn worst_of(side: Side) -> i64 {
    match side {
        Side::Buy => i64::MIN,
        Side::Sell => i64::MAX,
    }
}
