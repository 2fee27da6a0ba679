//! The pages of a ladder in order of price, best first.
//!
//! A page that becomes empty stays until the next one does, so that a market that comes and goes at one place
//! neither searches nor allocates. At most one page here is empty at any time.

use std::collections::BTreeMap;

use crate::steps::{Step, count};

/// Slots of pages by their numbers; the better price has the lower number.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    pages: BTreeMap<i64, u32>,
    vacant: Option<i64>,
}

impl Directory {
    /// The slot of a page.
    #[inline]
    pub fn get(&self, number: i64) -> Option<u32> {
        count(Step::Directory);
        self.pages.get(&number).copied()
    }

    /// A new page.
    pub fn insert(&mut self, number: i64, page: u32) {
        count(Step::Directory);
        self.pages.insert(number, page);
    }

    /// A page is in use again.
    #[inline]
    pub fn occupy(&mut self, number: i64) {
        if self.vacant == Some(number) {
            self.vacant = None;
        }
    }

    /// A page is empty: gives number and slot of the one that was empty before and is taken out for it.
    pub fn vacate(&mut self, number: i64) -> Option<(i64, u32)> {
        let former = self.vacant.replace(number)?;
        count(Step::Directory);
        self.pages.remove(&former).map(|page| (former, page))
    }

    /// Number and slot of the first page from a number on that is not empty.
    pub fn first_from(&self, number: i64) -> Option<(i64, u32)> {
        count(Step::Directory);
        let mut pages = self.pages.range(number..).map(|(number, page)| (*number, *page));
        pages.find(|(number, _)| self.vacant != Some(*number))
    }
}
