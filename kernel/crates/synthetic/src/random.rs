//! xorshift64* (Vigna 2016), as `domain/xorshift.py` states it. Not for secrets.

const MULTIPLIER: u64 = 0x2545_F491_4F6C_DD1D;
const MILLION: u64 = 1_000_000;

/// A stream of random integers; `state` is all of it.
#[derive(Clone, Debug)]
pub struct Xorshift {
    /// Never 0.
    pub state: u64,
}

impl Xorshift {
    /// Neighbouring seeds give unrelated streams.
    pub fn new(seed: u64) -> Self {
        Self { state: scrambled(seed) }
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(MULTIPLIER)
    }

    /// A number in 0..bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// A number in low..=high.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as u64) as i64
    }

    /// True in `ppm` of a million cases.
    pub fn chance(&mut self, ppm: u64) -> bool {
        self.below(MILLION) < ppm
    }

    /// One of the items, which must not be empty.
    pub fn choice<Item: Copy>(&mut self, items: &[Item]) -> Item {
        items[self.below(items.len() as u64) as usize]
    }

    /// A number around 0 with about this standard deviation: the sum of four uniform ones.
    pub fn bell(&mut self, deviation: i64) -> i64 {
        let bits = self.next_u64();
        let quarters = [bits & 0xFFFF, (bits >> 16) & 0xFFFF, (bits >> 32) & 0xFFFF, bits >> 48];
        let total = quarters.into_iter().sum::<u64>() as i64 - 131_070;
        floored(i128::from(total) * i128::from(deviation), 37_837)
    }

    /// A number of at least 0 with about this mean and an exponential tail.
    pub fn tail(&mut self, mean: i64) -> i64 {
        let bits = self.next_u64();
        let halvings = i128::from(bits.trailing_zeros());
        floored(i128::from(mean) * (2 * halvings * 65_536 + 2 * i128::from(bits >> 48)), 3 * 65_536)
    }
}

/// A quotient by a positive divisor, rounded down.
fn floored(dividend: i128, divisor: i128) -> i64 {
    dividend.div_euclid(divisor) as i64
}

/// One step of splitmix64.
fn scrambled(seed: u64) -> u64 {
    let mut value = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    match value ^ (value >> 31) {
        0 => 1,
        state => state,
    }
}
