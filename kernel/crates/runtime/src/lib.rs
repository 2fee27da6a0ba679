//! The native host of the engine: a bounded ring in, a thread that applies, one that packs, one that
//! makes durable, a ring out.
//!
//! ```text
//! producers ──► Inlet ──► engine thread ──► journal thread ──► disk's thread ──► Subscription ──► readers
//!               (bounded)  stamps, applies   packs, hashes      group commit,     (bounded)
//!                                                               fdatasync, mark
//! ```
//!
//! Every hand-over is bounded and waits or refuses by name; nothing is dropped. What a reader gets is durable. After a
//! failed write or sync, or a panic, nothing is accepted any more and everybody who waits learns why. Rules and
//! stages: `docs/runtime.md`.
#![forbid(unsafe_code)]

mod affinity;
mod disk_thread;
mod failure;
mod gate_clock;
mod histogram;
mod inlet;
mod interest;
mod journal_thread;
mod participants;
mod relay;
mod replay;
mod runtime;
mod shared;
mod sink;
mod stages;
mod subscription;
mod wait;
mod worker;

pub use failure::Failure;
pub use histogram::{Histogram, Summary};
pub use inlet::{Refusal, Submission};
pub use interest::Interest;
pub use participants::Participants;
pub use replay::{Difference, ReplayFailure, replay};
pub use runtime::{Options, Pending, Runtime};
pub use sink::{BlockSink, DiskSink};
pub use stages::Stages;
pub use subscription::{Answer, Block, Subscription};
pub use wait::{Signal, WaitStrategy};
pub use worker::{Limits, Ran, Worker};
