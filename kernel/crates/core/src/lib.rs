//! The deterministic trading engine: the desk (gate, order lifecycle, positions, limits) and the venue
//! (books, matching), with one entry point, [`Engine::apply`], and no clock, randomness, thread or I/O inside.
//!
//! The rules are those of `docs/engine.md`; `engine/reference` in the Python package is the specification, and
//! this crate gives the same bytes for the same commands.
#![deny(unsafe_code)]

mod account;
mod adjustments;
mod auction;
mod book;
#[cfg(test)]
mod book_tests;
#[cfg(test)]
mod bounds_tests;
mod client_ids;
mod desk_order;
mod directory;
mod engine;
mod expiries;
mod holding;
mod instructions;
mod instrument;
mod ladder;
mod levels;
mod matching_book;
mod output;
mod past_trades;
mod pegs;
mod position;
mod processor;
mod protection;
mod quotes;
mod registry;
mod resting;
mod scope;
mod session;
mod slab;
mod slot_index;
mod steps;
mod strategy;
mod text;
mod throttle;
mod traded_volume;
mod trailing;
mod triggers;
pub mod workload;

pub use engine::{ENGINE_VERSION, Engine, Moment, Refused};
pub use matching_book::{Fill, LimitOrder, MatchingBook};
pub use slab::PoolUsage;
