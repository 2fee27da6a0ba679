//! Just enough of a record's header to count commands and events and to see that they continue.

use std::fmt;

use crate::format::{u32_at, u64_at};

pub(crate) const RECORD_HEADER_BYTES: usize = 24;
pub(crate) const MAX_RECORD_BYTES: usize = 1 << 24;
/// Kinds of commands lie below, kinds of events from here on.
pub const FIRST_EVENT_KIND: u8 = 64;

/// What a stream holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordCount {
    /// Command records.
    pub commands: u64,
    /// Event records.
    pub events: u64,
}

/// Why a stream cannot be journaled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenStream {
    /// Of the record that is wrong.
    pub offset: usize,
    /// What is wrong with it.
    pub description: String,
}

impl fmt::Display for BrokenStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { offset, description } = self;
        write!(formatter, "The record at byte {offset} of what was to be journaled {description}.")
    }
}

/// Count a stream of whole commands, each followed by its events, that continues both sequences.
pub fn count_records(
    records: &[u8],
    next_sequence: u64,
    next_event_sequence: u64,
) -> Result<RecordCount, BrokenStream> {
    let mut count = RecordCount::default();
    let mut offset = 0;
    while offset < records.len() {
        let record = whole_record(&records[offset..])
            .ok_or_else(|| BrokenStream { offset, description: "is not a whole record".to_owned() })?;
        let is_event = record[4] >= FIRST_EVENT_KIND;
        let expected =
            if is_event { next_event_sequence + count.events } else { next_sequence + count.commands };
        let stamped = u64_at(record, 8);
        if stamped != expected {
            let description = format!("has sequence {stamped} where {expected} continues");
            return Err(BrokenStream { offset, description });
        }
        if is_event && count.commands == 0 {
            return Err(BrokenStream { offset, description: "is an event without its command".to_owned() });
        }
        if is_event {
            count.events += 1;
        } else {
            count.commands += 1;
        }
        offset += record.len();
    }
    Ok(count)
}

/// The record at the start of `rest`, where all of it is there.
pub(crate) fn whole_record(rest: &[u8]) -> Option<&[u8]> {
    if rest.len() < RECORD_HEADER_BYTES {
        return None;
    }
    let size = u32_at(rest, 0) as usize;
    let is_possible = (RECORD_HEADER_BYTES..=MAX_RECORD_BYTES).contains(&size) && size.is_multiple_of(8);
    if is_possible { rest.get(..size) } else { None }
}
