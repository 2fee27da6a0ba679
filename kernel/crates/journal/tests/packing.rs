//! What the packer packed, the unpacker gives back; what no packer wrote, it refuses without taking memory for it.

use cambist_journal::{BlockBuilder, MAX_EXPANSION, Packer, Position, Unpackable, Unpacker};

fn record(kind: u8, sequence: u64, now_ns: u64, body: &[u64]) -> Vec<u8> {
    let size = 24 + 8 * body.len() as u32;
    let mut bytes = [&size.to_le_bytes()[..], &[kind, 0, 0, 0]].concat();
    for word in [sequence, now_ns].iter().chain(body) {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    bytes
}

fn pack(records: &[u8], sequences: (u64, u64)) -> Vec<u8> {
    let mut packer = Packer::default();
    packer.begin(Vec::new(), 0, sequences);
    packer.pack(records);
    packer.finish()
}

fn unpack(packed: &[u8], payload_bytes: usize, sequences: (u64, u64)) -> Result<Vec<u8>, Unpackable> {
    let mut payload = Vec::new();
    Unpacker::default().unpack(packed, payload_bytes, sequences, &mut payload)?;
    Ok(payload)
}

/// Lengths below, at and beyond what is remembered; differences of every size and sign.
fn many_records() -> Vec<u8> {
    let mut records = Vec::new();
    for (number, length) in [0, 1, 5, 6, 13, 60, 61, 62, 200, 3].into_iter().enumerate() {
        let mut body = vec![u64::MAX >> number; length];
        body.iter_mut().enumerate().for_each(|(place, word)| *word = word.rotate_left(7 * place as u32));
        records.extend(record(4, 1 + number as u64, number as u64, &body));
        records.extend(record(64, 1 + number as u64, u64::MAX, &[0; 2]));
    }
    records
}

#[test]
fn records_of_every_length_come_back() {
    let records = many_records();
    let packed = pack(&records, (1, 1));
    assert_eq!(unpack(&packed, records.len(), (1, 1)), Ok(records));
}

#[test]
fn a_packer_begins_every_block_anew() {
    let (records, mut packer, mut unpacker) = (many_records(), Packer::default(), Unpacker::default());
    for _ in 0..2 {
        packer.begin(vec![7; 1_000], 3, (1, 1));
        packer.pack(&records);
        let packed = packer.finish();
        assert_eq!(packed[3..], pack(&records, (1, 1)));
        let mut payload = vec![1, 2];
        assert_eq!(unpacker.unpack(&packed[3..], records.len(), (1, 1), &mut payload), Ok(()));
        assert_eq!(payload, records);
    }
}

#[test]
fn neither_size_goes_beyond_its_bound() {
    let alike = [record(4, 1, 0, &[0; 10_000]), record(4, 2, 0, &[0; 10_000])].concat();
    assert!(alike.len() <= pack(&alike, (1, 1)).len() * MAX_EXPANSION);
    let wild: Vec<u8> = (1..200).flat_map(|n| record(n as u8 % 60, n << 40, n << 50, &[])).collect();
    assert!(pack(&wild, (1 << 39, 1)).len() <= wild.len() / 4 * 5);
}

#[test]
fn every_cut_and_every_other_size_is_refused() {
    let records = many_records();
    let packed = pack(&records, (1, 1));
    for size in 0..packed.len() {
        assert_eq!(unpack(&packed[..size], records.len(), (1, 1)), Err(Unpackable), "cut at {size}");
    }
    for wrong in [0, 8, records.len() - 8, records.len() + 8, 1 << 30] {
        assert_eq!(unpack(&packed, wrong, (1, 1)), Err(Unpackable));
    }
}

#[test]
fn a_record_that_claims_too_much_takes_no_memory() {
    let claim = pack(&record(4, 1, 0, &[0; 2_000_000]), (1, 1));
    let mut payload = Vec::new();
    assert_eq!(Unpacker::default().unpack(&claim[..40], 1 << 30, (1, 1), &mut payload), Err(Unpackable));
    assert!(payload.capacity() <= 40 * MAX_EXPANSION * 2);
    assert_eq!(Unpacker::default().unpack(&claim, 1 << 20, (1, 1), &mut payload), Err(Unpackable));
}

#[test]
fn records_that_are_refused_leave_no_trace() {
    let position = Position { next_sequence: 1, next_event_sequence: 1, head: [0; 32] };
    let (good, next) = (record(4, 1, 7, &[1, 2]), record(4, 2, 8, &[3, 4]));
    let (event, skipped) = (record(64, 1, 8, &[5]), record(4, 4, 9, &[6, 7]));
    let mut untouched = BlockBuilder::new(position, 1);
    let mut tried = BlockBuilder::new(position, 1);
    for builder in [&mut untouched, &mut tried] {
        builder.append(&good).unwrap();
    }
    for broken in
        [[next.clone(), skipped].concat(), [event.clone(), next.clone()].concat(), next[..39].to_vec()]
    {
        assert!(tried.append(&broken).is_err());
    }
    for builder in [&mut untouched, &mut tried] {
        builder.append(&[next.clone(), event.clone()].concat()).unwrap();
    }
    assert_eq!(tried.seal(), untouched.seal());
    assert_eq!(tried.pending_bytes(), 0);
}
