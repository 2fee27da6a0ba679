//! What holds for the engine whatever it is asked, over all order types, phases and modes: one command or many, from
//! the start or from a snapshot, whole bytes or damaged ones. That it also says what the reference says is the Python
//! package's property test.

mod market;

use cambist_core::Engine;
use cambist_wire::events::{
    OrderExpired, OrderReleased, OrderReplaced, OrderTriggered, PositionOpened, Trade,
};
use cambist_wire::participants::{FillAdjusted, ProtectionTriggered, QuoteAccepted};
use cambist_wire::sessions::{AuctionUncrossed, InstrumentHalted};
use cambist_wire::spot::HoldingChanged;
use market::{Facts, records, stream};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{FileFailurePersistence, TestRunner};

/// As many cases as PROPTEST_CASES says.
fn config() -> ProptestConfig {
    let persistence = FileFailurePersistence::Direct("tests/regressions/engine_laws.txt");
    ProptestConfig { failure_persistence: Some(Box::new(persistence)), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn lots_positions_and_sequences_are_conserved_and_no_book_is_crossed(
        commands in stream().prop_map(records),
    ) {
        let (mut engine, mut facts) = (Engine::new(), Facts::default());
        for record in &commands {
            let events = engine.apply(record).expect("the command continues");
            facts.take(record, events);
        }
    }

    #[test]
    fn a_batch_does_what_single_commands_do(commands in stream().prop_map(records)) {
        let (mut one_by_one, mut at_once) = (Engine::new(), Engine::new());
        let mut expected = Vec::new();
        for record in &commands {
            expected.extend_from_slice(record);
            expected.extend_from_slice(one_by_one.apply(record).expect("the command continues"));
        }
        prop_assert_eq!(at_once.apply_batch(&commands.concat()).expect("the commands continue"), &expected[..]);
        prop_assert_eq!(at_once.snapshot(), one_by_one.snapshot());
    }

    #[test]
    fn an_engine_that_is_restored_after_every_command_says_the_same(commands in stream().prop_map(records)) {
        let (mut first, mut second) = (Engine::new(), Engine::new());
        for record in &commands {
            let events = first.apply(record).expect("the command continues").to_vec();
            prop_assert_eq!(second.apply(record).expect("the command continues"), &events[..]);
            let snapshot = first.snapshot();
            prop_assert_eq!(second.snapshot(), &snapshot[..]);
            second = Engine::restore(&snapshot).expect("our own snapshot");
            prop_assert_eq!(second.snapshot(), snapshot);
        }
    }

    #[test]
    fn a_damaged_snapshot_is_refused_or_is_the_state_it_says(
        commands in stream().prop_map(records), damage in prop::collection::vec((any::<Index>(), 1u8..), 1..40),
        end in any::<Index>(),
    ) {
        let mut engine = Engine::new();
        engine.apply_batch(&commands.concat()).expect("the commands continue");
        let snapshot = engine.snapshot();
        for (at, bits) in damage {
            let mut damaged = snapshot.clone();
            damaged[at.index(snapshot.len())] ^= bits;
            if let Ok(restored) = Engine::restore(&damaged) {
                prop_assert_eq!(restored.snapshot(), damaged);
            }
        }
        prop_assert!(Engine::restore(&snapshot[..end.index(snapshot.len())]).is_err());
    }

    #[test]
    fn damaged_commands_are_refused_or_understood_and_never_more(
        commands in stream().prop_map(records), at in any::<Index>(), bits in 1u8..,
    ) {
        let mut engine = Engine::new();
        let mut batch = commands.concat();
        let place = at.index(batch.len());
        batch[place] ^= bits;
        if engine.apply_batch(&batch).is_err() {
            prop_assert_eq!(engine.snapshot(), Engine::new().snapshot());
        }
    }
}

/// Laws over streams in which nothing happens would say nothing.
#[test]
fn in_these_streams_everything_happens() {
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::new();
    for _ in 0..96 {
        let commands = records(stream().new_tree(&mut runner).expect("a stream").current());
        let (mut engine, mut facts) = (Engine::new(), Facts::default());
        for record in &commands {
            facts.take(record, engine.apply(record).expect("the command continues"));
        }
        for (kind, count) in facts.seen {
            *seen.entry(kind).or_insert(0) += count;
        }
    }
    let wanted = [
        ("Trade", Trade::KIND),
        ("OrderTriggered", OrderTriggered::KIND),
        ("OrderReleased", OrderReleased::KIND),
        ("OrderReplaced", OrderReplaced::KIND),
        ("OrderExpired", OrderExpired::KIND),
        ("PositionOpened", PositionOpened::KIND),
        ("QuoteAccepted", QuoteAccepted::KIND),
        ("ProtectionTriggered", ProtectionTriggered::KIND),
        ("FillAdjusted", FillAdjusted::KIND),
        ("AuctionUncrossed", AuctionUncrossed::KIND),
        ("InstrumentHalted", InstrumentHalted::KIND),
        ("HoldingChanged", HoldingChanged::KIND),
    ];
    let missing: Vec<&str> =
        wanted.into_iter().filter(|(_, kind)| !seen.contains_key(kind)).map(|(name, _)| name).collect();
    assert!(missing.is_empty(), "{missing:?} of {seen:?}");
}
