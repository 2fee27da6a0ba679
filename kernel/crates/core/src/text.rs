//! Short printable text kept inline, so that an order with a client id allocates nothing.

use cambist_wire::Text;

/// Longest client_order_id, in bytes.
pub const MAX_CLIENT_ID: usize = 36;

const WORDS: usize = MAX_CLIENT_ID.div_ceil(8);
/// In every byte of a word: 0x01, the lowest printable byte, and the highest bit.
const ONES: u64 = u64::MAX / 0xff;
const LOWEST: u64 = ONES * 0x21;
const HIGH_BITS: u64 = ONES * 0x80;

/// At most 36 bytes of printable ASCII, zeros behind them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientId {
    hash: u32,
    len: u32,
    bytes: [u8; WORDS * 8],
}

impl ClientId {
    /// Keep a text; `None` where it is longer than 36 bytes or not printable.
    #[inline]
    pub fn parse(text: Text<'_>) -> Option<Self> {
        let text = text.as_bytes();
        if text.len() > MAX_CLIENT_ID {
            return None;
        }
        let mut bytes = [0; WORDS * 8];
        let mut hash = Hash::of_size(text.len());
        for (place, (word, padding)) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(words(text)) {
            if !is_printable_word(word | padding) {
                return None;
            }
            *place = word.to_le_bytes();
            hash.take(word);
        }
        Some(Self { hash: hash.0 as u32, len: text.len() as u32, bytes })
    }

    /// What the hash of a text will be if it is a client id.
    #[inline]
    pub fn expected_hash(text: &[u8]) -> u32 {
        let mut hash = Hash::of_size(text.len());
        words(text).for_each(|(word, _)| hash.take(word));
        hash.0 as u32
    }

    /// True where there is none.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// As text.
    pub fn as_text(&self) -> Text<'_> {
        std::str::from_utf8(&self.bytes[..self.len as usize]).unwrap_or("").into()
    }

    /// Of the text, in 32 bits.
    #[inline]
    pub const fn hash(&self) -> u32 {
        self.hash
    }
}

/// Folded eight bytes at a time.
struct Hash(u64);

impl Hash {
    #[inline(always)]
    const fn of_size(len: usize) -> Self {
        Self(len as u64)
    }

    #[inline(always)]
    const fn take(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x9FB2_1C65_1E98_DF25);
        self.0 ^= self.0 >> 32;
    }
}

/// Eight bytes each, and for the last what makes the zeros behind the text printable.
#[inline(always)]
fn words(text: &[u8]) -> impl Iterator<Item = (u64, u64)> {
    let (whole, rest) = text.as_chunks::<8>();
    let last = (!rest.is_empty()).then(|| (padded(rest), LOWEST << (8 * rest.len())));
    whole.iter().map(|word| (u64::from_le_bytes(*word), 0)).chain(last)
}

/// Fewer than eight bytes as a word, zeros behind them.
#[inline(always)]
fn padded(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// Whether each of eight bytes is printable: none has its highest bit, is below 0x21 or is 0x7f.
#[inline(always)]
const fn is_printable_word(word: u64) -> bool {
    let is_low = word.wrapping_sub(LOWEST) & !word;
    let is_high = word.wrapping_add(ONES) | word;
    (is_low | is_high) & HIGH_BITS == 0
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

#[cfg(test)]
mod tests {
    use super::{ClientId, MAX_CLIENT_ID, is_printable};

    #[test]
    fn a_client_id_is_printable_wherever_each_of_its_bytes_is() {
        for size in 0..=MAX_CLIENT_ID {
            for place in 0..size {
                for byte in 0..=0x7f {
                    let mut text = vec![b'~'; size];
                    text[place] = byte;
                    let text = String::from_utf8(text).unwrap();
                    let parsed = ClientId::parse(text.as_str().into());
                    assert_eq!(parsed.is_some(), is_printable(&text), "{text:?}");
                    assert!(parsed.is_none_or(|id| id.as_text().as_str() == text));
                }
            }
        }
        assert!(ClientId::parse("é".into()).is_none());
        assert!(ClientId::parse("a".repeat(MAX_CLIENT_ID + 1).as_str().into()).is_none());
    }
}
