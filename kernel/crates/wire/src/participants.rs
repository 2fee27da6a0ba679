//! Commands and events about participants: their sessions, messages, quotes, trades and fees. Field meanings:
//! `domain/participant_commands.py` and `domain/participant_events.py`.

use crate::record::record;
use crate::{Liquidity, OrderFlags, Side};

record! {
    /// Whether the open orders of an account are canceled when a session of its ends.
    30 SetCancelOnDisconnect [] { account_id: u32, armed: bool }
}

record! {
    /// A session of an account has ended.
    31 EndSession ['a] { account_id: u32, strategy_id: u32 } tail session: &'a str
}

record! {
    /// How many messages an account may send per second; 0 for no limit.
    32 SetThrottle [] { account_id: u32, messages_per_second: i64 }
}

record! {
    /// Whether the end of a session cancels the orders of an account.
    120 CancelOnDisconnectChanged [] { account_id: u32, armed: bool }
}

record! {
    /// A session of an account has ended.
    121 SessionEnded ['a] { account_id: u32, strategy_id: u32 } tail session: &'a str
}

record! {
    /// How many messages an account may send per second; 0 for no limit.
    122 ThrottleChanged [] { account_id: u32, messages_per_second: i64 }
}

record! {
    /// State an account's two-sided quotes on an instrument.
    33 MassQuote ['a] {
        account_id: u32,
        strategy_id: u32,
        instrument_id: u32,
        flags: OrderFlags,
    } tail quotes: &'a [u8]
}

record! {
    /// A quote was taken: the orders that stand for its sides.
    123 QuoteAccepted [] {
        account_id: u32,
        strategy_id: u32,
        instrument_id: u32,
        quote_id: u32,
        bid_order_id: u64,
        ask_order_id: u64,
    }
}

record! {
    /// A mass quote was refused whole and changed nothing.
    124 QuoteRejected [] { account_id: u32, strategy_id: u32, instrument_id: u32, reason: u32 }
}

record! {
    /// Pull an account's quotes once fills within a rolling window reach a limit.
    34 SetMarketMakerProtection [] {
        account_id: u32,
        instrument_id: u32,
        window_ns: i64,
        max_fills: i64,
        max_qty: i64,
        max_delta: i64,
    }
}

record! {
    /// Let an account quote again whose quotes were pulled.
    35 ResetProtection [] { account_id: u32, instrument_id: u32 }
}

record! {
    /// When the quotes of an account are pulled.
    125 MarketMakerProtectionChanged [] {
        account_id: u32,
        instrument_id: u32,
        window_ns: i64,
        max_fills: i64,
        max_qty: i64,
        max_delta: i64,
    }
}

record! {
    /// Fills of an account's quotes reached a limit.
    126 ProtectionTriggered [] { account_id: u32, instrument_id: u32, fills: i64, qty: i64, delta: i64 }
}

record! {
    /// An account whose quotes were pulled may quote again.
    127 ProtectionReset [] { account_id: u32, instrument_id: u32 }
}

record! {
    /// Commission rates by traded volume, of an account or (0) of all that have no schedule of their own.
    38 SetFeeTiers ['a] { account_id: u32 } tail tiers: &'a [u8]
}

record! {
    /// A schedule of commission rates by volume.
    131 FeeTiersChanged ['a] { account_id: u32 } tail tiers: &'a [u8]
}

record! {
    /// The rates that an account's schedule gives it from now on.
    132 FeeTierReached [] { account_id: u32, volume: i128, maker_fee: i64, taker_fee: i64 }
}

record! {
    /// Undo a recent trade of our venue for both of its sides.
    36 BustTrade ['a] { trade_id: u64 } tail cause: &'a str
}

record! {
    /// Give a recent trade of our venue another price, for both of its sides.
    37 CorrectTrade ['a] { trade_id: u64, price: i64 } tail cause: &'a str
}

record! {
    /// A trade never was.
    128 TradeBusted ['a] { trade_id: u64, instrument_id: u32, price: i64, qty: i64 } tail cause: &'a str
}

record! {
    /// A trade has another price.
    129 TradeCorrected ['a] {
        trade_id: u64,
        instrument_id: u32,
        previous_price: i64,
        price: i64,
        qty: i64,
    } tail cause: &'a str
}

record! {
    /// One side of a trade that was busted or corrected.
    130 FillAdjusted [] {
        trade_id: u64,
        instrument_id: u32,
        account_id: u32,
        strategy_id: u32,
        side: Side,
        liquidity: Liquidity,
        price: i64,
        qty: i64,
        commission: i64,
    }
}

/// How many tiers a schedule may have.
const TIERS_MAX: usize = 16;

fixed_part! {
    /// One tier: from which volume on, in e8, and its rates in ppm.
    FeeTier [] { volume: i64, maker_fee: i64, taker_fee: i64 }
}

impl FeeTier {
    /// The tiers of a schedule, none where it is empty; None where the bytes hold too many, or a part of one.
    #[must_use]
    pub fn all(tiers: &[u8]) -> Option<Vec<Self>> {
        let is_whole = tiers.len().is_multiple_of(Self::FIXED_BYTES);
        let fits = is_whole && tiers.len() / Self::FIXED_BYTES <= TIERS_MAX;
        fits.then(|| tiers.chunks_exact(Self::FIXED_BYTES).filter_map(|tier| Self::get(tier, &[])).collect())
    }
}

/// How many entries a mass quote may have.
pub const QUOTES_MAX: usize = 100;

fixed_part! {
    /// One entry of a mass quote: prices in ticks, open quantities in lots.
    QuoteEntry [] { quote_id: u32, bid_price: i64, bid_qty: i64, ask_price: i64, ask_qty: i64 }
}

impl QuoteEntry {
    /// The entries of a mass quote; None where the bytes hold none, too many, or a part of one.
    pub fn all(quotes: &[u8]) -> Option<impl Iterator<Item = Self> + Clone + '_> {
        let count = quotes.len() / Self::FIXED_BYTES;
        let is_whole = quotes.len().is_multiple_of(Self::FIXED_BYTES) && (1..=QUOTES_MAX).contains(&count);
        is_whole.then(|| quotes.chunks_exact(Self::FIXED_BYTES).filter_map(|entry| Self::get(entry, &[])))
    }
}

impl QuoteEntry {
    /// Of one side, in ticks.
    #[must_use]
    pub const fn price(&self, side: Side) -> i64 {
        match side {
            Side::Buy => self.bid_price,
            Side::Sell => self.ask_price,
        }
    }

    /// Of one side, in lots.
    #[must_use]
    pub const fn qty(&self, side: Side) -> i64 {
        match side {
            Side::Buy => self.bid_qty,
            Side::Sell => self.ask_qty,
        }
    }
}
