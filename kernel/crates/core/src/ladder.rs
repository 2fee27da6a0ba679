//! The price levels of one side of a book, the best found at once, any price admitted.
//!
//! Levels lie in pages of 64 ticks, with a bit for each that is occupied; an ordered directory knows the pages. It
//! is asked only where a page comes or goes, and for a page that a small table of recent ones has lost. Nothing
//! moves when the market does: no operation costs more than a few look-ups in the directory.

use cambist_wire::Side;

use crate::directory::Directory;
use crate::levels::Levels;
use crate::slab::{NONE, Slab};

/// Ticks of a page.
const PAGE: usize = 64;
const PAGE_SHIFT: u32 = PAGE.trailing_zeros();
/// How many pages are found without the directory: those of a market 4,096 ticks wide.
const RECENT: usize = 64;
/// No page has this number.
const NO_NUMBER: i64 = i64::MIN;
/// Of no level.
pub const NO_RANK: i64 = i64::MAX;

/// 64 neighbouring prices: which are occupied, and the slots of their levels.
#[derive(Clone, Copy, Debug)]
struct Page {
    occupied: u64,
    levels: [u32; PAGE],
}

impl Page {
    const EMPTY: Self = Self { occupied: 0, levels: [NONE; PAGE] };
}

/// A page and its number.
#[derive(Clone, Copy, Debug)]
struct Recent {
    number: i64,
    page: u32,
}

/// Where the levels of one side are. A price's rank is the price, or for bids its complement: the better is the lower.
#[derive(Clone, Debug)]
pub struct Ladder {
    /// Of its levels, among the ladders of its book.
    number: u8,
    /// What makes a price a rank and a rank a price.
    flip: i64,
    best_rank: i64,
    /// Slot of the best level.
    best: u32,
    pages: Slab<Page>,
    /// Empty until there is a level.
    recent: Vec<Recent>,
    directory: Directory,
}

impl Ladder {
    /// An empty side.
    pub fn new(number: u8, side: Side) -> Self {
        Self {
            number,
            flip: flip_of(side),
            best_rank: NO_RANK,
            best: NONE,
            pages: Slab::default(),
            recent: Vec::new(),
            directory: Directory::default(),
        }
    }

    /// The best price, if there is any order.
    #[inline]
    pub fn best_price(&self) -> Option<i64> {
        (self.best != NONE).then_some(self.best_rank ^ self.flip)
    }

    /// Lower is better; `NO_RANK` where there is no order.
    #[inline(always)]
    pub const fn best_rank(&self) -> i64 {
        self.best_rank
    }

    /// Slot of the best level, where a taker with this limit may trade with it.
    #[inline(always)]
    pub const fn best_within(&self, limit: i64) -> Option<u32> {
        if self.best_rank > limit ^ self.flip || self.best == NONE { None } else { Some(self.best) }
    }

    /// The slot of the level at a price.
    #[inline]
    pub fn at(&self, price: i64) -> Option<u32> {
        let rank = price ^ self.flip;
        let page = self.page_at(rank >> PAGE_SHIFT)?;
        Some(self.pages[page].levels[place_of(rank)]).filter(|slot| *slot != NONE)
    }

    /// The slot of the level at a price, made where there is none.
    #[inline(never)]
    pub fn slot_for(&mut self, levels: &mut Levels, price: i64) -> u32 {
        let rank = price ^ self.flip;
        let index = self.page_for(rank >> PAGE_SHIFT);
        let page = &mut self.pages[index];
        let place = place_of(rank);
        if page.levels[place] != NONE {
            return page.levels[place];
        }
        let slot = levels.insert(self.number, price);
        if page.occupied == 0 {
            self.directory.occupy(rank >> PAGE_SHIFT);
        }
        page.levels[place] = slot;
        page.occupied |= 1 << place;
        if rank < self.best_rank {
            self.best_rank = rank;
            self.best = slot;
        }
        slot
    }

    /// Take an empty level out.
    #[inline(never)]
    pub fn remove(&mut self, levels: &mut Levels, slot: u32) {
        let rank = levels[slot].price ^ self.flip;
        let number = rank >> PAGE_SHIFT;
        if let Some(index) = self.page_at(number) {
            let page = &mut self.pages[index];
            page.levels[place_of(rank)] = NONE;
            page.occupied &= !(1 << place_of(rank));
            if page.occupied == 0 {
                self.vacate(number);
            }
        }
        levels.free(slot);
        if slot == self.best {
            self.best = self.next_from(rank).unwrap_or(NONE);
            self.best_rank = if self.best == NONE { NO_RANK } else { self.rank_of(levels, self.best) };
        }
    }

    /// Slots of the levels, best first.
    pub fn best_to_worst<'a>(&'a self, levels: &'a Levels) -> impl Iterator<Item = u32> + 'a {
        let best = (self.best != NONE).then_some(self.best);
        std::iter::successors(best, |slot| self.next_from(self.rank_of(levels, *slot) + 1))
    }

    /// What makes levels of several ladders of a side comparable.
    pub fn rank_of(&self, levels: &Levels, slot: u32) -> i64 {
        levels[slot].price ^ self.flip
    }

    /// The best level whose rank is not below this one.
    fn next_from(&self, rank: i64) -> Option<u32> {
        let number = rank >> PAGE_SHIFT;
        if let Some(index) = self.page_at(number) {
            let page = &self.pages[index];
            let occupied = page.occupied & (u64::MAX << place_of(rank));
            if occupied != 0 {
                return Some(page.levels[place_of(occupied.trailing_zeros().into())]);
            }
        }
        let (_, index) = self.directory.first_from(number + 1)?;
        let page = &self.pages[index];
        Some(page.levels[place_of(page.occupied.trailing_zeros().into())])
    }

    #[inline(always)]
    fn recent_page(&self, number: i64) -> Option<u32> {
        let recent = self.recent.get(number as usize % RECENT)?;
        (recent.number == number).then_some(recent.page)
    }

    #[inline]
    fn page_at(&self, number: i64) -> Option<u32> {
        self.recent_page(number).or_else(|| self.directory.get(number))
    }

    /// A page, made where there is none, found at once from now on.
    fn page_for(&mut self, number: i64) -> u32 {
        if let Some(page) = self.recent_page(number) {
            return page;
        }
        let page = self.directory.get(number).unwrap_or_else(|| {
            let page = self.pages.insert(Page::EMPTY);
            self.directory.insert(number, page);
            page
        });
        if self.recent.is_empty() {
            self.recent = vec![Recent { number: NO_NUMBER, page: NONE }; RECENT];
        }
        self.recent[number as usize % RECENT] = Recent { number, page };
        page
    }

    /// A page has lost its last level.
    #[cold]
    fn vacate(&mut self, number: i64) {
        if let Some((former, page)) = self.directory.vacate(number) {
            self.pages.free(page);
            let recent = &mut self.recent[former as usize % RECENT];
            if recent.number == former {
                recent.number = NO_NUMBER;
            }
        }
    }
}

/// What makes a side's price a rank.
#[inline(always)]
pub const fn flip_of(side: Side) -> i64 {
    match side {
        Side::Buy => -1,
        Side::Sell => 0,
    }
}

/// Where a rank lies in its page.
#[inline(always)]
const fn place_of(rank: i64) -> usize {
    rank as usize % PAGE
}
