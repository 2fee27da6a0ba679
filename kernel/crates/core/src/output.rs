//! The one buffer into which events are packed as they happen.

use cambist_wire::Record;

/// Packed records, and what stamps them.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// Records since the last [`Output::clear`].
    pub bytes: Vec<u8>,
    /// Of the last event.
    pub event_sequence: u64,
    /// The engine's time.
    pub now_ns: i64,
}

impl Output {
    /// State an event.
    #[inline(always)]
    pub fn emit(&mut self, event: &impl Record) {
        self.event_sequence += 1;
        event.encode(self.event_sequence, self.now_ns, &mut self.bytes);
    }
}
