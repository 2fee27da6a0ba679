//! Making blocks: records are checked, packed and hashed as they come; nothing here touches a disk.

use crate::format::{
    BLOCK_HEADER_BYTES, BlockHeader, MAX_PAYLOAD_BYTES, Position, SEGMENT_HEADER_BYTES, block_hash,
};
use crate::packing::Packer;
use crate::records::{BrokenStream, RecordCount, count_records};

/// Where the packed payload starts in a block's buffer: before it there is room for both headers.
const PACKED_START: usize = SEGMENT_HEADER_BYTES + BLOCK_HEADER_BYTES;

/// Why records were not taken.
#[derive(Debug)]
pub enum AppendError {
    /// They do not continue what was appended before.
    Broken(BrokenStream),
    /// More than a gibibyte waits for one commit.
    TooLarge,
}

/// A finished block, to be written as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedBlock {
    /// Where it belongs.
    pub position: Position,
    /// Where the one after it belongs.
    pub next_position: Position,
    /// Room for a segment header, then the block.
    pub(crate) buffer: Vec<u8>,
}

impl SealedBlock {
    /// Header and packed payload.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[SEGMENT_HEADER_BYTES..]
    }
}

/// Makes one block after the other, each behind the one before, whether that is on the disk already or not.
#[derive(Debug)]
pub struct BlockBuilder {
    engine_version: u16,
    position: Position,
    packer: Packer,
    count: RecordCount,
    payload_bytes: usize,
    payload_crc: crc32fast::Hasher,
    spare: Vec<u8>,
}

impl BlockBuilder {
    /// The first block belongs at this position.
    pub fn new(position: Position, engine_version: u16) -> Self {
        let mut packer = Packer::default();
        packer.begin(Vec::new(), PACKED_START, sequences(&position));
        let (count, payload_crc) = (RecordCount::default(), crc32fast::Hasher::new());
        Self { engine_version, position, packer, count, payload_bytes: 0, payload_crc, spare: Vec::new() }
    }

    /// Of what was appended and is in no finished block yet, before it was packed.
    pub fn pending_bytes(&self) -> usize {
        self.payload_bytes
    }

    /// Take whole commands with their events. Where they are refused, nothing of them is in the block.
    pub fn append(&mut self, records: &[u8]) -> Result<(), AppendError> {
        if self.payload_bytes + records.len() > MAX_PAYLOAD_BYTES {
            return Err(AppendError::TooLarge);
        }
        let count =
            self.packer.pack(records).ok_or_else(|| AppendError::Broken(self.what_is_wrong(records)))?;
        self.payload_crc.update(records);
        self.payload_bytes += records.len();
        self.count.commands += count.commands;
        self.count.events += count.events;
        Ok(())
    }

    /// Finish the block, and begin the next; nothing where nothing was appended.
    pub fn seal(&mut self) -> Option<SealedBlock> {
        if self.payload_bytes == 0 {
            return None;
        }
        let mut buffer = self.packer.finish();
        let header = self.header(&buffer[PACKED_START..]).pack();
        buffer[SEGMENT_HEADER_BYTES..PACKED_START].copy_from_slice(&header);
        let next_position = self.next_position(block_hash(&[&buffer[SEGMENT_HEADER_BYTES..]]));
        let sealed = SealedBlock { position: self.position, next_position, buffer };
        self.position = next_position;
        self.packer.begin(std::mem::take(&mut self.spare), PACKED_START, sequences(&next_position));
        (self.count, self.payload_bytes) = (RecordCount::default(), 0);
        self.payload_crc.reset();
        Some(sealed)
    }

    /// Use the memory of a block that is written.
    pub fn recycle(&mut self, block: SealedBlock) {
        self.spare = block.buffer;
    }

    /// Of records that the packer refused.
    fn what_is_wrong(&self, records: &[u8]) -> BrokenStream {
        let (next_sequence, next_event_sequence) = sequences(&self.next_position([0; 32]));
        let counted = count_records(records, next_sequence, next_event_sequence);
        counted
            .err()
            .unwrap_or_else(|| BrokenStream { offset: 0, description: "cannot be packed".to_owned() })
    }

    fn header(&self, packed: &[u8]) -> BlockHeader {
        // A payload of at most a gibibyte holds far fewer than 2^32 records of at least 24 bytes.
        BlockHeader {
            engine_version: self.engine_version,
            packed_bytes: packed.len() as u32,
            payload_bytes: self.payload_bytes as u32,
            commands: self.count.commands as u32,
            events: self.count.events as u32,
            position: self.position,
            packed_crc: crc32fast::hash(packed),
            payload_crc: self.payload_crc.clone().finalize(),
        }
    }

    fn next_position(&self, head: crate::format::Hash) -> Position {
        Position {
            next_sequence: self.position.next_sequence + self.count.commands,
            next_event_sequence: self.position.next_event_sequence + self.count.events,
            head,
        }
    }
}

fn sequences(position: &Position) -> (u64, u64) {
    (position.next_sequence, position.next_event_sequence)
}
