//! Finds slots by a 32-bit hash: open addressing, eight bytes an entry, the full key compared by the caller.

const MIN_CAPACITY: usize = 16;

/// Entries are `hash << 32 | slot + 1`; zero is empty. At most three in four are used.
#[derive(Clone, Debug)]
pub struct SlotIndex {
    entries: Vec<u64>,
    shift: u32,
    len: usize,
}

impl Default for SlotIndex {
    fn default() -> Self {
        Self::with_capacity(MIN_CAPACITY)
    }
}

impl SlotIndex {
    fn with_capacity(capacity: usize) -> Self {
        Self { entries: vec![0; capacity], shift: 32 - capacity.trailing_zeros(), len: 0 }
    }

    /// The slot under `hash` for which `same` holds.
    #[inline]
    pub fn find(&self, hash: u32, same: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.entries.len() - 1;
        let mut at = self.home(hash);
        loop {
            let entry = self.entries[at & mask];
            if entry == 0 {
                return None;
            }
            if (entry >> 32) as u32 == hash && same(slot_of(entry)) {
                return Some(slot_of(entry));
            }
            at += 1;
        }
    }

    /// Add a slot; the caller knows that it is not there yet.
    #[inline]
    pub fn insert(&mut self, hash: u32, slot: u32) {
        if (self.len + 1) * 4 > self.entries.len() * 3 {
            self.grow();
        }
        self.len += 1;
        self.place(entry_of(hash, slot));
    }

    /// Let the entry of one slot name another, in place.
    #[inline]
    pub fn rename(&mut self, hash: u32, from: u32, to: u32) {
        if let Some(at) = self.position(hash, from) {
            self.entries[at] = entry_of(hash, to);
        }
    }

    /// Take a slot out and close the gap.
    #[inline]
    pub fn remove(&mut self, hash: u32, slot: u32) {
        let Some(mut gap) = self.position(hash, slot) else {
            return;
        };
        let mask = self.entries.len() - 1;
        let mut at = gap;
        loop {
            at = (at + 1) & mask;
            let entry = self.entries[at];
            if entry == 0 {
                break;
            }
            let home = self.home((entry >> 32) as u32);
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(gap) & mask {
                self.entries[gap] = entry;
                gap = at;
            }
        }
        self.entries[gap] = 0;
        self.len -= 1;
    }

    #[inline(always)]
    fn home(&self, hash: u32) -> usize {
        (hash.wrapping_mul(0x9E37_79B1) >> self.shift) as usize
    }

    #[inline]
    fn position(&self, hash: u32, slot: u32) -> Option<usize> {
        let mask = self.entries.len() - 1;
        let wanted = entry_of(hash, slot);
        let mut at = self.home(hash);
        loop {
            let entry = self.entries[at & mask];
            if entry == wanted {
                return Some(at & mask);
            }
            if entry == 0 {
                return None;
            }
            at += 1;
        }
    }

    #[inline]
    fn place(&mut self, entry: u64) {
        let mask = self.entries.len() - 1;
        let mut at = self.home((entry >> 32) as u32);
        while self.entries[at & mask] != 0 {
            at += 1;
        }
        self.entries[at & mask] = entry;
    }

    #[cold]
    fn grow(&mut self) {
        let mut larger = Self::with_capacity(self.entries.len() * 2);
        larger.len = self.len;
        for &entry in self.entries.iter().filter(|entry| **entry != 0) {
            larger.place(entry);
        }
        *self = larger;
    }
}

#[inline(always)]
const fn entry_of(hash: u32, slot: u32) -> u64 {
    (hash as u64) << 32 | (slot as u64 + 1)
}

#[inline(always)]
const fn slot_of(entry: u64) -> u32 {
    (entry as u32).wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use super::SlotIndex;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn the_index_agrees_with_a_hash_map(steps in prop::collection::vec((0u32..40, any::<bool>()), 0..400)) {
            let mut index = SlotIndex::default();
            let mut model: HashMap<u32, u32> = HashMap::new();
            for (number, (hash, insert)) in steps.into_iter().enumerate() {
                if let Some(slot) = model.remove(&hash) {
                    index.remove(hash, slot);
                }
                if insert {
                    index.insert(hash, number as u32);
                    model.insert(hash, number as u32);
                }
                for wanted in 0..40 {
                    prop_assert_eq!(index.find(wanted, |_| true), model.get(&wanted).copied());
                }
            }
        }
    }
}
