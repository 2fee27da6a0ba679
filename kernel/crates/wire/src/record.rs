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
        (self.size as u32).put(&mut to[0..4]);
        to[4] = self.kind;
        to[5] = self.tail_padding as u8;
        self.sequence.put(&mut to[8..16]);
        self.now_ns.put(&mut to[16..24]);
    }
}

/// Something that can be packed.
pub trait Record {
    /// Append the packed record.
    fn encode(&self, sequence: u64, now_ns: i64, out: &mut Vec<u8>);
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
        }

        impl $(<$life>)? $crate::record::Record for $name $(<$life>)? {
            #[inline(always)]
            fn encode(&self, sequence: u64, now_ns: i64, out: &mut Vec<u8>) {
                const FIXED: usize =
                    $crate::layout::fixed_size(&[$(<$type as $crate::layout::Field>::WIDTH),*]);
                let tail = self.tail_bytes();
                let tail_padding = tail.len().wrapping_neg() % 8;
                let size = $crate::record::HEADER_BYTES + FIXED + tail.len() + tail_padding;
                let mut bytes = [0u8; $crate::record::HEADER_BYTES + FIXED];
                $crate::record::Header { size, kind: $kind, tail_padding, sequence, now_ns }.put(&mut bytes);
                self.put_fixed(&mut bytes[$crate::record::HEADER_BYTES..]);
                out.extend_from_slice(&bytes);
                if Self::HAS_TAIL {
                    out.extend_from_slice(tail);
                    out.extend_from_slice(&[0u8; 8][..tail_padding]);
                }
            }
        }
    };
}
pub(crate) use record;
