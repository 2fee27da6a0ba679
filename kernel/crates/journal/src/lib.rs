//! The journal on disk: segments of commit blocks. `docs/journal.md` is normative; the Python package writes the
//! same bytes.

#![forbid(unsafe_code)]

mod format;
mod records;
mod scan;
mod writer;

pub use format::{
    BLOCK_HEADER_BYTES, BlockHeader, FORMAT_VERSION, Hash, MAX_PAYLOAD_BYTES, Position, SEGMENT_HEADER_BYTES,
    SegmentHeader, block_hash,
};
pub use records::{BrokenStream, RecordCount, count_records};
pub use scan::{Scan, scan_segment};
pub use writer::{AppendError, Writer, WriterStart, segment_name};
