//! Finds slots by a 32-bit hash. Entries lie in buckets of one cache line each, so that nearly every look-up,
//! insertion or removal reads one line and takes the same branches; the full key is compared by the caller.
//!
//! Whoever chooses the keys may choose them to collide. An entry has six buckets where it may lie, and is in an
//! ordered map where all are full: no look-up compares more than 42 keys and searches one map.

use std::collections::BTreeMap;

use crate::processor::{equal_lanes, prefetch};
use crate::steps::{Step, count};

/// Entries of a bucket.
const WAYS: usize = 7;
/// The index grows once it holds this many entries a bucket; one bucket in twenty overflows then.
const ENTRIES_PER_BUCKET: usize = 4;
/// Behind the tags of a bucket: how many entries found it full and went to later ones.
const OVERFLOWED: usize = WAYS;
const EMPTY: u32 = 0;
/// Where an entry may lie. Chance alone fills all of them once in ten million entries.
const BUCKETS_TRIED: usize = 6;

/// Seven tags and the overflow, then the seven slots.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Bucket {
    tags: [u32; WAYS + 1],
    slots: [u32; WAYS + 1],
}

impl Bucket {
    const NEW: Self = Self { tags: [EMPTY; WAYS + 1], slots: [0; WAYS + 1] };
    /// In what `free` gives, where no entry has found this bucket full.
    const NOT_OVERFLOWED: u32 = 1 << OVERFLOWED;

    /// A bit for each entry with a tag.
    #[inline(always)]
    fn places_of(&self, tag: u32) -> u32 {
        equal_lanes(&self.tags, tag) & ((1 << WAYS) - 1)
    }

    /// A bit for each place without an entry, and `NOT_OVERFLOWED`.
    #[inline(always)]
    fn free(&self) -> u32 {
        equal_lanes(&self.tags, EMPTY)
    }

    #[inline(always)]
    const fn has_overflowed(&self) -> bool {
        self.tags[OVERFLOWED] != 0
    }
}

/// Where an entry lies or may lie: its bucket, and in the lowest bits its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(u32);

impl Place {
    const BITS: u32 = (WAYS + 1).trailing_zeros();

    #[inline(always)]
    const fn new(bucket: usize, place: u32) -> Self {
        Self(((bucket as u32) << Self::BITS) | (place % (WAYS as u32 + 1)))
    }

    #[inline(always)]
    const fn bucket(self) -> usize {
        (self.0 >> Self::BITS) as usize
    }

    #[inline(always)]
    const fn within(self) -> usize {
        self.0 as usize % (WAYS + 1)
    }
}

/// What an entry is in all likelihood: its place in its first bucket, and its slot.
#[derive(Clone, Copy, Debug, Default)]
pub struct Likely {
    place: u32,
    /// 0 where there is no such entry.
    pub slot: u32,
}

/// Buckets, a power of two of them; an entry that finds its own full is in another one or among the crowd.
#[derive(Clone, Debug)]
pub struct SlotIndex<K> {
    buckets: Vec<Bucket>,
    shift: u32,
    /// Entries in buckets, and how many there may be before the index grows.
    len: usize,
    len_max: usize,
    /// Hashes and slots of the entries that found all their buckets full.
    crowd: BTreeMap<K, (u32, u32)>,
}

impl<K: Ord + Copy> Default for SlotIndex<K> {
    fn default() -> Self {
        Self::with_buckets(2)
    }
}

impl<K: Ord + Copy> SlotIndex<K> {
    /// Memory of all buckets.
    pub fn size_bytes(&self) -> u64 {
        (self.buckets.capacity() * size_of::<Bucket>()) as u64
    }

    fn with_buckets(count: usize) -> Self {
        let shift = 32 - count.trailing_zeros();
        let len_max = count * ENTRIES_PER_BUCKET;
        Self { buckets: vec![Bucket::NEW; count], shift, len: 0, len_max, crowd: BTreeMap::new() }
    }

    /// The slot of a key: under its `hash`, and with the key as `same` says.
    #[inline(always)]
    pub fn find(&self, hash: u32, key: &K, same: impl Fn(u32) -> bool) -> Option<u32> {
        match self.look_up(hash, same) {
            Ok(place) => Some(self.slot_at(place)),
            Err(is_full) => is_full.then(|| self.find_in_crowd(key)).flatten(),
        }
    }

    /// Add a slot; the caller knows that its key is not there yet, and what the keys of the other slots are.
    #[inline(always)]
    pub fn insert(&mut self, hash: u32, key: K, slot: u32, key_of: impl Fn(u32) -> K) {
        self.make_room(key_of);
        self.put(hash, slot, |_| key);
    }

    /// Add a slot, unless there is one with its key; says whether it was added.
    #[inline(always)]
    pub fn enter(&mut self, hash: u32, key: &K, slot: u32, key_of: impl Fn(u32) -> K) -> bool {
        self.make_room(&key_of);
        let home = self.home(hash);
        let bucket = &mut self.buckets[home];
        let free = bucket.free();
        if bucket.places_of(tag_of(hash)) == 0 && free > Bucket::NOT_OVERFLOWED {
            let place = free.trailing_zeros() as usize % (WAYS + 1);
            bucket.tags[place] = tag_of(hash);
            bucket.slots[place] = slot;
            self.len = self.len.wrapping_add(1);
            return true;
        }
        self.enter_slowly(hash, key, slot, key_of)
    }

    /// The first bucket is full or has been, or has an entry with this hash.
    #[cold]
    fn enter_slowly(&mut self, hash: u32, key: &K, slot: u32, key_of: impl Fn(u32) -> K) -> bool {
        let is_new = self.find(hash, key, |other| key_of(other) == *key).is_none();
        if is_new {
            self.put(hash, slot, |_| *key);
        }
        is_new
    }

    /// Let the entry of one slot name another, in place.
    #[inline]
    pub fn rename(&mut self, hash: u32, key: &K, from: u32, to: u32) {
        match self.look_up(hash, |slot| slot == from) {
            Ok(place) => self.buckets[place.bucket()].slots[place.within()] = to,
            Err(_) => {
                self.crowd.entry(*key).and_modify(|(_, slot)| *slot = to);
            }
        }
    }

    /// Take a slot out.
    #[inline(always)]
    pub fn remove(&mut self, hash: u32, key: &K, slot: u32) {
        self.take(hash, key, |other| other == slot);
    }

    /// Take out the slot of a key.
    #[inline(always)]
    pub fn take(&mut self, hash: u32, key: &K, same: impl Fn(u32) -> bool) -> Option<u32> {
        match self.look_up(hash, same) {
            Ok(place) => Some(self.take_from(place, hash)),
            Err(is_full) => is_full.then(|| self.take_from_crowd(hash, key)).flatten(),
        }
    }

    /// As [`SlotIndex::take`], tried first where [`SlotIndex::likely`] was.
    #[inline(always)]
    pub fn take_likely(
        &mut self,
        likely: Likely,
        hash: u32,
        key: &K,
        same: impl Fn(u32) -> bool,
    ) -> Option<u32> {
        let home = self.home(hash);
        let bucket = &mut self.buckets[home];
        let place = likely.place as usize % (WAYS + 1);
        if bucket.tags[place] == tag_of(hash) && bucket.slots[place] == likely.slot && same(likely.slot) {
            bucket.tags[place] = EMPTY;
            self.len = self.len.wrapping_sub(1);
            return Some(likely.slot);
        }
        self.take_slowly(hash, key, same)
    }

    #[cold]
    fn take_slowly(&mut self, hash: u32, key: &K, same: impl Fn(u32) -> bool) -> Option<u32> {
        self.take(hash, key, same)
    }

    /// A hash will be looked up soon.
    #[inline(always)]
    pub fn prefetch(&self, hash: u32) {
        prefetch(self.buckets.as_ptr().wrapping_add(self.home(hash)));
    }

    /// The likely entry of a hash. Without a branch.
    #[inline(always)]
    pub fn likely(&self, hash: u32) -> Likely {
        let bucket = &self.buckets[self.home(hash)];
        let places = bucket.places_of(tag_of(hash));
        let place = places.trailing_zeros() % (WAYS as u32 + 1);
        // Read in any case: a branch here is one that no processor foresees. Asking for any other memory than that of
        // slot 0 would cost what the looks ahead are to save.
        let slot = bucket.slots[place as usize];
        Likely { place, slot: if places == 0 { 0 } else { slot } }
    }

    #[inline(always)]
    fn slot_at(&self, place: Place) -> u32 {
        self.buckets[place.bucket()].slots[place.within()]
    }

    #[inline(always)]
    const fn home(&self, hash: u32) -> usize {
        hash.wrapping_shr(self.shift) as usize
    }

    /// The bucket to try after one.
    #[inline(always)]
    const fn after(&self, bucket: usize, hash: u32) -> usize {
        bucket.wrapping_add(hash as usize | 1) & (self.buckets.len() - 1)
    }

    /// Where an entry is; or whether it may be among the crowd.
    #[inline(always)]
    fn look_up(&self, hash: u32, same: impl Fn(u32) -> bool) -> Result<Place, bool> {
        let mut at = self.home(hash);
        for _ in 0..BUCKETS_TRIED {
            count(Step::Bucket);
            let bucket = &self.buckets[at];
            let mut places = bucket.places_of(tag_of(hash));
            while places != 0 {
                count(Step::Key);
                let place = Place::new(at, places.trailing_zeros());
                if same(bucket.slots[place.within()]) {
                    return Ok(place);
                }
                places &= places - 1;
            }
            if !bucket.has_overflowed() {
                return Err(false);
            }
            at = self.after(at, hash);
        }
        Err(true)
    }

    #[inline(always)]
    fn make_room(&mut self, key_of: impl Fn(u32) -> K) {
        if self.len >= self.len_max {
            self.grow(key_of);
        }
    }

    #[inline(always)]
    fn put(&mut self, hash: u32, slot: u32, key_of: impl Fn(u32) -> K) {
        let home = self.home(hash);
        let free = self.buckets[home].places_of(EMPTY);
        if free == 0 {
            return self.put_elsewhere(hash, slot, key_of);
        }
        self.set(Place::new(home, free.trailing_zeros()), tag_of(hash), slot);
    }

    #[inline(always)]
    fn set(&mut self, place: Place, tag: u32, slot: u32) {
        let bucket = &mut self.buckets[place.bucket()];
        bucket.tags[place.within()] = tag;
        bucket.slots[place.within()] = slot;
        self.len = self.len.wrapping_add(1);
    }

    /// The first bucket of an entry is full.
    #[cold]
    fn put_elsewhere(&mut self, hash: u32, slot: u32, key_of: impl Fn(u32) -> K) {
        let mut at = self.home(hash);
        for _ in 0..BUCKETS_TRIED {
            count(Step::Bucket);
            let free = self.buckets[at].places_of(EMPTY);
            if free != 0 {
                return self.set(Place::new(at, free.trailing_zeros()), tag_of(hash), slot);
            }
            self.buckets[at].tags[OVERFLOWED] += 1;
            at = self.after(at, hash);
        }
        count(Step::Crowd);
        self.crowd.insert(key_of(slot), (hash, slot));
    }

    #[inline(always)]
    fn take_from(&mut self, place: Place, hash: u32) -> u32 {
        let bucket = &mut self.buckets[place.bucket()];
        bucket.tags[place.within()] = EMPTY;
        let slot = bucket.slots[place.within()];
        self.len = self.len.wrapping_sub(1);
        if place.bucket() != self.home(hash) {
            self.note_return(hash, Some(place.bucket()));
        }
        slot
    }

    #[cold]
    fn find_in_crowd(&self, key: &K) -> Option<u32> {
        count(Step::Crowd);
        self.crowd.get(key).map(|(_, slot)| *slot)
    }

    #[cold]
    fn take_from_crowd(&mut self, hash: u32, key: &K) -> Option<u32> {
        count(Step::Crowd);
        let (_, slot) = self.crowd.remove(key)?;
        self.note_return(hash, None);
        Some(slot)
    }

    /// An entry is gone that had found the buckets before this one full, or all of its buckets.
    #[cold]
    fn note_return(&mut self, hash: u32, bucket: Option<usize>) {
        let mut passed = self.home(hash);
        for _ in 0..BUCKETS_TRIED {
            if bucket == Some(passed) {
                return;
            }
            self.buckets[passed].tags[OVERFLOWED] -= 1;
            passed = self.after(passed, hash);
        }
    }

    /// Nothing is left, not even a count of overflowed entries.
    #[cfg(test)]
    fn is_clear(&self) -> bool {
        let is_empty = self.buckets.iter().all(|bucket| bucket.tags == Bucket::NEW.tags);
        is_empty && self.len == 0 && self.crowd.is_empty()
    }

    /// Twice the buckets, in place: from the last one on, the entries of one go to two that are empty already.
    #[cold]
    fn grow(&mut self, key_of: impl Fn(u32) -> K) {
        let old_count = self.buckets.len();
        self.buckets.resize(old_count * 2, Bucket::NEW);
        self.shift -= 1;
        self.len_max *= 2;
        let mut displaced: Vec<(u32, u32)> = std::mem::take(&mut self.crowd).into_values().collect();
        for at in (0..old_count).rev() {
            let bucket = std::mem::replace(&mut self.buckets[at], Bucket::NEW);
            for (&tag, &slot) in
                bucket.tags[..WAYS].iter().zip(&bucket.slots).filter(|(tag, _)| **tag != EMPTY)
            {
                count(Step::Moved);
                self.len -= 1;
                let home = self.home(tag);
                if home / 2 == at && self.buckets[home].places_of(EMPTY) != 0 {
                    self.put(tag, slot, &key_of);
                } else {
                    displaced.push((tag, slot));
                }
            }
        }
        for (hash, slot) in displaced {
            self.put(hash, slot, &key_of);
        }
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
        /// Also where all hashes are equal, and where they differ in bits that no small index looks at.
        #[test]
        fn the_index_agrees_with_a_hash_map(
            steps in prop::collection::vec((0u32..150, prop::bool::weighted(0.7)), 0..900),
            spread in prop_oneof![Just(0u32), Just(2), Just(0x1000_0000), Just(0x9E37_79B2)],
        ) {
            let mut index = SlotIndex::default();
            let mut model: HashMap<u32, u32> = HashMap::new();
            let key_of = |slot: u32| slot % 256;
            let hash_of = |key: u32| key.wrapping_mul(spread);
            for (number, (key, insert)) in steps.into_iter().enumerate() {
                if let Some(slot) = model.remove(&key) {
                    index.remove(hash_of(key), &key, slot);
                }
                let slot = number as u32 * 256 + key;
                if insert && number % 2 == 0 {
                    index.insert(hash_of(key), key, slot, key_of);
                    model.insert(key, slot);
                } else if insert {
                    prop_assert!(index.enter(hash_of(key), &key, slot, key_of));
                    model.insert(key, slot);
                    prop_assert!(!index.enter(hash_of(key), &key, slot, key_of));
                }
                for wanted in (0..150).step_by(7).chain([key]) {
                    let found = index.find(hash_of(wanted), &wanted, |slot| key_of(slot) == wanted);
                    prop_assert_eq!(found, model.get(&wanted).copied());
                }
            }
            for (key, slot) in model {
                let likely = index.likely(hash_of(key));
                let taken = index.take_likely(likely, hash_of(key), &key, |slot| key_of(slot) == key);
                prop_assert_eq!(taken, Some(slot));
            }
            prop_assert!(index.is_clear());
        }
    }
}
