//! Finds slots by a 32-bit hash. Entries lie in buckets of one cache line each, so that nearly every look-up,
//! insertion or removal reads one line and takes the same branches; the full key is compared by the caller.

use crate::processor::{equal_lanes, prefetch};

/// Entries of a bucket.
const WAYS: usize = 7;
/// The index grows once it holds this many entries a bucket; one bucket in twenty overflows then.
const ENTRIES_PER_BUCKET: usize = 4;
/// Behind the tags of a bucket: how many entries found it full and went to later ones.
const OVERFLOWED: usize = WAYS;
const EMPTY: u32 = 0;

/// Seven tags and the overflow, then the seven slots.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Bucket {
    tags: [u32; WAYS + 1],
    slots: [u32; WAYS + 1],
}

impl Bucket {
    const NEW: Self = Self { tags: [EMPTY; WAYS + 1], slots: [0; WAYS + 1] };

    /// A bit for each entry with a tag.
    #[inline(always)]
    fn places_of(&self, tag: u32) -> u32 {
        equal_lanes(&self.tags, tag) & ((1 << WAYS) - 1)
    }

    #[inline(always)]
    const fn has_overflowed(&self) -> bool {
        self.tags[OVERFLOWED] != 0
    }
}

/// Buckets, a power of two of them; an entry that finds its own full is in the next one that is not.
#[derive(Clone, Debug)]
pub struct SlotIndex {
    buckets: Vec<Bucket>,
    shift: u32,
    len: usize,
}

impl Default for SlotIndex {
    fn default() -> Self {
        Self::with_buckets(2)
    }
}

impl SlotIndex {
    fn with_buckets(count: usize) -> Self {
        Self { buckets: vec![Bucket::NEW; count], shift: 32 - count.trailing_zeros(), len: 0 }
    }

    /// The slot under `hash` for which `same` holds.
    #[inline(always)]
    pub fn find(&self, hash: u32, same: impl Fn(u32) -> bool) -> Option<u32> {
        self.position(hash, same).map(|(at, place)| self.buckets[at].slots[place])
    }

    /// Add a slot; the caller knows that it is not there yet.
    #[inline(always)]
    pub fn insert(&mut self, hash: u32, slot: u32) {
        if self.len >= self.buckets.len() * ENTRIES_PER_BUCKET {
            self.grow();
        }
        self.len += 1;
        self.place(tag_of(hash), slot);
    }

    /// Let the entry of one slot name another, in place.
    #[inline]
    pub fn rename(&mut self, hash: u32, from: u32, to: u32) {
        if let Some((at, place)) = self.position(hash, |slot| slot == from) {
            self.buckets[at].slots[place] = to;
        }
    }

    /// Take a slot out.
    #[inline]
    pub fn remove(&mut self, hash: u32, slot: u32) {
        self.take(hash, |other| other == slot);
    }

    /// Take out the slot under `hash` for which `same` holds.
    #[inline(always)]
    pub fn take(&mut self, hash: u32, same: impl Fn(u32) -> bool) -> Option<u32> {
        let (at, place) = self.position(hash, same)?;
        self.buckets[at].tags[place] = EMPTY;
        self.len -= 1;
        let home = self.home(hash);
        if at != home {
            self.note_return(home, at);
        }
        Some(self.buckets[at].slots[place])
    }

    /// A hash will be looked up soon.
    #[inline(always)]
    pub fn prefetch(&self, hash: u32) {
        prefetch(self.buckets.as_ptr().wrapping_add(self.home(hash)));
    }

    /// The slot under `hash` in all likelihood, or else 0. Without a branch.
    #[inline(always)]
    pub fn likely_slot(&self, hash: u32) -> u32 {
        let bucket = &self.buckets[self.home(hash)];
        let places = bucket.places_of(tag_of(hash));
        let slot = bucket.slots[places.trailing_zeros() as usize % (WAYS + 1)];
        if places == 0 { 0 } else { slot }
    }

    #[inline(always)]
    fn home(&self, hash: u32) -> usize {
        (hash >> self.shift) as usize
    }

    /// Bucket and place of an entry.
    #[inline(always)]
    fn position(&self, hash: u32, same: impl Fn(u32) -> bool) -> Option<(usize, usize)> {
        let mut at = self.home(hash);
        loop {
            let bucket = &self.buckets[at];
            let mut places = bucket.places_of(tag_of(hash));
            while places != 0 {
                let place = places.trailing_zeros() as usize % WAYS;
                if same(bucket.slots[place]) {
                    return Some((at, place));
                }
                places &= places - 1;
            }
            if !bucket.has_overflowed() {
                return None;
            }
            at = (at + 1) & (self.buckets.len() - 1);
        }
    }

    #[inline(always)]
    fn place(&mut self, tag: u32, slot: u32) {
        let mut at = self.home(tag);
        loop {
            let bucket = &mut self.buckets[at];
            let free = bucket.places_of(EMPTY);
            if free != 0 {
                let place = free.trailing_zeros() as usize % WAYS;
                bucket.tags[place] = tag;
                bucket.slots[place] = slot;
                return;
            }
            bucket.tags[OVERFLOWED] += 1;
            at = (at + 1) & (self.buckets.len() - 1);
        }
    }

    /// An entry that had overflowed from one bucket into another is gone.
    #[cold]
    fn note_return(&mut self, home: usize, at: usize) {
        let mut passed = home;
        while passed != at {
            self.buckets[passed].tags[OVERFLOWED] -= 1;
            passed = (passed + 1) & (self.buckets.len() - 1);
        }
    }

    #[cold]
    fn grow(&mut self) {
        let mut larger = Self::with_buckets(self.buckets.len() * 2);
        larger.len = self.len;
        for bucket in &self.buckets {
            for place in (0..WAYS).filter(|place| bucket.tags[*place] != EMPTY) {
                larger.place(bucket.tags[place], bucket.slots[place]);
            }
        }
        *self = larger;
    }
}

/// Of an id that is any number, in 32 bits, the upper ones the best. Folding first keeps apart ids that are
/// multiples of a constant.
#[inline(always)]
pub const fn hash_of_id(id: u64) -> u32 {
    let folded = id ^ (id >> 32);
    (folded.wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 32) as u32
}

/// The hash as an entry keeps it: never empty, and with the same home.
#[inline(always)]
const fn tag_of(hash: u32) -> u32 {
    hash | 1
}

#[cfg(test)]
mod tests {
    use super::SlotIndex;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn the_index_agrees_with_a_hash_map(
            steps in prop::collection::vec((0u32..40, any::<bool>()), 0..400),
            spread in prop_oneof![Just(2u32), Just(0x1000_0000), Just(0x9E37_79B2)],
        ) {
            let mut index = SlotIndex::default();
            let mut model: HashMap<u32, u32> = HashMap::new();
            for (number, (key, insert)) in steps.into_iter().enumerate() {
                let hash_of = |key: u32| key.wrapping_mul(spread);
                if let Some(slot) = model.remove(&key) {
                    index.remove(hash_of(key), slot);
                }
                if insert {
                    let slot = number as u32 * 64 + key;
                    index.insert(hash_of(key), slot);
                    model.insert(key, slot);
                }
                for wanted in 0..40 {
                    let found = index.find(hash_of(wanted), |slot| slot % 64 == wanted);
                    prop_assert_eq!(found, model.get(&wanted).copied());
                }
            }
        }
    }
}
