//! How a payload is packed for the disk: every record is written as its difference from what was to be expected.
//! `docs/journal.md` is normative; `protocols/journal_packing.py` does the same, byte for byte.

use crate::format::{MAX_EXPANSION, u64_at};
use crate::records::{FIRST_EVENT_KIND, MAX_RECORD_BYTES, RECORD_HEADER_BYTES, RecordCount, whole_record};

/// Of the last record of a kind, so many words are remembered.
const KNOWN_WORDS: usize = 64;
/// One byte says of so many words which are as expected.
const GROUP_WORDS: usize = 8;
/// What one group takes at most: its byte, and nine bytes a word.
const GROUP_BYTES_MAX: usize = 1 + 9 * GROUP_WORDS;
const WORD_BYTES: usize = 8;
const KINDS: usize = 256;

/// What the records so far let expect of the next one. Every block begins without any.
#[derive(Debug)]
struct Expectation {
    /// The last words seen at each place of each kind.
    words: Vec<[u64; KNOWN_WORDS]>,
    /// The first word of what followed the last record of each kind.
    followers: [u64; KINDS],
    /// Kinds that were seen.
    seen: [bool; KINDS],
    last_kind: u8,
    /// Of the next command, and of the next event.
    sequences: [u64; 2],
    now_ns: u64,
}

impl Default for Expectation {
    fn default() -> Self {
        Self {
            words: vec![[0; KNOWN_WORDS]; KINDS],
            followers: [0; KINDS],
            seen: [false; KINDS],
            last_kind: 0,
            sequences: [0; 2],
            now_ns: 0,
        }
    }
}

impl Expectation {
    fn begin(&mut self, sequences: (u64, u64)) {
        for (words, seen) in self.words.iter_mut().zip(&mut self.seen) {
            if std::mem::take(seen) {
                words.fill(0);
            }
        }
        self.followers = [0; KINDS];
        self.sequences = sequences.into();
        (self.last_kind, self.now_ns) = (0, 0);
    }

    fn first_word(&self) -> u64 {
        self.followers[usize::from(self.last_kind)]
    }

    /// All that is expected of the next record, now that its first word is known; to be replaced by what it is.
    fn of(&mut self, expected_first_word: u64, kind: u8) -> &mut [u64; KNOWN_WORDS] {
        self.seen[usize::from(kind)] = true;
        let words = &mut self.words[usize::from(kind)];
        words[0] = expected_first_word;
        words[1] = self.sequences[usize::from(kind >= FIRST_EVENT_KIND)];
        words[2] = self.now_ns;
        words
    }

    /// A record of this kind has been put in its place.
    fn note(&mut self, kind: u8) {
        let [first_word, sequence, now_ns, ..] = self.words[usize::from(kind)];
        self.followers[usize::from(self.last_kind)] = first_word;
        self.last_kind = kind;
        self.sequences[usize::from(kind >= FIRST_EVENT_KIND)] = sequence.wrapping_add(1);
        self.now_ns = now_ns;
    }
}

/// Packs the records of one block after the other.
#[derive(Debug, Default)]
pub struct Packer {
    expected: Expectation,
    buffer: Vec<u8>,
    /// Where this block's packed bytes begin and end.
    start: usize,
    end: usize,
    /// What is packed, unpacked.
    payload_bytes: usize,
    /// With which this block begins.
    sequences: (u64, u64),
}

impl Packer {
    /// Begin a block that starts with these sequences, behind so many free bytes of `buffer`.
    pub fn begin(&mut self, buffer: Vec<u8>, free_bytes: usize, sequences: (u64, u64)) {
        self.buffer = buffer;
        self.buffer.resize(free_bytes.max(self.buffer.len()), 0);
        (self.start, self.end, self.payload_bytes) = (free_bytes, free_bytes, 0);
        self.sequences = sequences;
        self.expected.begin(sequences);
    }

    /// Pack whole commands, each followed by its events, behind those of this block. Where they do not continue what
    /// is there, nothing of them is packed.
    pub fn pack(&mut self, records: &[u8]) -> Option<RecordCount> {
        let start = self.end;
        let packed = self.pack_all(records);
        if packed.is_some() {
            self.payload_bytes += records.len();
        } else {
            self.end = start;
            self.remember();
        }
        packed
    }

    /// The free bytes and what is packed behind them.
    pub fn finish(&mut self) -> Vec<u8> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(self.end, 0);
        buffer
    }

    fn pack_all(&mut self, records: &[u8]) -> Option<RecordCount> {
        let mut count = RecordCount::default();
        let mut rest = records;
        while let Some(record) = whole_record(rest) {
            self.pack_record(record)?;
            if record[4] < FIRST_EVENT_KIND {
                count.commands += 1;
            } else if count.commands > 0 {
                count.events += 1;
            } else {
                return None;
            }
            rest = &rest[record.len()..];
        }
        rest.is_empty().then_some(count)
    }

    /// Expect again what follows the records that are packed.
    fn remember(&mut self) {
        let mut unpacker = Unpacker::default();
        let packed = &self.buffer[self.start..self.end];
        let is_packed = unpacker.unpack(packed, self.payload_bytes, self.sequences, &mut Vec::new());
        debug_assert!(is_packed.is_ok(), "the packer wrote it");
        self.expected = unpacker.expected;
    }

    /// Nothing where its sequence is not the one that continues.
    fn pack_record(&mut self, record: &[u8]) -> Option<()> {
        let groups = record.len().div_ceil(WORD_BYTES * GROUP_WORDS);
        let needed = self.end + groups * GROUP_BYTES_MAX + WORD_BYTES;
        if self.buffer.len() < needed {
            self.buffer.resize(needed.next_power_of_two(), 0);
        }
        let kind = record[4];
        let known = self.expected.of(self.expected.first_word(), kind);
        if known[1] != u64_at(record, 8) {
            return None;
        }
        let mut known_groups = known.chunks_exact_mut(GROUP_WORDS);
        for group in record.chunks(WORD_BYTES * GROUP_WORDS) {
            let mut nothing = [0; GROUP_WORDS];
            let known = known_groups.next().unwrap_or(&mut nothing);
            self.end = pack_group(group, known, &mut self.buffer, self.end);
        }
        self.expected.note(kind);
        Some(())
    }
}

/// Write a group's byte, then what differs; where the next one goes.
fn pack_group(group: &[u8], known: &mut [u64], to: &mut [u8], start: usize) -> usize {
    let to = &mut to[start..start + GROUP_BYTES_MAX + WORD_BYTES];
    let mut as_expected = 0xFF_u8;
    let mut end = 1;
    for (place, (word, known)) in group.chunks_exact(WORD_BYTES).zip(known).enumerate() {
        let word = u64::from_le_bytes(word.try_into().expect("eight bytes"));
        let difference = word.wrapping_sub(*known);
        *known = word;
        if difference != 0 {
            as_expected ^= 1 << place;
            end = put_difference(difference, to, end);
        }
    }
    to[0] = as_expected;
    start + end
}

/// The length in the lowest bits of the first byte, as zeros before a one; then the number, small whatever its sign.
fn put_difference(difference: u64, to: &mut [u8], start: usize) -> usize {
    let folded = (difference << 1) ^ ((difference as i64 >> 63) as u64);
    let bits = 64 - folded.leading_zeros() as usize;
    if bits > 56 {
        to[start] = 0;
        to[start + 1..start + 9].copy_from_slice(&folded.to_le_bytes());
        return start + 9;
    }
    let size = bits.div_ceil(7);
    to[start..start + 8].copy_from_slice(&(((folded << 1) | 1) << (size - 1)).to_le_bytes());
    start + size
}

/// Packed bytes that no packer wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unpackable;

/// Unpacks one block after the other.
#[derive(Debug, Default)]
pub struct Unpacker {
    expected: Expectation,
}

impl Unpacker {
    /// The records of a block, of exactly `payload_bytes`, in the place of what is in `to`.
    pub fn unpack(
        &mut self,
        packed: &[u8],
        payload_bytes: usize,
        sequences: (u64, u64),
        to: &mut Vec<u8>,
    ) -> Result<(), Unpackable> {
        if payload_bytes > packed.len().saturating_mul(MAX_EXPANSION) {
            return Err(Unpackable);
        }
        to.resize(payload_bytes, 0);
        self.expected.begin(sequences);
        let (mut rest, mut free) = (packed, &mut to[..]);
        while !rest.is_empty() {
            (rest, free) = self.unpack_record(rest, free)?;
        }
        if free.is_empty() { Ok(()) } else { Err(Unpackable) }
    }

    /// One record; what is packed behind it, and the place for that.
    fn unpack_record<'packed, 'to>(
        &mut self,
        packed: &'packed [u8],
        to: &'to mut [u8],
    ) -> Result<(&'packed [u8], &'to mut [u8]), Unpackable> {
        let (&as_expected, mut rest) = packed.split_first().ok_or(Unpackable)?;
        let mut first_word = self.expected.first_word();
        if as_expected & 1 == 0 {
            first_word = first_word.wrapping_add(take_difference(&mut rest)?);
        }
        let size = first_word as u32 as usize;
        let is_possible = (RECORD_HEADER_BYTES..=MAX_RECORD_BYTES).contains(&size) && size.is_multiple_of(8);
        if !is_possible || size > to.len() {
            return Err(Unpackable);
        }
        let (record, free) = to.split_at_mut(size);
        let kind = (first_word >> 32) as u8;
        let mut known_groups = self.expected.of(first_word, kind).chunks_exact_mut(GROUP_WORDS);
        let mut as_expected = as_expected | 1;
        for (number, group) in record.chunks_mut(WORD_BYTES * GROUP_WORDS).enumerate() {
            if number > 0 {
                (as_expected, rest) =
                    rest.split_first().map(|(byte, rest)| (*byte, rest)).ok_or(Unpackable)?;
            }
            let mut nothing = [0; GROUP_WORDS];
            let known = known_groups.next().unwrap_or(&mut nothing);
            unpack_group(as_expected, &mut known[..group.len() / WORD_BYTES], &mut rest, group)?;
        }
        self.expected.note(kind);
        Ok((rest, free))
    }
}

/// The words of a group, those that differ corrected.
fn unpack_group(
    as_expected: u8,
    known: &mut [u64],
    rest: &mut &[u8],
    group: &mut [u8],
) -> Result<(), Unpackable> {
    let mut differing = !as_expected;
    while differing != 0 {
        let known = known.get_mut(differing.trailing_zeros() as usize).ok_or(Unpackable)?;
        *known = known.wrapping_add(take_difference(rest)?);
        differing &= differing - 1;
    }
    for (place, word) in group.chunks_exact_mut(WORD_BYTES).zip(known.iter()) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    Ok(())
}

fn take_difference(rest: &mut &[u8]) -> Result<u64, Unpackable> {
    let first = *rest.first().ok_or(Unpackable)?;
    let size = if first == 0 { 9 } else { first.trailing_zeros() as usize + 1 };
    let taken = rest.get(..size).ok_or(Unpackable)?;
    let folded = if size == 9 {
        u64_at(taken, 1)
    } else if rest.len() >= 8 {
        (u64_at(rest, 0) << (64 - 8 * size)) >> (64 - 7 * size)
    } else {
        let mut bytes = [0; 8];
        bytes[..size].copy_from_slice(taken);
        u64::from_le_bytes(bytes) >> size
    };
    *rest = &rest[size..];
    Ok((folded >> 1) ^ (folded & 1).wrapping_neg())
}
