//! The last trades of our venue, so that they can be undone or corrected.

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

/// The last ones in a ring, without gaps; the oldest makes room.
#[derive(Clone, Debug, Default)]
pub struct PastTrades {
    trades: Vec<PastTrade>,
    /// Of the first ever put; it lay at place 0.
    first_ever_id: u64,
    /// Of the newest.
    last_trade_id: u64,
}

impl PastTrades {
    /// The newest trade. Its room is taken once, so that a steady state allocates nothing.
    #[inline]
    pub fn put(&mut self, trade_id: u64, trade: PastTrade) {
        self.last_trade_id = trade_id;
        if self.trades.len() == PAST_TRADES_MAX {
            let place = self.place_of(trade_id);
            self.trades[place] = trade;
            return;
        }
        if self.trades.is_empty() {
            self.trades.reserve_exact(PAST_TRADES_MAX);
            self.first_ever_id = trade_id;
        }
        self.trades.push(trade);
    }

    /// Of the newest, 0 at first.
    pub const fn last_trade_id(&self) -> u64 {
        self.last_trade_id
    }

    /// Whether the next trade may follow: there is none yet, or the newest is the one before it.
    pub const fn reaches(&self, next_trade_id: u64) -> bool {
        self.trades.is_empty() || self.last_trade_id + 1 == next_trade_id
    }

    /// None where it never was, or is too long ago.
    pub fn get_mut(&mut self, trade_id: u64) -> Option<&mut PastTrade> {
        if !(self.first_trade_id()..=self.last_trade_id).contains(&trade_id) {
            return None;
        }
        let place = self.place_of(trade_id);
        self.trades.get_mut(place)
    }

    /// Ids and trades, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &PastTrade)> {
        let ids = self.first_trade_id()..=self.last_trade_id;
        ids.filter_map(|trade_id| Some((trade_id, self.trades.get(self.place_of(trade_id))?)))
    }

    #[inline]
    const fn place_of(&self, trade_id: u64) -> usize {
        (trade_id - self.first_ever_id) as usize % PAST_TRADES_MAX
    }

    fn first_trade_id(&self) -> u64 {
        // Ids count from 1, so that there are never more trades than the last id says.
        self.last_trade_id + 1 - self.trades.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::{PAST_TRADES_MAX, PastTrade, PastTrades, TradeSide};
    use cambist_wire::Side;

    #[test]
    fn the_last_trades_are_found_under_their_ids_wherever_the_first_began() {
        let side = TradeSide { account: 0, strategy: 0, fee: 0 };
        let mut trades = PastTrades::default();
        assert_eq!((trades.iter().count(), trades.last_trade_id()), (0, 0));
        let first = 77;
        for trade_id in first..first + PAST_TRADES_MAX as u64 + 10 {
            let price = trade_id as i64;
            let trade = PastTrade {
                price,
                qty: 1,
                instrument: 0,
                sides: [side; 2],
                aggressor: Side::Buy,
                in_auction: false,
                is_busted: false,
            };
            trades.put(trade_id, trade);
        }
        assert!(trades.get_mut(first + 9).is_none() && trades.get_mut(first + 10).is_some());
        assert!(trades.get_mut(trades.last_trade_id() + 1).is_none() && trades.get_mut(0).is_none());
        assert_eq!(trades.iter().count(), PAST_TRADES_MAX);
        assert!(trades.iter().all(|(trade_id, trade)| trade.price == trade_id as i64));
    }
}
