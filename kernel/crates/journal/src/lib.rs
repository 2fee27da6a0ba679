//! The journal on disk: segments of commit blocks. `docs/journal.md` is normative; the Python package writes the
//! same bytes.

#![forbid(unsafe_code)]

mod block;
mod format;
mod packing;
mod reader;
mod records;
mod scan;
mod segments;
mod writer;

pub use block::{AppendError, BlockBuilder, SealedBlock};
pub use format::{
    BLOCK_HEADER_BYTES, BlockHeader, FORMAT_VERSION, Hash, MAX_EXPANSION, MAX_PAYLOAD_BYTES, Position,
    SEGMENT_HEADER_BYTES, SegmentHeader, block_hash,
};
pub use packing::{Packer, Unpackable, Unpacker};
pub use reader::{BlockReader, DamagedSegment};
pub use records::{BrokenStream, FIRST_EVENT_KIND, RecordCount, count_records};
pub use scan::{Scan, scan_segment};
pub use segments::{Segments, WriterStart, segment_name};
pub use writer::Writer;
