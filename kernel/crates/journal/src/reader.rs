//! Reading blocks back, in order, from segments that were checked when the journal was opened.

use crate::format::{BLOCK_HEADER_BYTES, BlockHeader, Hash, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::packing::Unpacker;

/// What a segment holds where something else should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedSegment {
    /// In the segment.
    pub offset: usize,
    /// What is wrong there.
    pub description: String,
}

/// Hands out the payloads of the blocks behind a command, segment by segment. It checks every header, checksum and
/// sequence; the hashes that link the blocks were checked at opening.
#[derive(Debug)]
pub struct BlockReader {
    unpacker: Unpacker,
    next_sequence: u64,
}

impl BlockReader {
    /// Begin with the block that holds the command behind `after`.
    pub fn new(after: u64) -> Self {
        Self { unpacker: Unpacker::default(), next_sequence: after + 1 }
    }

    /// The blocks of the next segment: each is unpacked into what `spare` gives and handed to `take`, which says
    /// whether it wants more; whether it always did.
    pub fn read_segment(
        &mut self,
        data: &[u8],
        mut spare: impl FnMut() -> Vec<u8>,
        mut take: impl FnMut(Vec<u8>) -> bool,
    ) -> Result<bool, DamagedSegment> {
        SegmentHeader::parse(data).ok_or_else(|| damaged(0, "it has no header of this format"))?;
        let mut offset = SEGMENT_HEADER_BYTES;
        while offset < data.len() {
            let (header, packed) =
                block_at(&data[offset..]).ok_or_else(|| damaged(offset, "there is no valid block"))?;
            let behind = header.position_after(Hash::default());
            let next_sequence =
                behind.ok_or_else(|| damaged(offset, "its sequences are impossible"))?.next_sequence;
            if next_sequence > self.next_sequence {
                let payload =
                    self.unpacked(&header, packed, spare()).map_err(|what| damaged(offset, &what))?;
                self.next_sequence = next_sequence;
                if !take(payload) {
                    return Ok(false);
                }
            }
            offset += BLOCK_HEADER_BYTES + packed.len();
        }
        Ok(true)
    }

    fn unpacked(&mut self, header: &BlockHeader, packed: &[u8], mut to: Vec<u8>) -> Result<Vec<u8>, String> {
        let (first, expected) = (header.position.next_sequence, self.next_sequence);
        if first > expected {
            return Err(format!("commands {expected} to {} are missing before it", first - 1));
        }
        let sequences = (first, header.position.next_event_sequence);
        let is_unpacked =
            self.unpacker.unpack(packed, header.payload_bytes as usize, sequences, &mut to).is_ok();
        if !is_unpacked || crc32fast::hash(&to) != header.payload_crc {
            return Err("what is packed in it does not unpack to what its header says".to_owned());
        }
        Ok(to)
    }
}

fn block_at(rest: &[u8]) -> Option<(BlockHeader, &[u8])> {
    let header = BlockHeader::parse(rest)?;
    let packed = rest.get(BLOCK_HEADER_BYTES..)?.get(..header.packed_bytes as usize)?;
    (crc32fast::hash(packed) == header.packed_crc).then_some((header, packed))
}

fn damaged(offset: usize, description: &str) -> DamagedSegment {
    DamagedSegment { offset, description: description.to_owned() }
}
