//! Values in stable slots, reused last in, first out, so that a steady state allocates nothing.

use std::ops::{Index, IndexMut};

use crate::processor::prefetch;

/// "No slot".
pub const NONE: u32 = u32::MAX;

/// How a pool is used. A place that was used before is a hit; each of the others had to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUsage {
    /// What lies in it.
    pub name: &'static str,
    /// Places ever made.
    pub places: u64,
    /// Of them, those that hold something now.
    pub used: u64,
    /// How often a place was taken.
    pub taken: u64,
    /// How often it had been used before.
    pub reused: u64,
    /// Memory of all places.
    pub size_bytes: u64,
}

/// A growing array with a stack of free slots.
#[derive(Clone, Debug)]
pub struct Slab<T> {
    items: Vec<T>,
    free: Vec<u32>,
    taken: u64,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { items: Vec::new(), free: Vec::new(), taken: 0 }
    }
}

impl<T> Slab<T> {
    /// Put a value into a free slot.
    #[inline(always)]
    pub fn insert(&mut self, value: T) -> u32 {
        self.taken = self.taken.wrapping_add(1);
        if let Some(slot) = self.free.pop() {
            self.items[slot as usize] = value;
            return slot;
        }
        let slot = self.items.len() as u32;
        assert!(slot < NONE / 2, "a slab holds at most 2^31 values");
        self.items.push(value);
        slot
    }

    /// Give a slot back. Its value stays until the slot is used again.
    #[inline]
    pub fn free(&mut self, slot: u32) {
        self.free.push(slot);
    }

    /// What became of its slots so far.
    pub fn usage(&self, name: &'static str) -> PoolUsage {
        let places = self.items.len() as u64;
        PoolUsage {
            name,
            places,
            used: places - self.free.len() as u64,
            taken: self.taken,
            reused: self.taken - places,
            size_bytes: (self.items.capacity() * size_of::<T>() + self.free.capacity() * size_of::<u32>())
                as u64,
        }
    }

    /// The value in a slot that was used at some time.
    #[inline(always)]
    pub fn get(&self, slot: u32) -> Option<&T> {
        self.items.get(slot as usize)
    }

    /// All values in slots that were used at some time.
    #[inline(always)]
    pub fn items_mut(&mut self) -> &mut [T] {
        &mut self.items
    }

    /// A slot that was used at some time will be needed soon. Memory that is not there is better not asked for: the
    /// processor would search for it each time.
    #[inline(always)]
    pub fn prefetch(&self, slot: u32) {
        prefetch(self.items.as_ptr().wrapping_add(slot as usize));
    }
}

impl<T> Index<u32> for Slab<T> {
    type Output = T;

    #[inline(always)]
    fn index(&self, slot: u32) -> &T {
        &self.items[slot as usize]
    }
}

impl<T> IndexMut<u32> for Slab<T> {
    #[inline(always)]
    fn index_mut(&mut self, slot: u32) -> &mut T {
        &mut self.items[slot as usize]
    }
}
