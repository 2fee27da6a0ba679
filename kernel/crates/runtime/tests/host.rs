//! The runtime from outside: what many producers send is applied once, in one order, and told once it is durable.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use cambist_core::Engine;
use cambist_journal::{
    BlockBuilder, Position, SealedBlock, Segments, WriterStart, scan_segment, segment_name,
};
use cambist_runtime::{
    Answer, BlockSink, DiskSink, Failure, Interest, Limits, Options, Participants, Refusal, Runtime,
    WaitStrategy,
};
use cambist_wire::commands::AdvanceTime;
use cambist_wire::{Header, Record};

const BEGINNING: Position = Position { next_sequence: 1, next_event_sequence: 1, head: [0; 32] };

/// A journal in memory that can be told to fail, or to take its time.
#[derive(Clone, Default)]
struct MemorySink {
    is_broken: Arc<AtomicBool>,
    is_held: Arc<AtomicBool>,
    written: Arc<Mutex<Vec<SealedBlock>>>,
}

impl BlockSink for MemorySink {
    fn write(&mut self, block: &mut SealedBlock) -> Result<(), Failure> {
        assert_eq!(block.position, self.position(), "blocks come in order, each behind the one before");
        while self.is_held.load(SeqCst) {
            thread::yield_now();
        }
        if self.is_broken.load(SeqCst) {
            return Err(Failure::Storage(Some(5), "Input/output error".to_owned()));
        }
        self.written.lock().unwrap().push(block.clone());
        Ok(())
    }

    fn position(&self) -> Position {
        self.written.lock().unwrap().last().map_or(BEGINNING, |block| block.next_position)
    }
}

/// Acts every millisecond, until it is told to panic.
struct Clockwork {
    next_ns: i64,
    command: Vec<u8>,
    panics_at_ns: i64,
}

impl Clockwork {
    fn new(panics_at_ns: i64) -> Box<Self> {
        Box::new(Self { next_ns: 1_000_000, command: idle(), panics_at_ns })
    }
}

impl Participants for Clockwork {
    fn next_ns(&self) -> i64 {
        self.next_ns
    }

    fn advance(&mut self, now_ns: i64) -> &[u8] {
        assert!(now_ns < self.panics_at_ns, "told to");
        self.next_ns = now_ns + 1_000_000;
        &self.command
    }

    fn on_events(&mut self, _: &[u8]) {}

    fn save(&self) -> Vec<u8> {
        self.next_ns.to_le_bytes().to_vec()
    }
}

fn idle() -> Vec<u8> {
    let mut bytes = Vec::new();
    AdvanceTime {}.encode(0, 0, &mut bytes);
    bytes
}

fn commands_in(records: &[u8]) -> u64 {
    let (mut rest, mut commands) = (records, 0);
    while let Ok(header) = Header::read(rest) {
        commands += u64::from(header.kind < 64);
        rest = &rest[header.size..];
    }
    commands
}

fn started(sink: MemorySink, options: Options) -> Runtime {
    Runtime::start(Engine::new(), builder(), sink, options).expect("threads start")
}

fn builder() -> BlockBuilder {
    BlockBuilder::new(BEGINNING, 1)
}

fn attended() -> Options {
    Options { is_attended: true, ..Options::default() }
}

fn limits(horizon_ns: i64) -> Limits {
    let interest = Interest::default();
    Limits { now_ns: 0, horizon_ns, wall: Duration::from_secs(60), commands: 1_000_000, interest }
}

#[test]
fn what_many_producers_send_is_applied_once_and_answered_once() {
    for wait_strategy in [WaitStrategy::Park, WaitStrategy::Yield, WaitStrategy::Spin] {
        let runtime =
            Arc::new(started(MemorySink::default(), Options { wait_strategy, ..Options::default() }));
        let subscription = runtime.subscribe(1_024);
        let producers: Vec<_> = (0..4)
            .map(|_| {
                let runtime = Arc::clone(&runtime);
                thread::spawn(move || (0..200).map(|_| submitted(&runtime, idle())).collect::<Vec<u64>>())
            })
            .collect();
        let mut answers: HashMap<u64, Answer> = HashMap::new();
        let mut records = Vec::new();
        while answers.len() < 800 {
            let block = subscription.read(None).expect("more will come");
            records.extend_from_slice(&block.records);
            answers.extend(block.answers.iter().map(|answer| (answer.ticket, answer.clone())));
        }
        for ticket in producers.into_iter().flat_map(|producer| producer.join().expect("it does not panic")) {
            assert_eq!(answers.remove(&ticket).map(|answer| answer.refused), Some(None));
        }
        assert_eq!(commands_in(&records), 800);
        assert_eq!(runtime.stages().whole.summary().count, 800);
    }
}

fn submitted(runtime: &Runtime, records: Vec<u8>) -> u64 {
    loop {
        match runtime.submit(records.clone()) {
            Ok(ticket) => return ticket,
            Err(Refusal::Full) => thread::yield_now(),
            Err(Refusal::Closed) => panic!("it is open"),
        }
    }
}

#[test]
fn a_full_ring_refuses_and_nothing_of_what_it_took_is_lost() {
    let sink = MemorySink::default();
    sink.is_held.store(true, SeqCst);
    let is_held = Arc::clone(&sink.is_held);
    let runtime = started(sink, Options { capacity: 8, is_attended: true, ..Options::default() });
    let taken = (0..20).filter(|_| runtime.submit(idle()).is_ok()).count();
    assert_eq!((taken, runtime.waiting()), (8, 8));
    assert_eq!(runtime.submit(idle()), Err(Refusal::Full));
    let tickets = runtime.ask(|worker| worker.take(100)).expect("it runs");
    for ticket in &tickets {
        let ticket = *ticket;
        let stream = runtime.ask(move |worker| worker.apply_taken(ticket, 1)).expect("it runs");
        assert_eq!(commands_in(&stream.expect("it is a command")), 1);
    }
    runtime.commit().expect("the journal works");
    assert_eq!(runtime.await_durable(8, Some(Instant::now())), Ok(0));
    is_held.store(false, SeqCst);
    assert_eq!(runtime.await_durable(8, None), Ok(8));
}

#[test]
fn nothing_is_told_before_it_is_durable() {
    let sink = MemorySink::default();
    sink.is_held.store(true, SeqCst);
    let is_held = Arc::clone(&sink.is_held);
    let runtime = started(sink, Options::default());
    let subscription = runtime.subscribe(8);
    runtime.submit(idle()).expect("there is room");
    assert_eq!(subscription.read(Some(Instant::now() + Duration::from_millis(20))), None);
    is_held.store(false, SeqCst);
    assert_eq!(subscription.read(None).map(|block| block.last_sequence), Some(1));
}

#[test]
fn what_arrives_during_a_sync_goes_out_with_the_next() {
    let sink = MemorySink::default();
    let (is_held, written) = (Arc::clone(&sink.is_held), Arc::clone(&sink.written));
    is_held.store(true, SeqCst);
    let runtime = started(sink, attended());
    for now_ns in 1..=200 {
        runtime.ask(move |worker| worker.apply(&idle(), now_ns)).expect("it runs").expect("it is a command");
        runtime.commit().expect("the journal works");
    }
    is_held.store(false, SeqCst);
    assert_eq!(runtime.await_durable(200, None), Ok(200));
    let blocks = written.lock().unwrap().len();
    assert!((1..=4).contains(&blocks), "200 commits became {blocks} blocks");
}

#[test]
fn bytes_that_are_no_commands_fail_only_their_own_submission() {
    let runtime = started(MemorySink::default(), Options::default());
    let subscription = runtime.subscribe(8);
    let mut unknown = idle();
    unknown[4] = 63;
    let tickets = [vec![1, 2, 3], unknown, idle()].map(|records| submitted(&runtime, records));
    let mut answers: Vec<Answer> = Vec::new();
    while answers.len() < 3 {
        answers.extend_from_slice(&subscription.read(None).expect("more will come").answers);
    }
    let refused: Vec<_> = answers.iter().map(|answer| (answer.ticket, answer.refused.is_some())).collect();
    assert_eq!(refused, [(tickets[0], true), (tickets[1], true), (tickets[2], false)]);
}

#[test]
fn after_a_failed_sync_nothing_is_accepted_and_everybody_learns_why() {
    let sink = MemorySink::default();
    let is_broken = Arc::clone(&sink.is_broken);
    let runtime = started(sink, attended());
    runtime.ask(|worker| worker.apply(&idle(), 1)).expect("it runs").expect("it is a command");
    runtime.commit().expect("the journal works");
    assert_eq!(runtime.await_durable(1, None), Ok(1));
    is_broken.store(true, SeqCst);
    runtime.ask(|worker| worker.apply(&idle(), 2)).expect("it runs").expect("it is a command");
    runtime.commit().expect("it is handed over");
    let failure = Failure::Storage(Some(5), "Input/output error".to_owned());
    assert_eq!(runtime.await_durable(2, None), Err(failure.clone()));
    assert_eq!(runtime.ask(|worker| worker.engine().sequence()), Err(failure.clone()));
    assert_eq!(runtime.submit(idle()), Err(Refusal::Closed));
    assert_eq!(runtime.commit(), Err(failure));
    assert!(runtime.stop().is_some());
}

#[test]
fn a_panic_poisons_the_runtime() {
    let runtime = started(MemorySink::default(), attended());
    runtime.ask(|worker| worker.host(Clockwork::new(5_000_000))).expect("it runs");
    let failed = runtime.ask(|worker| worker.run(&limits(10_000_000)));
    assert!(failed.is_err_and(|failure| failure.to_string().contains("cambist-engine")));
    assert!(matches!(runtime.check(), Err(Failure::Broken(_))));
    assert_eq!(runtime.submit(idle()), Err(Refusal::Closed));
    assert!(runtime.stop().is_none());
}

#[test]
fn what_is_done_here_is_done_once_and_a_panic_here_poisons_too() {
    let runtime = started(MemorySink::default(), attended());
    let pending = runtime.begin_here(|worker| worker.apply(&idle(), 1)).expect("it runs");
    let stream = pending.wait(None).expect("it runs").expect("it is there").expect("it is a command");
    assert_eq!(commands_in(&stream), 1);
    assert_eq!(runtime.ask(|worker| worker.engine().sequence()), Ok(1));
    runtime.ask(|worker| worker.host(Clockwork::new(5_000_000))).expect("it runs");
    assert!(runtime.begin_here(|worker| worker.run(&limits(10_000_000))).is_err());
    assert!(matches!(runtime.check(), Err(Failure::Broken(_))));
    assert!(runtime.begin_here(|worker| worker.engine().sequence()).is_err());
}

#[test]
fn what_is_begun_here_while_it_stops_never_meets_another_engine() {
    let sink = MemorySink::default();
    let is_held = Arc::clone(&sink.is_held);
    is_held.store(true, SeqCst);
    let runtime = started(sink, Options { capacity: 1 << 20, ..attended() });
    runtime.ask(|worker| worker.apply(&idle(), 1)).expect("it runs").expect("it is a command");
    thread::scope(|scope| {
        let stopping = scope.spawn(|| runtime.stop());
        while runtime.submit(idle()).is_ok() {
            thread::yield_now();
        }
        // The engine is taken out while the journal thread is still at its last block.
        let met: Vec<u64> = (0..500).filter_map(|_| sequence_here(&runtime)).collect();
        is_held.store(false, SeqCst);
        let engine = stopping.join().expect("no panic").expect("it did not panic");
        assert_eq!(engine.sequence(), 1);
        assert!(met.iter().all(|sequence| *sequence == 1), "{met:?}");
    });
    assert_eq!(sequence_here(&runtime), None);
}

/// The engine's sequence, where there is an engine and it answers soon.
fn sequence_here(runtime: &Runtime) -> Option<u64> {
    let pending = runtime.begin_here(|worker| worker.engine().sequence()).ok()?;
    pending.wait(Some(Instant::now() + Duration::from_micros(100))).ok()?
}

#[test]
fn a_run_that_the_wall_cuts_goes_on_where_it_ended() {
    let runtime = started(MemorySink::default(), attended());
    runtime.ask(|worker| worker.host(Clockwork::new(i64::MAX))).expect("it runs");
    let hasty = Limits { wall: Duration::ZERO, ..limits(3_500_000) };
    let ran = runtime.ask(move |worker| worker.run(&hasty)).expect("it runs").expect("commands continue");
    assert_eq!((commands_in(&ran.stream), ran.is_cut, ran.next_ns), (1, true, 2_000_000));
    let ran =
        runtime.ask(|worker| worker.run(&limits(3_500_000))).expect("it runs").expect("commands continue");
    assert_eq!((commands_in(&ran.stream), ran.is_cut, ran.next_ns), (2, false, 4_000_000));
}

#[test]
fn participants_act_until_the_horizon_or_the_limit_of_commands() {
    let runtime = started(MemorySink::default(), attended());
    runtime.ask(|worker| worker.host(Clockwork::new(i64::MAX))).expect("it runs");
    let ran =
        runtime.ask(|worker| worker.run(&limits(3_500_000))).expect("it runs").expect("commands continue");
    assert_eq!((commands_in(&ran.stream), ran.now_ns, ran.next_ns), (3, 3_000_000, 4_000_000));
    let few = Limits { commands: 2, ..limits(100_000_000) };
    let ran = runtime.ask(move |worker| worker.run(&few)).expect("it runs").expect("commands continue");
    assert_eq!((commands_in(&ran.stream), ran.next_ns), (2, 6_000_000));
    let state = runtime.ask(|worker| worker.save_participants()).expect("it runs");
    assert_eq!(state, 6_000_000_i64.to_le_bytes());
}

#[test]
fn stopping_applies_and_makes_durable_what_is_in_the_ring() {
    let runtime = started(MemorySink::default(), Options::default());
    let tickets: Vec<u64> = (0..500).map(|_| submitted(&runtime, idle())).collect();
    assert!(tickets.is_sorted());
    let engine = runtime.stop().expect("it did not panic");
    assert_eq!(engine.sequence(), 500);
    assert_eq!(runtime.position().next_sequence, 501);
    assert_eq!(runtime.submit(idle()), Err(Refusal::Closed));
}

#[test]
fn an_impossible_processor_is_refused_at_the_start() {
    let options = Options { engine_cpu: Some(100_000), ..Options::default() };
    assert!(Runtime::start(Engine::new(), builder(), MemorySink::default(), options).is_err());
}

#[test]
fn the_journal_on_disk_is_the_one_that_the_format_describes() {
    let directory = std::env::temp_dir().join(format!("cambist-runtime-{}", std::process::id()));
    fs::create_dir_all(&directory).expect("a temporary directory");
    let runtime = Runtime::start(Engine::new(), builder(), disk_sink(&directory, 0), Options::default())
        .expect("threads start");
    for _ in 0..100 {
        submitted(&runtime, idle());
    }
    drop(runtime.stop());
    let segment = fs::read(directory.join(segment_name(1))).expect("the segment");
    let found = scan_segment(&segment, &Default::default()).expect("a segment");
    assert_eq!((found.end, found.position), (segment.len(), runtime.position()));
    let mark = fs::read(directory.join("DURABLE")).expect("the mark");
    assert_eq!(mark, [100_u64.to_le_bytes(), (!100_u64).to_le_bytes()].concat());
    assert_eq!(found.position.next_sequence, 101);
    fs::remove_dir_all(&directory).expect("it can be removed");
}

#[test]
fn a_disk_that_is_nearly_full_stops_the_runtime_before_it_writes() {
    let directory = std::env::temp_dir().join(format!("cambist-runtime-full-{}", std::process::id()));
    fs::create_dir_all(&directory).expect("a temporary directory");
    let sink = disk_sink(&directory, u64::MAX);
    let runtime = Runtime::start(Engine::new(), builder(), sink, Options::default()).expect("threads start");
    submitted(&runtime, idle());
    let failed = runtime.await_durable(1, None);
    assert!(matches!(failed, Err(Failure::Storage(Some(28), _))), "{failed:?}");
    assert!(!directory.join(segment_name(1)).exists());
    fs::remove_dir_all(&directory).expect("it can be removed");
}

fn disk_sink(directory: &Path, minimum_free_bytes: u64) -> DiskSink {
    let segments = Segments::open(WriterStart {
        directory: directory.to_path_buf(),
        position: BEGINNING,
        engine_version: 1,
        product_version: "0.1.0".to_owned(),
        segment_bytes: 1 << 20,
        segment: None,
    });
    DiskSink::open(segments.expect("a segment"), directory.to_path_buf(), minimum_free_bytes).expect("a mark")
}
