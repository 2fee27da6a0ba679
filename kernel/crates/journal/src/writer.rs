//! Appending blocks to segments: one write and one sync per commit.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::format::{
    BLOCK_HEADER_BYTES, BlockHeader, MAX_PAYLOAD_BYTES, PRODUCT_VERSION_BYTES, Position,
    SEGMENT_HEADER_BYTES, SegmentHeader, block_hash,
};
use crate::records::{BrokenStream, RecordCount, count_records};

/// Where the payload starts in the buffer: before it there is room for both headers.
const PAYLOAD_START: usize = SEGMENT_HEADER_BYTES + BLOCK_HEADER_BYTES;

/// Where a writer begins: behind a verified journal, in its last segment or in a new one.
#[derive(Clone, Debug)]
pub struct WriterStart {
    /// Of the segments.
    pub directory: PathBuf,
    /// Behind the last block.
    pub position: Position,
    /// Of the engine whose records come.
    pub engine_version: u16,
    /// For the headers of new segments; at most 28 bytes count.
    pub product_version: String,
    /// A segment that has blocks grows no further than this.
    pub segment_bytes: u64,
    /// The segment to go on with and its size; `None` begins a new one.
    pub segment: Option<(String, u64)>,
}

/// Why records were not buffered.
#[derive(Debug)]
pub enum AppendError {
    /// They do not continue what was appended before.
    Broken(BrokenStream),
    /// More than a gibibyte waits for one commit.
    TooLarge,
}

/// The one writer of a journal. After a failed write or sync every later commit fails.
#[derive(Debug)]
pub struct Writer {
    start: WriterStart,
    position: Position,
    buffer: Vec<u8>,
    count: RecordCount,
    file: Option<File>,
    size: u64,
    has_failed: bool,
}

/// Of the segment whose first command has this sequence.
pub fn segment_name(first_sequence: u64) -> String {
    format!("journal-{first_sequence:020}.seg")
}

impl Writer {
    /// Open the segment to go on with, where there is one.
    pub fn open(start: WriterStart) -> io::Result<Self> {
        let (file, size) = match &start.segment {
            Some((name, size)) => (Some(open_append(&start.directory.join(name))?), *size),
            None => (None, 0),
        };
        let position = start.position;
        let buffer = vec![0; PAYLOAD_START];
        Ok(Self { start, position, buffer, count: RecordCount::default(), file, size, has_failed: false })
    }

    /// Behind the last durable block.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Appended and not yet committed.
    pub fn pending_bytes(&self) -> usize {
        self.buffer.len() - PAYLOAD_START
    }

    /// Buffer whole commands with their events.
    pub fn append(&mut self, records: &[u8]) -> Result<(), AppendError> {
        if self.pending_bytes() + records.len() > MAX_PAYLOAD_BYTES {
            return Err(AppendError::TooLarge);
        }
        let next_sequence = self.position.next_sequence + self.count.commands;
        let next_event_sequence = self.position.next_event_sequence + self.count.events;
        let count =
            count_records(records, next_sequence, next_event_sequence).map_err(AppendError::Broken)?;
        self.buffer.extend_from_slice(records);
        self.count.commands += count.commands;
        self.count.events += count.events;
        Ok(())
    }

    /// Write and sync one block with everything appended; the last durable sequence.
    pub fn commit(&mut self) -> io::Result<u64> {
        if self.has_failed {
            return Err(io::Error::other("the journal has failed before"));
        }
        if self.pending_bytes() > 0 {
            self.has_failed = true;
            self.write_block()?;
            self.has_failed = false;
            self.buffer.truncate(PAYLOAD_START);
            self.count = RecordCount::default();
        }
        Ok(self.position.next_sequence - 1)
    }

    /// Release the segment's file; what is pending is dropped.
    pub fn close(&mut self) {
        self.file = None;
        self.has_failed = true;
    }

    fn write_block(&mut self) -> io::Result<()> {
        let header = self.block_header().pack();
        self.buffer[SEGMENT_HEADER_BYTES..PAYLOAD_START].copy_from_slice(&header);
        let hash = block_hash(&[&self.buffer[SEGMENT_HEADER_BYTES..]]);
        if self.must_roll() {
            self.begin_segment()?;
        } else if let Some(file) = &mut self.file {
            let block = &self.buffer[SEGMENT_HEADER_BYTES..];
            file.write_all(block)?;
            file.sync_data()?;
            self.size += block.len() as u64;
        }
        self.position = Position {
            next_sequence: self.position.next_sequence + self.count.commands,
            next_event_sequence: self.position.next_event_sequence + self.count.events,
            head: hash,
        };
        Ok(())
    }

    fn block_header(&self) -> BlockHeader {
        // A payload of at most a gibibyte holds far fewer than 2^32 records of at least 24 bytes.
        BlockHeader {
            engine_version: self.start.engine_version,
            payload_bytes: self.pending_bytes() as u32,
            commands: self.count.commands as u32,
            events: self.count.events as u32,
            position: self.position,
            payload_crc: crc32fast::hash(&self.buffer[PAYLOAD_START..]),
        }
    }

    /// A segment takes at least one block, and then no block that would take it beyond its size.
    fn must_roll(&self) -> bool {
        let block_bytes = (self.buffer.len() - SEGMENT_HEADER_BYTES) as u64;
        self.file.is_none()
            || (self.size > SEGMENT_HEADER_BYTES as u64 && self.size + block_bytes > self.start.segment_bytes)
    }

    /// Header and first block go out in one write; the file's name is durable before the commit returns.
    fn begin_segment(&mut self) -> io::Result<()> {
        let header = self.segment_header().pack();
        self.buffer[..SEGMENT_HEADER_BYTES].copy_from_slice(&header);
        let path = self.start.directory.join(segment_name(self.position.next_sequence));
        let mut file = open_append(&path)?;
        file.write_all(&self.buffer)?;
        file.sync_data()?;
        File::open(&self.start.directory)?.sync_all()?;
        self.size = self.buffer.len() as u64;
        self.file = Some(file);
        Ok(())
    }

    fn segment_header(&self) -> SegmentHeader {
        let mut product_version = [0; PRODUCT_VERSION_BYTES];
        let text = self.start.product_version.as_bytes();
        let size = text.len().min(PRODUCT_VERSION_BYTES);
        product_version[..size].copy_from_slice(&text[..size]);
        SegmentHeader { engine_version: self.start.engine_version, position: self.position, product_version }
    }
}

fn open_append(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o640).open(path)
}
