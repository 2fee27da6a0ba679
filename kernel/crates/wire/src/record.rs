//! The 24-byte header in front of every command and event.

use crate::layout::Field;

/// Size of the header.
pub const HEADER_BYTES: usize = 24;
/// No record is larger.
pub const MAX_RECORD_BYTES: usize = 1 << 24;

/// Bytes that are not what they should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where, in bytes from the start of what was given.
    pub offset: usize,
    /// What is wrong, as the end of a sentence.
    pub problem: &'static str,
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "at offset {}: {}", self.offset, self.problem)
    }
}

impl std::error::Error for Malformed {}

/// What every record says first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Of the whole record, in bytes.
    pub size: usize,
    /// Which record it is.
    pub kind: u8,
    /// Zero bytes behind the tail.
    pub tail_padding: usize,
    /// Of the command or event.
    pub sequence: u64,
    /// Nanoseconds since the epoch.
    pub now_ns: i64,
}

impl Header {
    /// The header at the start of `data`, which must hold the whole record.
    #[inline]
    pub fn read(data: &[u8]) -> Result<Self, &'static str> {
        let bytes = data.get(..HEADER_BYTES).ok_or("its header is cut off")?;
        let size = u32::get(&bytes[..4]).unwrap_or(0) as usize;
        let tail_padding = usize::from(bytes[5]);
        if size < HEADER_BYTES || !size.is_multiple_of(8) || size > MAX_RECORD_BYTES {
            return Err("its size is impossible");
        }
        if tail_padding > 7 || bytes[6] != 0 || bytes[7] != 0 || tail_padding > size - HEADER_BYTES {
            return Err("its header is damaged");
        }
        if size > data.len() {
            return Err("it is cut off");
        }
        let sequence = u64::get(&bytes[8..16]).unwrap_or(0);
        let now_ns = i64::get(&bytes[16..24]).unwrap_or(0);
        Ok(Self { size, kind: bytes[4], tail_padding, sequence, now_ns })
    }

    /// Write to the first 24 bytes.
    #[inline(always)]
    pub fn put(&self, to: &mut [u8]) {
        let first = self.size as u64 | u64::from(self.kind) << 32 | (self.tail_padding as u64) << 40;
        first.put(&mut to[0..8]);
        self.sequence.put(&mut to[8..16]);
        self.now_ns.put(&mut to[16..24]);
    }
}

/// Something that can be packed.
pub trait Record {
    /// Of the packed record, in bytes.
    fn size(&self) -> usize;

    /// Write every byte of the packed record, to exactly `size()` bytes.
    fn put(&self, sequence: u64, now_ns: i64, to: &mut [u8]);

    /// Append the packed record.
    fn encode(&self, sequence: u64, now_ns: i64, out: &mut Vec<u8>) {
        let start = out.len();
        out.resize(start + self.size(), 0);
        self.put(sequence, now_ns, &mut out[start..]);
    }
}

/// Declares the record of one command or event.
macro_rules! record {
    ($(#[$meta:meta])* $kind:literal $name:ident [$($life:lifetime)?] {
        $($field:ident : $type:ty),* $(,)?
    } $(tail $tail:ident : $tail_type:ty)?) => {
        fixed_part! { $(#[$meta])* $name [$($life)?] { $($field : $type),* } $(tail $tail : $tail_type)? }

        impl $(<$life>)? $name $(<$life>)? {
            /// The number of this record.
            pub const KIND: u8 = $kind;

            /// From the fixed part and the tail behind it; None where they do not fit.
            #[inline(always)]
            #[must_use]
            pub fn read(body: & $($life)? [u8]) -> Option<Self> {
                let (fixed, tail) = body.split_at_checked(Self::FIXED_BYTES)?;
                if !Self::HAS_TAIL && !tail.is_empty() {
                    return None;
                }
                Self::get(fixed, tail)
            }
        }

        impl $(<$life>)? $crate::record::Record for $name $(<$life>)? {
            #[inline(always)]
            fn size(&self) -> usize {
                $crate::record::HEADER_BYTES + Self::FIXED_BYTES + self.tail_bytes().len().next_multiple_of(8)
            }

            #[inline(always)]
            fn put(&self, sequence: u64, now_ns: i64, to: &mut [u8]) {
                let tail = self.tail_bytes();
                let (size, tail_padding) = (self.size(), tail.len().wrapping_neg() % 8);
                let (header, body) = to.split_at_mut($crate::record::HEADER_BYTES);
                let (fixed, rest) = body.split_at_mut(Self::FIXED_BYTES);
                $crate::record::Header { size, kind: $kind, tail_padding, sequence, now_ns }.put(header);
                self.put_fixed(fixed);
                if let Some(last) = rest.last_chunk_mut::<8>() {
                    *last = [0; 8];
                    rest[..tail.len()].copy_from_slice(tail);
                }
            }
        }
    };
}
pub(crate) use record;
