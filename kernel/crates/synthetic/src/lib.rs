//! Synthetic participants: three kinds of members that trade by themselves, from one seed.
//!
//! The Python package's `infrastructure/venues/synthetic` is the specification; for the same seed and the same
//! facts this crate sends the same commands and saves the same bytes, about twenty times faster.
#![forbid(unsafe_code)]

mod fair_value;
mod maker;
mod market;
mod members;
mod message_pack;
mod patient;
mod profile;
mod random;
mod state;
mod taker;

pub use market::{SyntheticMarket, Unreadable};
pub use profile::Profile;
