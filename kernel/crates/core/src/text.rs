//! Short printable text kept inline, so that an order with a client id allocates nothing.

/// Longest client_order_id, in bytes.
pub const MAX_CLIENT_ID: usize = 36;

/// At most 36 bytes of printable ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientId {
    hash: u32,
    len: u8,
    bytes: [u8; MAX_CLIENT_ID],
}

impl ClientId {
    /// Keep a text; `None` where it is longer than 36 bytes or not printable.
    #[inline]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_CLIENT_ID || !is_printable(text) {
            return None;
        }
        let mut bytes = [0; MAX_CLIENT_ID];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        let len = text.len() as u8;
        Some(Self { hash: hash_of(len, &bytes), len, bytes })
    }

    /// True where there is none.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// As text.
    #[inline]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or("")
    }

    /// Of the text, in 32 bits.
    #[inline]
    pub const fn hash(&self) -> u32 {
        self.hash
    }
}

/// Folded eight bytes at a time, as far as the text goes; the bytes behind its end are zero.
#[inline]
fn hash_of(len: u8, bytes: &[u8; MAX_CLIENT_ID]) -> u32 {
    let mut hash = u64::from(len);
    for word in bytes.chunks(8).take(usize::from(len).div_ceil(8)) {
        let mut eight = [0; 8];
        eight[..word.len()].copy_from_slice(word);
        hash = (hash ^ u64::from_le_bytes(eight)).wrapping_mul(0x9FB2_1C65_1E98_DF25);
        hash ^= hash >> 32;
    }
    hash as u32
}

/// Whether every byte is in 0x21..0x7e.
#[inline]
pub fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| (0x21..=0x7e).contains(&byte))
}

/// Whether a name or symbol has 1 to `longest` printable characters.
pub fn is_name(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len()) && is_printable(text)
}
