//! Checking a segment from its header to the end or the first thing that is not a valid block.

use std::collections::{BTreeMap, BTreeSet};

use crate::format::{
    BLOCK_HEADER_BYTES, BlockHeader, Hash, Position, SEGMENT_HEADER_BYTES, SegmentHeader, block_hash,
};

/// What a segment holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// At its start.
    pub header: SegmentHeader,
    /// Offset behind the last valid block.
    pub end: usize,
    /// Where the next block belongs.
    pub position: Position,
    /// Valid blocks.
    pub blocks: u64,
    /// Engine version to the last command sequence that it wrote here.
    pub engine_versions: BTreeMap<u16, u64>,
    /// Command sequence to the chain's hash after it, for the sequences that were asked for.
    pub heads: BTreeMap<u64, Hash>,
}

/// The valid blocks of a segment; `None` where not even its header is one of this format. Whether what lies behind
/// `end` is a torn tail or damage is for the caller to say.
pub fn scan_segment(data: &[u8], heads_of: &BTreeSet<u64>) -> Option<Scan> {
    let header = SegmentHeader::parse(data)?;
    let mut scan = Scan {
        position: header.position,
        header,
        end: SEGMENT_HEADER_BYTES,
        blocks: 0,
        engine_versions: BTreeMap::new(),
        heads: BTreeMap::new(),
    };
    while let Some((header, block)) = next_block(&data[scan.end..], &scan.position)
        && let Some(position) = header.position_after(block_hash(&[block]))
    {
        let last_sequence = position.next_sequence - 1;
        scan.position = position;
        scan.end += block.len();
        scan.blocks += 1;
        scan.engine_versions.insert(header.engine_version, last_sequence);
        if heads_of.contains(&last_sequence) {
            scan.heads.insert(last_sequence, scan.position.head);
        }
    }
    Some(scan)
}

/// The block at the start of `rest`, where it is whole, undamaged and belongs at `position`.
fn next_block<'rest>(rest: &'rest [u8], position: &Position) -> Option<(BlockHeader, &'rest [u8])> {
    let header = BlockHeader::parse(rest)?;
    let block = rest.get(..BLOCK_HEADER_BYTES + header.packed_bytes as usize)?;
    let is_whole = crc32fast::hash(&block[BLOCK_HEADER_BYTES..]) == header.packed_crc;
    (is_whole && header.position == *position).then_some((header, block))
}
