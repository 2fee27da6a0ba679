//! Things with small ids given from outside: dense storage, and an id looked up by one array access.

use std::collections::BTreeMap;
use std::ops::{Index, IndexMut};

use crate::processor::prefetch_lines;
use crate::slab::NONE;

const DIRECT_IDS: u32 = 1 << 16;

/// Values in order of registration, found by id. Nothing is ever taken out.
#[derive(Clone, Debug)]
pub struct Registry<T> {
    items: Vec<T>,
    direct: Vec<u32>,
    far: BTreeMap<u32, u32>,
}

impl<T> Default for Registry<T> {
    fn default() -> Self {
        Self { items: Vec::new(), direct: Vec::new(), far: BTreeMap::new() }
    }
}

impl<T> Registry<T> {
    /// Where the value of an id lies.
    #[inline]
    pub fn index_of(&self, id: u32) -> Option<u32> {
        match self.direct.get(id as usize) {
            Some(&NONE) => None,
            Some(&index) => Some(index),
            None if id < DIRECT_IDS => None,
            None => self.far.get(&id).copied(),
        }
    }

    /// The first cache lines of a value will be needed soon.
    #[inline(always)]
    pub fn prefetch(&self, index: u32, lines: usize) {
        prefetch_lines(self.items.as_ptr().wrapping_add(index as usize), lines);
    }

    /// Register a value under a new id.
    pub fn insert(&mut self, id: u32, value: T) -> u32 {
        let index = self.items.len() as u32;
        self.items.push(value);
        if id < DIRECT_IDS {
            if self.direct.len() <= id as usize {
                self.direct.resize(id as usize + 1, NONE);
            }
            self.direct[id as usize] = index;
        } else {
            self.far.insert(id, index);
        }
        index
    }

    /// Indices by ascending id.
    pub fn by_id(&self) -> impl Iterator<Item = u32> + '_ {
        let near = self.direct.iter().copied().filter(|index| *index != NONE);
        near.chain(self.far.values().copied())
    }

    /// Every value, in order of registration.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.items.iter_mut()
    }
}

impl<T> Index<u32> for Registry<T> {
    type Output = T;

    #[inline(always)]
    fn index(&self, index: u32) -> &T {
        &self.items[index as usize]
    }
}

impl<T> IndexMut<u32> for Registry<T> {
    #[inline(always)]
    fn index_mut(&mut self, index: u32) -> &mut T {
        &mut self.items[index as usize]
    }
}
