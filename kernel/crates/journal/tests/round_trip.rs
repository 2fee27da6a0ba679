//! What the writer wrote, the scan reads; what was changed or cut, it does not.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use cambist_journal::{
    BlockHeader, BlockReader, Position, Scan, SegmentHeader, Writer, WriterStart, scan_segment, segment_name,
};

struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("cambist-journal-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn start(&self, segment_bytes: u64) -> WriterStart {
        WriterStart {
            directory: self.0.clone(),
            position: Position { next_sequence: 1, next_event_sequence: 1, head: [0; 32] },
            engine_version: 1,
            product_version: "0.1.0".to_owned(),
            segment_bytes,
            segment: None,
        }
    }

    fn segment(&self, first_sequence: u64) -> Vec<u8> {
        fs::read(self.0.join(segment_name(first_sequence))).unwrap()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn record(kind: u8, sequence: u64) -> Vec<u8> {
    let mut bytes = vec![0; 32];
    bytes[..4].copy_from_slice(&32_u32.to_le_bytes());
    bytes[4] = kind;
    bytes[8..16].copy_from_slice(&sequence.to_le_bytes());
    bytes
}

fn scan(data: &[u8]) -> Option<Scan> {
    scan_segment(data, &BTreeSet::from([2]))
}

/// Two blocks, and where the first ends.
fn small_segment(directory: &Directory) -> (Vec<u8>, usize) {
    let mut writer = Writer::open(directory.start(1 << 20)).unwrap();
    writer.append(&[record(15, 1), record(64, 1)].concat()).unwrap();
    assert_eq!(writer.commit().unwrap(), 1);
    let end = directory.segment(1).len();
    writer.append(&record(15, 2)).unwrap();
    assert_eq!(writer.commit().unwrap(), 2);
    (directory.segment(1), end)
}

#[test]
fn a_segment_reads_back_as_it_was_written() {
    let directory = Directory::new("reads-back");
    let (data, _) = small_segment(&directory);
    let found = scan(&data).unwrap();
    assert_eq!((found.blocks, found.end), (2, data.len()));
    assert_eq!((found.position.next_sequence, found.position.next_event_sequence), (3, 2));
    assert_eq!(found.heads[&2], found.position.head);
}

#[test]
fn every_flipped_bit_and_every_cut_is_seen() {
    let directory = Directory::new("flips");
    let (data, end_of_first) = small_segment(&directory);
    for bit in 0..data.len() * 8 {
        let mut damaged = data.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(scan(&damaged).is_none_or(|found| found.end < data.len()), "bit {bit}");
    }
    let ends = [96, end_of_first, data.len()];
    for size in 0..data.len() {
        let found = scan(&data[..size]);
        assert_eq!(found.map(|scan| scan.end), ends.into_iter().rfind(|end| *end <= size), "size {size}");
    }
}

#[test]
fn a_full_segment_is_followed_by_another_that_continues_its_chain() {
    let directory = Directory::new("rolls");
    let mut writer = Writer::open(directory.start(220)).unwrap();
    for sequence in 1..=4 {
        writer.append(&record(15, sequence)).unwrap();
        writer.commit().unwrap();
    }
    let first = scan(&directory.segment(1)).unwrap();
    let second = scan(&directory.segment(2)).unwrap();
    assert_eq!(second.header.position, first.position);
}

#[test]
fn sequences_beyond_their_width_are_no_block() {
    for (next_sequence, next_event_sequence) in [(u64::MAX, 1), (1, u64::MAX)] {
        let position = Position { next_sequence, next_event_sequence, head: [0; 32] };
        let mut data =
            SegmentHeader { engine_version: 1, position, product_version: [0; 28] }.pack().to_vec();
        let packed = [0xff; 1];
        let header = BlockHeader {
            engine_version: 1,
            packed_bytes: 1,
            payload_bytes: 24,
            commands: 1,
            events: 1,
            position,
            packed_crc: crc32fast::hash(&packed),
            payload_crc: 0,
        };
        data.extend_from_slice(&header.pack());
        data.extend_from_slice(&packed);
        assert_eq!(scan(&data).map(|found| (found.blocks, found.end)), Some((0, 96)));
        let found = BlockReader::new(0).read_segment(&data, Vec::new, |_| true);
        assert_eq!(found.map_err(|damage| damage.offset), Err(96));
    }
}

#[test]
fn records_that_do_not_continue_are_refused_and_nothing_is_buffered() {
    let directory = Directory::new("refused");
    let mut writer = Writer::open(directory.start(1 << 20)).unwrap();
    for broken in [record(15, 2), record(64, 1), record(15, 1)[..31].to_vec()] {
        assert!(writer.append(&broken).is_err());
    }
    assert_eq!(writer.pending_bytes(), 0);
    assert_eq!(writer.commit().unwrap(), 0);
}

#[test]
fn after_a_failed_write_no_commit_succeeds() {
    let directory = Directory::new("fails");
    let mut writer = Writer::open(directory.start(1 << 20)).unwrap();
    writer.append(&record(15, 1)).unwrap();
    fs::remove_dir_all(&directory.0).unwrap();
    assert!(writer.commit().is_err());
    fs::create_dir_all(&directory.0).unwrap();
    assert!(writer.commit().is_err());
}
