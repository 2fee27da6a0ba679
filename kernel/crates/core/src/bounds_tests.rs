//! No stream of operations makes one of them long: the bounds of section 42 of docs/engine.md, counted.

use cambist_wire::MAX_PRICE;
use proptest::prelude::*;

use crate::slot_index::hash_of_id;
use crate::steps::taken;
use crate::workload::{OPERATION_BYTES, Operations, Replay, Tally};

/// Of one look-up in the index.
const BUCKETS: u64 = 6;
const KEYS: u64 = 42;
/// Of one level that comes or goes: found among the recent pages or in the directory, entered or taken out of it
/// with its page, and the next best one searched.
const DIRECTORY: u64 = 4;

#[derive(Clone, Copy, Debug)]
enum Step {
    Add { is_sell: bool, price: u64, qty: u32 },
    Cancel { place: usize },
}

/// Neighbours, prices a page apart, prices that share their place among the recent pages, and any.
fn prices() -> impl Strategy<Value = u64> {
    prop_oneof![
        2 => 1_000_000u64..1_000_010,
        2 => (0u64..50).prop_map(|number| 1_000_000 + number * 64),
        2 => (0u64..50).prop_map(|number| 1_000_000 + number * 4_096),
        1 => 1..=MAX_PRICE as u64,
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let add = (any::<bool>(), prices(), prop_oneof![4 => 1u32..4, 1 => 1u32..200])
        .prop_map(|(is_sell, price, qty)| Step::Add { is_sell, price, qty });
    let step = prop_oneof![3 => add, 2 => any::<usize>().prop_map(|place| Step::Cancel { place })];
    prop::collection::vec(step, 1..600)
}

/// An id whose hash is this one, whatever the number.
fn id_with_hash(hash: u32, number: u32) -> u64 {
    // The inverse of what hash_of_id multiplies with, by Newton's iteration.
    let factor = 0xD6E8_FEB8_6659_FD93_u64;
    let inverse = (0..6)
        .fold(factor, |inverse, _| inverse.wrapping_mul(2u64.wrapping_sub(factor.wrapping_mul(inverse))));
    let folded = ((u64::from(hash) << 32) | u64::from(number)).wrapping_mul(inverse);
    folded ^ (folded >> 32)
}

fn packed(step: Step, id: u64) -> [u8; OPERATION_BYTES] {
    let mut bytes = [0; OPERATION_BYTES];
    if let Step::Add { is_sell, price, qty } = step {
        bytes[1] = is_sell.into();
        bytes[4..8].copy_from_slice(&qty.to_le_bytes());
        bytes[8..16].copy_from_slice(&price.to_le_bytes());
    } else {
        bytes[0] = 1;
    }
    bytes[16..].copy_from_slice(&id.to_le_bytes());
    bytes
}

/// Apply one operation; buckets, keys, crowd, directory and moves, and how many orders it traded with.
fn counted(replay: &mut Replay, operation: [u8; OPERATION_BYTES]) -> ([u64; 5], u64) {
    let trades = replay.trades();
    taken();
    replay.run(Operations::parse(&operation).unwrap(), || ()).unwrap();
    (taken(), replay.trades() - trades)
}

fn check(steps: &[Step], id_of: impl Fn(u32) -> u64) {
    let mut replay = Replay::new(Tally::default());
    let mut ids = Vec::new();
    let mut all_moved = 0;
    for (number, step) in steps.iter().enumerate() {
        let id = match *step {
            Step::Cancel { place } if !ids.is_empty() => ids.swap_remove(place % ids.len()),
            Step::Cancel { .. } => continue,
            Step::Add { .. } => id_of(number as u32),
        };
        if matches!(step, Step::Add { .. }) {
            ids.push(id);
        }
        let ([buckets, keys, crowd, directory, moved], trades) = counted(&mut replay, packed(*step, id));
        all_moved += moved;
        // One look-up for the order itself, one per maker that is filled; and the search for a free place.
        let lookups = 1 + trades;
        let of_growth = BUCKETS * moved;
        assert!(buckets <= BUCKETS * (lookups + 1) + of_growth, "{buckets} buckets, {trades} trades");
        assert!(keys <= KEYS * lookups, "{keys} keys, {trades} trades");
        assert!(crowd <= lookups + 1 + moved, "{crowd} searches of the crowd, {trades} trades");
        assert!(directory <= DIRECTORY * lookups, "{directory} searches of the directory, {trades} trades");
    }
    assert!(all_moved <= 2 * steps.len() as u64, "{all_moved} moves");
}

proptest! {
    #[test]
    fn no_operation_is_long(steps in steps(), hash: u32) {
        check(&steps, |number| u64::from(number) + 1);
        check(&steps, |number| id_with_hash(hash, number));
        check(&steps, |number| id_with_hash(hash ^ (number % 8), number));
    }
}

#[test]
fn ids_can_be_made_to_collide() {
    let hashes = (0..1_000).map(|number| hash_of_id(id_with_hash(0xABCD_0123, number)));
    assert!(hashes.into_iter().all(|hash| hash == 0xABCD_0123));
}

#[test]
fn a_sweep_costs_each_level_the_same() {
    const LEVELS: u32 = 5_000;
    let mut replay = Replay::new(Tally::default());
    for number in 0..LEVELS {
        let step = Step::Add { is_sell: true, price: 1_000 + u64::from(number) * 65, qty: 1 };
        counted(&mut replay, packed(step, u64::from(number) + 1));
    }
    let sweep = Step::Add { is_sell: false, price: MAX_PRICE as u64, qty: LEVELS };
    let ([buckets, _, _, directory, _], trades) = counted(&mut replay, packed(sweep, 1 << 40));
    assert_eq!(trades, u64::from(LEVELS));
    assert!(buckets <= BUCKETS * (2 + trades) && directory <= DIRECTORY * (1 + trades));
}
