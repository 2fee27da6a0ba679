//! Segment files: blocks go to the end of the newest one, each with one write and one sync.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::block::SealedBlock;
use crate::format::{PRODUCT_VERSION_BYTES, Position, SEGMENT_HEADER_BYTES, SegmentHeader};

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

/// The segments of a journal, open at their end. After a failed write or sync every later write fails.
#[derive(Debug)]
pub struct Segments {
    start: WriterStart,
    position: Position,
    file: Option<File>,
    size: u64,
    has_failed: bool,
}

/// Of the segment whose first command has this sequence.
pub fn segment_name(first_sequence: u64) -> String {
    format!("journal-{first_sequence:020}.seg")
}

impl Segments {
    /// Open the segment to go on with, where there is one.
    pub fn open(start: WriterStart) -> io::Result<Self> {
        let (file, size) = match &start.segment {
            Some((name, size)) => (Some(open_append(&start.directory.join(name))?), *size),
            None => (None, 0),
        };
        Ok(Self { position: start.position, start, file, size, has_failed: false })
    }

    /// Behind the last durable block.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Whether nothing failed before.
    pub fn check(&self) -> io::Result<()> {
        if self.has_failed { Err(io::Error::other("the journal has failed before")) } else { Ok(()) }
    }

    /// Write and sync the block that belongs here.
    pub fn write(&mut self, block: &mut SealedBlock) -> io::Result<()> {
        self.check()?;
        self.has_failed = true;
        if self.must_roll(block) {
            self.begin_segment(block)?;
        } else if let Some(file) = &mut self.file {
            file.write_all(block.bytes())?;
            file.sync_data()?;
            self.size += block.bytes().len() as u64;
        }
        self.position = block.next_position;
        self.has_failed = false;
        Ok(())
    }

    /// Release the file.
    pub fn close(&mut self) {
        self.file = None;
        self.has_failed = true;
    }

    /// A segment takes at least one block, and then no block that would take it beyond its size.
    fn must_roll(&self, block: &SealedBlock) -> bool {
        let block_bytes = block.bytes().len() as u64;
        self.file.is_none()
            || (self.size > SEGMENT_HEADER_BYTES as u64 && self.size + block_bytes > self.start.segment_bytes)
    }

    /// Header and first block go out in one write; the file's name is durable before the write returns.
    fn begin_segment(&mut self, block: &mut SealedBlock) -> io::Result<()> {
        let header = self.segment_header(block.position).pack();
        block.buffer[..SEGMENT_HEADER_BYTES].copy_from_slice(&header);
        let path = self.start.directory.join(segment_name(block.position.next_sequence));
        let mut file = open_append(&path)?;
        file.write_all(&block.buffer)?;
        file.sync_data()?;
        File::open(&self.start.directory)?.sync_all()?;
        self.size = block.buffer.len() as u64;
        self.file = Some(file);
        Ok(())
    }

    fn segment_header(&self, position: Position) -> SegmentHeader {
        let mut product_version = [0; PRODUCT_VERSION_BYTES];
        let text = self.start.product_version.as_bytes();
        let size = text.len().min(PRODUCT_VERSION_BYTES);
        product_version[..size].copy_from_slice(&text[..size]);
        SegmentHeader { engine_version: self.start.engine_version, position, product_version }
    }
}

fn open_append(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o640).open(path)
}
