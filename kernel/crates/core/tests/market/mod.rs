//! Streams of commands of every kind, and what is known of what they cause: shared by the laws.

#![allow(dead_code, reason = "each law uses a part of it")]

mod controls;
mod facts;
mod orders;

use cambist_wire::commands::{
    AdjustBalance, AdvanceTime, CreateStrategy, DefineInstrument, OpenAccount, SetFees, SetStrategyState,
};
use cambist_wire::spot::{AdjustHolding, DefineAsset};
use cambist_wire::{
    AccountKind, Field, InstrumentKind, MatchingRule, Phase, Record, StrategyState, Text, VenueKind,
};
pub use facts::Facts;
use proptest::prelude::*;

pub const START_NS: i64 = 1_800_000_000_000_000_000;
pub const SECOND_NS: i64 = 1_000_000_000;
pub const UNIT: i64 = 100_000_000;
pub const PLAIN: u32 = 1;
pub const SHARED: u32 = 2;
pub const OUTSIDE: u32 = 3;
pub const SPOT: u32 = 4;

/// A command that waits for its sequence and time.
pub struct Stamp(Box<dyn Fn(u64, i64) -> Vec<u8>>);

impl Stamp {
    pub fn of(pack: impl Fn(u64, i64) -> Vec<u8> + 'static) -> Self {
        Self(Box::new(pack))
    }
}

impl std::fmt::Debug for Stamp {
    /// The bytes, as they would be at the beginning.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?}", (self.0)(1, START_NS))
    }
}

/// A command that is the same whenever it is sent.
pub fn always(command: impl Record + 'static) -> Stamp {
    Stamp::of(move |sequence, now_ns| packed(&command, sequence, now_ns))
}

pub fn packed(command: &impl Record, sequence: u64, now_ns: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    command.encode(sequence, now_ns, &mut bytes);
    bytes
}

/// Any value of an enumeration, those that are added later too.
pub fn any_of<T: Field + Clone + std::fmt::Debug + 'static>() -> impl Strategy<Value = T> {
    let known: Vec<T> = (0..=u8::MAX).filter_map(|number| T::get(&[number])).collect();
    prop::sample::select(known)
}

pub fn usually<T: Field + Clone + std::fmt::Debug + 'static>(usual: T) -> impl Strategy<Value = T> {
    prop_oneof![4 => Just(usual), 1 => any_of::<T>()]
}

pub fn numbers(usual: std::ops::Range<i64>) -> impl Strategy<Value = i64> {
    prop_oneof![40 => usual, 1 => prop::sample::select(vec![0, -1, 1 << 40, i64::MAX, i64::MIN])]
}

pub fn accounts() -> impl Strategy<Value = u32> {
    prop_oneof![24 => 1u32..5, 1 => Just(0u32), 1 => Just(77u32)]
}

pub fn instruments() -> impl Strategy<Value = u32> {
    prop_oneof![5 => Just(PLAIN), 3 => Just(SHARED), 1 => Just(OUTSIDE), 2 => Just(SPOT)]
}

/// Of an account, mostly by hand.
pub fn strategies() -> impl Strategy<Value = u32> {
    prop_oneof![10 => Just(0u32), 2 => Just(1u32), 1 => Just(9u32)]
}

fn instrument(instrument_id: u32, symbol: &'static str, matching: MatchingRule, venue: VenueKind) -> Stamp {
    let is_spot = instrument_id == SPOT;
    always(DefineInstrument {
        instrument_id,
        venue,
        phase: Phase::Continuous,
        matching,
        top_order_priority: true,
        instrument_kind: if is_spot { InstrumentKind::Spot } else { InstrumentKind::Perpetual },
        tick_size: UNIT,
        lot_size: UNIT,
        unit_value: UNIT,
        min_notional: 0,
        max_order_qty: 1_000,
        price_band: 300_000,
        reference_price: 100,
        minimum_allocation: 2,
        base_asset_id: u32::from(is_spot),
        quote_asset_id: 2 * u32::from(is_spot),
        max_fee: 900 * i64::from(is_spot),
        symbol,
    })
}

fn opening() -> Vec<Stamp> {
    let account =
        |account_id, account_kind, name: &'static str| always(OpenAccount { account_id, account_kind, name });
    let money = |account_id| always(AdjustBalance { account_id, amount: 500_000 * i128::from(UNIT) });
    let holding = |account_id, asset_id| {
        always(AdjustHolding {
            account_id,
            asset_id,
            amount: 10_000 * i128::from(UNIT),
            client_adjustment_id: Text::EMPTY,
        })
    };
    vec![
        instrument(PLAIN, "AAA", MatchingRule::PriceTime, VenueKind::Internal),
        instrument(SHARED, "BBB", MatchingRule::ProRata, VenueKind::Internal),
        instrument(OUTSIDE, "CCC", MatchingRule::PriceTime, VenueKind::External),
        always(DefineAsset { asset_id: 1, name: "COIN" }),
        always(DefineAsset { asset_id: 2, name: "CASH" }),
        instrument(SPOT, "DDD", MatchingRule::PriceTime, VenueKind::Internal),
        account(1, AccountKind::Desk, "main"),
        account(2, AccountKind::Desk, "other"),
        account(3, AccountKind::Member, "alice"),
        account(4, AccountKind::Member, "bob"),
        money(1),
        money(2),
        holding(1, 1),
        holding(1, 2),
        holding(2, 2),
        always(SetFees { account_id: 1, instrument_id: 0, maker_fee: -50, taker_fee: 700 }),
        always(CreateStrategy { strategy_id: 1, account_id: 1, name: "maker" }),
        always(SetStrategyState { strategy_id: 1, state: StrategyState::Running, cause: "" }),
    ]
}

/// Commands, and how long the clock runs before each. A story is some that belong together.
pub type Story = Vec<(Stamp, i64)>;

/// One command by itself, after a pause.
fn single(command: impl Strategy<Value = Stamp>) -> impl Strategy<Value = Story> {
    let long_ns = prop_oneof![3 => Just(5 * SECOND_NS), 1 => Just(90_000 * SECOND_NS)];
    let pause_ns = prop_oneof![12 => Just(0i64), 4 => 1i64..SECOND_NS, 1 => long_ns];
    (command, pause_ns).prop_map(|told| vec![told])
}

/// Commands of every kind.
pub fn stream() -> impl Strategy<Value = Story> {
    let idle = Just(()).prop_map(|()| always(AdvanceTime {}));
    let story = prop_oneof![
        14 => single(orders::orders()),
        10 => orders::meetings(),
        3 => orders::brackets(),
        2 => orders::hit_quotes(),
        3 => orders::auctions(),
        6 => single(orders::amendments()),
        4 => single(orders::quotes()),
        2 => single(orders::outside()),
        5 => single(controls::controls()),
        5 => single(controls::sessions()),
        4 => single(controls::participants()),
        2 => single(controls::terms()),
        2 => single(idle),
    ];
    prop::collection::vec(story, 1..50).prop_map(|stories| stories.into_iter().flatten().collect())
}

/// The stamped records of the opening and of a stream.
pub fn records(stream: Story) -> Vec<Vec<u8>> {
    let mut now_ns = START_NS;
    let commands = opening().into_iter().map(|stamp| (stamp, 0)).chain(stream);
    (1..)
        .zip(commands)
        .map(|(sequence, (stamp, pause_ns))| {
            now_ns += pause_ns;
            (stamp.0)(sequence, now_ns)
        })
        .collect()
}
