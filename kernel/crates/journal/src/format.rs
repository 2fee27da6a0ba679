//! Headers of segments and blocks, little-endian.

use blake2::digest::{Update, VariableOutput};

/// The format this crate reads and writes.
pub const FORMAT_VERSION: u16 = 2;
/// Before every payload.
pub const BLOCK_HEADER_BYTES: usize = 88;
/// At the start of every segment file.
pub const SEGMENT_HEADER_BYTES: usize = 96;
/// What one block may hold, unpacked.
pub const MAX_PAYLOAD_BYTES: usize = 1 << 30;
/// A packed byte stands for so many bytes at most.
pub const MAX_EXPANSION: usize = 64;
/// Room for the product's version in a segment header.
pub const PRODUCT_VERSION_BYTES: usize = 28;

const BLOCK_MAGIC: &[u8; 8] = b"CMBBLOCK";
const SEGMENT_MAGIC: &[u8; 8] = b"CMBSEGMT";

/// BLAKE2b-256 of a block.
pub type Hash = [u8; 32];

/// Where the next block belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Sequence of its first command.
    pub next_sequence: u64,
    /// Sequence of its first event.
    pub next_event_sequence: u64,
    /// Hash of the block before it; zeros at genesis.
    pub head: Hash,
}

/// What a block says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockHeader {
    /// Of the engine that applied its commands.
    pub engine_version: u16,
    /// Size of what lies behind the header.
    pub packed_bytes: u32,
    /// Size of the payload, unpacked.
    pub payload_bytes: u32,
    /// Command records in the payload.
    pub commands: u32,
    /// Event records in the payload.
    pub events: u32,
    /// Where it belongs.
    pub position: Position,
    /// CRC-32 (IEEE) of what lies behind the header.
    pub packed_crc: u32,
    /// CRC-32 (IEEE) of the payload, unpacked.
    pub payload_crc: u32,
}

/// What a segment says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentHeader {
    /// Of the engine that began it.
    pub engine_version: u16,
    /// Where its first block belongs.
    pub position: Position,
    /// Of the product that began it, padded with zeros.
    pub product_version: [u8; PRODUCT_VERSION_BYTES],
}

impl BlockHeader {
    /// The 88 bytes before the packed payload.
    pub fn pack(&self) -> [u8; BLOCK_HEADER_BYTES] {
        let mut bytes = [0; BLOCK_HEADER_BYTES];
        bytes[..8].copy_from_slice(BLOCK_MAGIC);
        bytes[8..10].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes[10..12].copy_from_slice(&self.engine_version.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.packed_bytes.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.commands.to_le_bytes());
        bytes[20..24].copy_from_slice(&self.events.to_le_bytes());
        pack_position(&mut bytes[24..72], &self.position);
        bytes[72..76].copy_from_slice(&self.packed_crc.to_le_bytes());
        bytes[76..80].copy_from_slice(&self.payload_bytes.to_le_bytes());
        bytes[80..84].copy_from_slice(&self.payload_crc.to_le_bytes());
        seal(&mut bytes);
        bytes
    }

    /// The header at the start of `bytes`, or `None` where they are not one of this format.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes = opened(bytes, BLOCK_MAGIC, BLOCK_HEADER_BYTES)?;
        let header = Self {
            engine_version: u16_at(bytes, 10),
            packed_bytes: u32_at(bytes, 12),
            commands: u32_at(bytes, 16),
            events: u32_at(bytes, 20),
            position: position_at(bytes, 24),
            packed_crc: u32_at(bytes, 72),
            payload_bytes: u32_at(bytes, 76),
            payload_crc: u32_at(bytes, 80),
        };
        header.is_possible().then_some(header)
    }

    /// Where the block behind it belongs, whose predecessor has this hash; none where the sequences end before that.
    pub fn position_after(&self, head: Hash) -> Option<Position> {
        Some(Position {
            next_sequence: self.position.next_sequence.checked_add(self.commands.into())?,
            next_event_sequence: self.position.next_event_sequence.checked_add(self.events.into())?,
            head,
        })
    }

    /// Whether a packer can have made so much of so little, and so little of so much.
    fn is_possible(&self) -> bool {
        let (packed, payload) = (self.packed_bytes as usize, self.payload_bytes as usize);
        self.commands > 0
            && payload.is_multiple_of(8)
            && (1..=MAX_PAYLOAD_BYTES).contains(&payload)
            && packed <= payload / 4 * 5
            && payload <= packed * MAX_EXPANSION
    }
}

impl SegmentHeader {
    /// The first 96 bytes of the file.
    pub fn pack(&self) -> [u8; SEGMENT_HEADER_BYTES] {
        let mut bytes = [0; SEGMENT_HEADER_BYTES];
        bytes[..8].copy_from_slice(SEGMENT_MAGIC);
        bytes[8..10].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes[10..12].copy_from_slice(&self.engine_version.to_le_bytes());
        pack_position(&mut bytes[16..64], &self.position);
        bytes[64..92].copy_from_slice(&self.product_version);
        seal(&mut bytes);
        bytes
    }

    /// The header at the start of a segment, or `None` where the bytes are not one of this format.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes = opened(bytes, SEGMENT_MAGIC, SEGMENT_HEADER_BYTES)?;
        Some(Self {
            engine_version: u16_at(bytes, 10),
            position: position_at(bytes, 16),
            product_version: array_at(bytes, 64),
        })
    }
}

/// BLAKE2b-256 over the parts of a block.
pub fn block_hash(parts: &[&[u8]]) -> Hash {
    let mut hasher = blake2::Blake2bVar::new(32).expect("32 bytes is a valid size");
    for part in parts {
        hasher.update(part);
    }
    let mut hash = [0; 32];
    hasher.finalize_variable(&mut hash).expect("the size is the one asked for");
    hash
}

/// Put the checksum of everything before them into the last four bytes.
fn seal(bytes: &mut [u8]) {
    let end = bytes.len() - 4;
    let crc = crc32fast::hash(&bytes[..end]);
    bytes[end..].copy_from_slice(&crc.to_le_bytes());
}

/// The first `size` bytes, where magic, checksum and format version are right.
fn opened<'bytes>(bytes: &'bytes [u8], magic: &[u8; 8], size: usize) -> Option<&'bytes [u8]> {
    let bytes = bytes.get(..size)?;
    let is_whole = bytes.starts_with(magic) && crc32fast::hash(&bytes[..size - 4]) == u32_at(bytes, size - 4);
    (is_whole && u16_at(bytes, 8) == FORMAT_VERSION).then_some(bytes)
}

fn pack_position(bytes: &mut [u8], position: &Position) {
    bytes[..8].copy_from_slice(&position.next_sequence.to_le_bytes());
    bytes[8..16].copy_from_slice(&position.next_event_sequence.to_le_bytes());
    bytes[16..48].copy_from_slice(&position.head);
}

fn position_at(bytes: &[u8], offset: usize) -> Position {
    Position {
        next_sequence: u64_at(bytes, offset),
        next_event_sequence: u64_at(bytes, offset + 8),
        head: array_at(bytes, offset + 16),
    }
}

fn array_at<const SIZE: usize>(bytes: &[u8], offset: usize) -> [u8; SIZE] {
    bytes[offset..offset + SIZE].try_into().expect("the slice has the array's size")
}

fn u16_at(bytes: &[u8], offset: usize) -> u16 {
    u16::from_le_bytes(array_at(bytes, offset))
}

pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(array_at(bytes, offset))
}

pub(crate) fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    u64::from_le_bytes(array_at(bytes, offset))
}
