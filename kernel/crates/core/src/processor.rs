//! Two things the language has no safe word for: asking for memory early, and comparing several numbers at once.
//! The only unsafe code of this crate; elsewhere than on x86-64 both are done plainly.

/// Bring the cache line at an address near. A hint: it reads nothing, cannot fault, and any address will do.
#[inline(always)]
pub fn prefetch<T>(address: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: PREFETCHT0 is in the baseline of x86-64, and does nothing for an address that is not mapped.
    #[allow(unsafe_code)]
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(address.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

/// Bring as many cache lines near, from the one at an address on.
#[inline(always)]
pub fn prefetch_lines<T>(address: *const T, lines: usize) {
    for line in 0..lines {
        prefetch(address.cast::<u8>().wrapping_add(line * 64));
    }
}

/// A bit for each of eight numbers that equals `wanted`, the first the lowest.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub fn equal_lanes(numbers: &[u32; 8], wanted: u32) -> u32 {
    use std::arch::x86_64::{
        _mm_cmpeq_epi32, _mm_movemask_epi8, _mm_packs_epi16, _mm_packs_epi32, _mm_set_epi32, _mm_set1_epi32,
    };
    let [a, b, c, d, e, f, g, h] = numbers.map(u32::cast_signed);
    // SAFETY: SSE2 is in the baseline of x86-64, and these work on values, not on addresses.
    #[allow(unsafe_code)]
    unsafe {
        let wanted = _mm_set1_epi32(wanted.cast_signed());
        let low = _mm_cmpeq_epi32(_mm_set_epi32(d, c, b, a), wanted);
        let high = _mm_cmpeq_epi32(_mm_set_epi32(h, g, f, e), wanted);
        let words = _mm_packs_epi32(low, high);
        _mm_movemask_epi8(_mm_packs_epi16(words, words)).cast_unsigned() & 0xff
    }
}

/// A bit for each of eight numbers that equals `wanted`, the first the lowest.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub fn equal_lanes(numbers: &[u32; 8], wanted: u32) -> u32 {
    numbers.iter().enumerate().fold(0, |lanes, (lane, number)| lanes | u32::from(*number == wanted) << lane)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{equal_lanes, prefetch};

    proptest! {
        #[test]
        fn the_lanes_are_those_that_are_equal(numbers in prop::array::uniform8(0u32..4), high: bool) {
            let numbers = numbers.map(|number| if high { number | 1 << 31 } else { number });
            for wanted in [0, 1, 3, 1 << 31, 1 << 31 | 3, u32::MAX] {
                let expected: Vec<bool> = numbers.iter().map(|number| *number == wanted).collect();
                let lanes = equal_lanes(&numbers, wanted);
                let found: Vec<bool> = (0..8).map(|lane| lanes >> lane & 1 == 1).collect();
                prop_assert_eq!(found, expected);
                prop_assert_eq!(lanes >> 8, 0);
            }
        }
    }

    #[test]
    fn any_address_may_be_asked_for() {
        let value = 7u64;
        prefetch(&raw const value);
        prefetch(std::ptr::null::<u64>());
        prefetch((&raw const value).wrapping_add(1 << 40));
        assert_eq!(value, 7);
    }
}
