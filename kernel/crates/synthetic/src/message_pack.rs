//! Just enough of MessagePack for a saved state: integers in their shortest form, booleans and arrays.

/// Appends values.
#[derive(Debug, Default)]
pub struct Writer {
    /// What was written.
    pub bytes: Vec<u8>,
}

impl Writer {
    pub fn array(&mut self, length: usize) {
        match length {
            0..=15 => self.bytes.push(0x90 | length as u8),
            16..=0xFFFF => self.marked(0xDC, &(length as u16).to_be_bytes()),
            _ => self.marked(0xDD, &(length as u32).to_be_bytes()),
        }
    }

    pub fn boolean(&mut self, value: bool) {
        self.bytes.push(if value { 0xC3 } else { 0xC2 });
    }

    pub fn unsigned(&mut self, value: u64) {
        match value {
            0..=0x7F => self.bytes.push(value as u8),
            0x80..=0xFF => self.marked(0xCC, &(value as u8).to_be_bytes()),
            0x100..=0xFFFF => self.marked(0xCD, &(value as u16).to_be_bytes()),
            0x1_0000..=0xFFFF_FFFF => self.marked(0xCE, &(value as u32).to_be_bytes()),
            _ => self.marked(0xCF, &value.to_be_bytes()),
        }
    }

    pub fn signed(&mut self, value: i64) {
        match value {
            0.. => self.unsigned(value.unsigned_abs()),
            -32..=-1 => self.bytes.push(value as u8),
            -0x80..=-33 => self.marked(0xD0, &(value as i8).to_be_bytes()),
            -0x8000..=-0x81 => self.marked(0xD1, &(value as i16).to_be_bytes()),
            -0x8000_0000..=-0x8001 => self.marked(0xD2, &(value as i32).to_be_bytes()),
            _ => self.marked(0xD3, &value.to_be_bytes()),
        }
    }

    fn marked(&mut self, marker: u8, number: &[u8]) {
        self.bytes.push(marker);
        self.bytes.extend_from_slice(number);
    }
}

/// Reads values; `None` where the next one is another, or is cut off.
#[derive(Debug)]
pub struct Reader<'bytes> {
    /// What is left.
    pub rest: &'bytes [u8],
}

impl Reader<'_> {
    pub fn array(&mut self) -> Option<usize> {
        match self.byte()? {
            marker @ 0x90..=0x9F => Some(usize::from(marker & 0x0F)),
            0xDC => Some(self.number(2)? as usize),
            0xDD => Some(self.number(4)? as usize),
            _ => None,
        }
    }

    /// An array of exactly this many values.
    pub fn tuple(&mut self, length: usize) -> Option<()> {
        (self.array()? == length).then_some(())
    }

    pub fn boolean(&mut self) -> Option<bool> {
        match self.byte()? {
            0xC2 => Some(false),
            0xC3 => Some(true),
            _ => None,
        }
    }

    pub fn unsigned(&mut self) -> Option<u64> {
        match self.byte()? {
            value @ 0..=0x7F => Some(u64::from(value)),
            0xCC => self.number(1),
            0xCD => self.number(2),
            0xCE => self.number(4),
            0xCF => self.number(8),
            _ => None,
        }
    }

    pub fn signed(&mut self) -> Option<i64> {
        match *self.rest.first()? {
            marker @ 0xE0..=0xFF => {
                self.byte()?;
                Some(i64::from(marker.cast_signed()))
            }
            marker @ 0xD0..=0xD3 => {
                self.byte()?;
                let size = 1 << (marker - 0xD0);
                let unused_bits = 64 - 8 * size as u32;
                Some((self.number(size)? << unused_bits).cast_signed() >> unused_bits)
            }
            _ => i64::try_from(self.unsigned()?).ok(),
        }
    }

    pub fn small(&mut self) -> Option<u32> {
        u32::try_from(self.unsigned()?).ok()
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn number(&mut self, size: usize) -> Option<u64> {
        let (number, rest) = self.rest.split_at_checked(size)?;
        self.rest = rest;
        Some(number.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, Writer};

    #[test]
    fn numbers_at_every_border_read_back() {
        let borders = [
            0,
            1,
            31,
            32,
            33,
            127,
            128,
            255,
            256,
            32_767,
            32_768,
            65_535,
            65_536,
            1 << 31,
            1 << 32,
            i64::MAX,
        ];
        for value in borders.into_iter().flat_map(|border| [border, -border, -border - 1]) {
            let mut writer = Writer::default();
            writer.signed(value);
            let mut reader = Reader { rest: &writer.bytes };
            assert_eq!((reader.signed(), reader.rest.len()), (Some(value), 0), "{value}");
        }
    }

    #[test]
    fn what_is_cut_off_is_nothing() {
        let mut writer = Writer::default();
        writer.unsigned(u64::MAX);
        let mut reader = Reader { rest: &writer.bytes[..8] };
        assert_eq!(reader.unsigned(), None);
    }
}
