//! The bytes that cross a boundary: packed commands, packed events and the rows of snapshots.
//!
//! Layouts are stated once per record, from its fields in order of declaration, each at its natural
//! alignment (an `i128` takes 16 bytes aligned to 8), the fixed part padded to a multiple of 8, then the one
//! text or blob. The Python package states the same layouts; a contract test compares the two.
#![forbid(unsafe_code)]

#[macro_use]
mod layout;
pub mod commands;
pub mod events;
pub mod participants;
mod pegged_row;
pub mod reasons;
mod record;
mod session_rows;
pub mod sessions;
pub mod snapshot;
pub mod spot;
mod spot_rows;
mod vocabulary;

pub use commands::{Command, Frame};
pub use layout::{Field, FieldLayout, Layout, Text, Width};
pub use record::{HEADER_BYTES, Header, MAX_RECORD_BYTES, Malformed, Record};
pub use vocabulary::{
    AccountKind, Contingency, InstrumentKind, Liquidity, MatchingRule, OffsetUnit, OrderFlags, OrderStatus,
    OrderType, PegReference, Phase, ReportKind, SelfTradeMode, Side, StrategyState, TimeInForce,
    TradingState, TriggerSource, VenueKind,
};

/// Largest price the gate admits, in ticks.
pub const MAX_PRICE: i64 = (1 << 40) - 1;
/// Largest quantity the gate admits, in lots.
pub const MAX_QTY: i64 = (1 << 40) - 1;
/// In MassCancel: orders of every strategy, and those sent by hand.
pub const ANY_STRATEGY: u32 = u32::MAX;
/// In MassCancel: orders of every account, members of the venue included.
pub const ANY_ACCOUNT: u32 = u32::MAX;
/// In MassCancel: orders of both sides.
pub const ANY_SIDE: u32 = 2;
