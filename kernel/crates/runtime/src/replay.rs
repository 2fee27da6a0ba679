//! Applying a journal again: one thread reads, checks and unpacks, the other applies and compares, byte for byte.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use cambist_core::{Engine, Refused};
use cambist_journal::{BlockReader, DamagedSegment, FIRST_EVENT_KIND};
use cambist_wire::{Header, Malformed};

/// So many unpacked blocks may wait to be applied.
const BLOCKS_AHEAD: usize = 8;

/// Where what an engine says is not what the journal holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Of the command.
    pub sequence: u64,
    /// The command and the events it causes now.
    pub produced: Vec<u8>,
    /// The command and the events that the journal holds.
    pub expected: Vec<u8>,
}

/// Why a journal cannot be applied again.
#[derive(Debug)]
pub enum ReplayFailure {
    /// A segment cannot be read.
    Disk(io::Error),
    /// A segment is not what its writer wrote.
    Damaged(PathBuf, DamagedSegment),
    /// The engine refuses a command.
    Refused(Refused),
}

/// Apply every command behind `after`, from the segments that hold them, in order; what differs first, if anything.
pub fn replay(
    engine: &mut Engine,
    segments: &[PathBuf],
    after: u64,
) -> Result<Option<Difference>, ReplayFailure> {
    thread::scope(|scope| {
        let (filled, payloads) = sync_channel(BLOCKS_AHEAD);
        let (spent, spares) = channel();
        let reader = scope.spawn(move || read(segments, after, &filled, &spares));
        let applied = apply(engine, after, payloads, &spent);
        let read = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        if let Ok(None) = applied { read.map(|()| None) } else { applied }
    })
}

/// Unpack blocks until there are no more, or nobody wants them.
fn read(
    segments: &[PathBuf],
    after: u64,
    filled: &SyncSender<Vec<u8>>,
    spares: &Receiver<Vec<u8>>,
) -> Result<(), ReplayFailure> {
    let mut reader = BlockReader::new(after);
    for path in segments {
        let data = std::fs::read(path).map_err(ReplayFailure::Disk)?;
        let spare = || spares.try_recv().unwrap_or_default();
        let is_wanted = reader.read_segment(&data, spare, |payload| filled.send(payload).is_ok());
        if !is_wanted.map_err(|damage| ReplayFailure::Damaged(path.clone(), damage))? {
            break;
        }
    }
    Ok(())
}

fn apply(
    engine: &mut Engine,
    after: u64,
    payloads: Receiver<Vec<u8>>,
    spent: &Sender<Vec<u8>>,
) -> Result<Option<Difference>, ReplayFailure> {
    for payload in payloads {
        let difference = apply_block(engine, after, &payload).map_err(ReplayFailure::Refused)?;
        if difference.is_some() {
            return Ok(difference);
        }
        let _ = spent.send(payload);
    }
    Ok(None)
}

/// Commands up to `after` are passed over, with their events.
fn apply_block(engine: &mut Engine, after: u64, payload: &[u8]) -> Result<Option<Difference>, Refused> {
    let mut offset = 0;
    while offset < payload.len() {
        let header = header_at(payload, offset)?;
        let events_start = offset + header.size;
        if header.sequence <= after {
            offset = end_of_events(payload, events_start)?;
            continue;
        }
        let events = engine.apply(&payload[offset..events_start])?;
        let end = events_start + events.len();
        let is_same = payload.get(events_start..end) == Some(events) && !is_event_at(payload, end);
        if !is_same {
            let command = &payload[offset..events_start];
            let produced = [command, events].concat();
            let expected = payload[offset..end_of_events(payload, events_start)?].to_vec();
            return Ok(Some(Difference { sequence: header.sequence, produced, expected }));
        }
        offset = end;
    }
    Ok(None)
}

fn header_at(payload: &[u8], offset: usize) -> Result<Header, Malformed> {
    Header::read(&payload[offset..]).map_err(|problem| Malformed { offset, problem })
}

fn is_event_at(payload: &[u8], offset: usize) -> bool {
    payload.get(offset + 4).is_some_and(|kind| *kind >= FIRST_EVENT_KIND)
}

fn end_of_events(payload: &[u8], start: usize) -> Result<usize, Malformed> {
    let mut end = start;
    while is_event_at(payload, end) {
        end += header_at(payload, end)?.size;
    }
    Ok(end)
}
