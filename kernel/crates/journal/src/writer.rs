//! Appending to a journal: what was appended since the last commit becomes one block, with one write and one sync.

use std::io;

use crate::block::{AppendError, BlockBuilder};
use crate::format::Position;
use crate::segments::{Segments, WriterStart};

/// The one writer of a journal. After a failed write or sync every later commit fails.
#[derive(Debug)]
pub struct Writer {
    builder: BlockBuilder,
    segments: Segments,
}

impl Writer {
    /// Open the segment to go on with, where there is one.
    pub fn open(start: WriterStart) -> io::Result<Self> {
        let builder = BlockBuilder::new(start.position, start.engine_version);
        Ok(Self { builder, segments: Segments::open(start)? })
    }

    /// Behind the last durable block.
    pub fn position(&self) -> Position {
        self.segments.position()
    }

    /// Appended and not yet committed, before it was packed.
    pub fn pending_bytes(&self) -> usize {
        self.builder.pending_bytes()
    }

    /// Take whole commands with their events.
    pub fn append(&mut self, records: &[u8]) -> Result<(), AppendError> {
        self.builder.append(records)
    }

    /// Write and sync one block with everything appended; the last durable sequence.
    pub fn commit(&mut self) -> io::Result<u64> {
        self.segments.check()?;
        if let Some(mut block) = self.builder.seal() {
            self.segments.write(&mut block)?;
            self.builder.recycle(block);
        }
        Ok(self.position().next_sequence - 1)
    }

    /// What makes the blocks, with what is pending, and what writes them: for different threads.
    pub fn into_parts(self) -> (BlockBuilder, Segments) {
        (self.builder, self.segments)
    }

    /// Release the segment's file; what is pending is dropped.
    pub fn close(&mut self) {
        self.segments.close();
    }
}
