//! Commands and events about trading sessions: auctions, calendars, halts. Field meanings:
//! `domain/session_commands.py` and `domain/session_events.py`.

use crate::Side;
use crate::record::record;

record! {
    /// When an instrument changes its phase, week by week.
    24 SetSchedule ['a] {
        instrument_id: u32,
        extension_ns: i64,
        extension_band: i64,
    } tail steps: &'a [u8]
}

record! {
    /// What happens to an instrument in continuous trading when its price moves too far.
    25 SetVolatilityGuard [] {
        instrument_id: u32,
        dynamic_band: i64,
        auction_ns: i64,
        limit_band: i64,
        limit_state_ns: i64,
        pause_ns: i64,
    }
}

record! {
    /// Halt an instrument (0: all of ours that trade).
    26 HaltInstrument ['a] { instrument_id: u32, duration_ns: i64 } tail cause: &'a str
}

record! {
    /// Halt all our instruments when the market has fallen so far since the day began.
    27 SetCircuitBreaker [] {
        instrument_id: u32,
        level_1: i64,
        level_2: i64,
        level_3: i64,
        cool_down_1_ns: i64,
        cool_down_2_ns: i64,
    }
}

record! {
    /// What an auction would do if it ended now.
    108 AuctionIndicated [] {
        instrument_id: u32,
        imbalance_side: Side,
        price: i64,
        qty: i64,
        imbalance_qty: i64,
    }
}

record! {
    /// An auction has ended: the one price of its trades, and what traded.
    109 AuctionUncrossed [] {
        instrument_id: u32,
        imbalance_side: Side,
        price: i64,
        qty: i64,
        imbalance_qty: i64,
    }
}

record! {
    /// An auction goes on, because its price would lie too far from the last one.
    110 AuctionExtended [] { instrument_id: u32, until_ns: i64 }
}

record! {
    /// When an instrument changes its phase.
    111 ScheduleChanged ['a] {
        instrument_id: u32,
        extension_ns: i64,
        extension_band: i64,
    } tail steps: &'a [u8]
}

record! {
    /// What protects an instrument in continuous trading.
    112 VolatilityGuardChanged [] {
        instrument_id: u32,
        dynamic_band: i64,
        auction_ns: i64,
        limit_band: i64,
        limit_state_ns: i64,
        pause_ns: i64,
    }
}

record! {
    /// A trade at a price would have been too far from the reference.
    113 VolatilityInterrupted [] {
        instrument_id: u32,
        aggressor: Side,
        price: i64,
        reference_price: i64,
        until_ns: i64,
    }
}

record! {
    /// The best price of a side stands at the price limit (0: no longer).
    114 LimitStateChanged [] { instrument_id: u32, side: Side, price: i64, until_ns: i64 }
}

record! {
    /// Why an instrument is HALTED next, and until when.
    115 InstrumentHalted ['a] { instrument_id: u32, reason: u32, until_ns: i64 } tail cause: &'a str
}

record! {
    /// At which falls the market halts.
    116 CircuitBreakerChanged [] {
        instrument_id: u32,
        level_1: i64,
        level_2: i64,
        level_3: i64,
        cool_down_1_ns: i64,
        cool_down_2_ns: i64,
    }
}

record! {
    /// The market has fallen since the day began: it halts.
    117 CircuitBreakerTripped [] { level: u32, fall: i64, until_ns: i64 }
}
