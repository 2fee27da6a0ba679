//! The last trades of our venue, so that they can be undone or corrected.

use std::collections::VecDeque;

use cambist_wire::{Liquidity, Side};

/// How many are remembered.
const PAST_TRADES_MAX: usize = 16_384;

/// Whose fill it was and what it paid.
#[derive(Clone, Copy, Debug)]
pub struct TradeSide {
    /// Index.
    pub account: u32,
    /// Index, NONE by hand and for members.
    pub strategy: u32,
    /// In ppm; at most the whole value, so that it fits.
    pub fee: i32,
}

/// One trade; the maker's side first.
#[derive(Clone, Copy, Debug)]
pub struct PastTrade {
    /// In ticks.
    pub price: i64,
    /// In lots.
    pub qty: i64,
    /// Index.
    pub instrument: u32,
    /// See [`TradeSide`].
    pub sides: [TradeSide; 2],
    /// The taker's side.
    pub aggressor: Side,
    /// Whether both sides are of an auction.
    pub in_auction: bool,
    /// Whether it was undone.
    pub is_busted: bool,
}

impl PastTrade {
    /// Which way a side traded.
    pub const fn side(&self, place: usize) -> Side {
        if place == 0 { self.aggressor.opposite() } else { self.aggressor }
    }

    /// Whether a side gave liquidity or took it.
    pub const fn liquidity(&self, place: usize) -> Liquidity {
        match (self.in_auction, place) {
            (true, _) => Liquidity::Auction,
            (false, 0) => Liquidity::Maker,
            (false, _) => Liquidity::Taker,
        }
    }
}

/// Oldest first, without gaps; the oldest makes room.
#[derive(Clone, Debug, Default)]
pub struct PastTrades {
    trades: VecDeque<PastTrade>,
    /// Of the newest.
    last_trade_id: u64,
}

impl PastTrades {
    /// The newest trade. Its room is taken once, so that a steady state allocates nothing.
    #[inline]
    pub fn put(&mut self, trade_id: u64, trade: PastTrade) {
        if self.trades.is_empty() {
            self.trades.reserve_exact(PAST_TRADES_MAX);
        } else if self.trades.len() == PAST_TRADES_MAX {
            self.trades.pop_front();
        }
        self.trades.push_back(trade);
        self.last_trade_id = trade_id;
    }

    /// Of the newest, 0 at first.
    pub const fn last_trade_id(&self) -> u64 {
        self.last_trade_id
    }

    /// None where it never was, or is too long ago.
    pub fn get_mut(&mut self, trade_id: u64) -> Option<&mut PastTrade> {
        let place = trade_id.checked_sub(self.first_trade_id())?;
        self.trades.get_mut(usize::try_from(place).ok()?)
    }

    /// Ids and trades, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &PastTrade)> {
        (self.first_trade_id()..).zip(&self.trades)
    }

    fn first_trade_id(&self) -> u64 {
        // Ids count from 1, so that there are never more trades than the last id says.
        self.last_trade_id + 1 - self.trades.len() as u64
    }
}
