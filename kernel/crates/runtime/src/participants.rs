//! Those who act in engine time by themselves, on the engine's thread.

/// A deterministic source of commands: what `Source` is to the Python data plane.
pub trait Participants: Send {
    /// When they act next, in nanoseconds since the epoch.
    fn next_ns(&self) -> i64;
    /// Everything they do at `next_ns()`, which is `now_ns`: packed commands without stamps.
    fn advance(&mut self, now_ns: i64) -> &[u8];
    /// Facts of the engine, in order; commands in between are passed over.
    fn on_events(&mut self, records: &[u8]);
    /// Their whole state.
    fn save(&self) -> Vec<u8>;
}
