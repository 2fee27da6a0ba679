//! The one buffer into which events are packed as they happen.

use cambist_wire::Record;

/// More than most commands cause.
const FIRST_ROOM_BYTES: usize = 1 << 16;

/// Packed records, and what stamps them. Written in place: the room is there before an event is.
#[derive(Clone, Debug, Default)]
pub struct Output {
    room: Vec<u8>,
    /// How much of the room is written.
    len: usize,
    /// Of the last event.
    pub event_sequence: u64,
    /// The engine's time.
    pub now_ns: i64,
}

impl Output {
    /// Records since the last [`Output::clear`].
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.room[..self.len]
    }

    /// Forget what was written.
    #[inline]
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// State an event.
    #[inline(always)]
    pub fn emit(&mut self, event: &impl Record) {
        self.event_sequence += 1;
        let (sequence, now_ns) = (self.event_sequence, self.now_ns);
        event.put(sequence, now_ns, self.take(event.size()));
    }

    /// Repeat a record that was given.
    #[inline(always)]
    pub fn copy(&mut self, record: &[u8]) {
        self.take(record.len()).copy_from_slice(record);
    }

    /// The next bytes, to be written by the caller.
    #[inline(always)]
    fn take(&mut self, size: usize) -> &mut [u8] {
        let start = self.len;
        if self.room.len() - start < size {
            self.grow(size);
        }
        self.len = start + size;
        &mut self.room[start..start + size]
    }

    #[cold]
    fn grow(&mut self, size: usize) {
        let wanted = (self.len + size).max(self.room.len() * 2).max(FIRST_ROOM_BYTES);
        self.room.resize(wanted, 0);
    }
}
