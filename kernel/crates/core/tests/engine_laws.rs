//! What holds for the engine whatever it is asked: one command or many, from the start or from a snapshot, whole bytes
//! or damaged ones. That it also says what the reference says is the Python package's property test.

use cambist_core::Engine;
use cambist_wire::commands::{
    AdjustBalance, AdvanceTime, CancelOrder, CreateStrategy, DefineInstrument, Kill, MassCancel,
    NewInstructedOrder, OpenAccount, ReplaceOrder, ResetKill, SetFees, SetLimits, SetPhase,
    SetSelfTradePrevention, SetStrategyState, SetTradingState,
};
use cambist_wire::{
    ANY_STRATEGY, AccountKind, Field, MatchingRule, OrderFlags, OrderType, Phase, Record, SelfTradeMode,
    StrategyState, Text, TimeInForce, TradingState, VenueKind,
};
use proptest::prelude::*;
use proptest::sample::Index;

const START_NS: i64 = 1_800_000_000_000_000_000;
const SECOND_NS: i64 = 1_000_000_000;
const UNIT: i64 = 100_000_000;

/// A command that waits for its sequence and time.
struct Stamp(Box<dyn Fn(u64, i64) -> Vec<u8>>);

impl Stamp {
    fn of(pack: impl Fn(u64, i64) -> Vec<u8> + 'static) -> Self {
        Self(Box::new(pack))
    }
}

impl std::fmt::Debug for Stamp {
    /// The bytes, as they would be at the beginning.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?}", (self.0)(1, START_NS))
    }
}

fn packed(command: &impl Record, sequence: u64, now_ns: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    command.encode(sequence, now_ns, &mut bytes);
    bytes
}

/// Any value of an enumeration, those that are added later too.
fn any_of<T: Field + Clone + std::fmt::Debug + 'static>() -> impl Strategy<Value = T> {
    let known: Vec<T> = (0..=u8::MAX).filter_map(|number| T::get(&[number])).collect();
    prop::sample::select(known)
}

fn usually<T: Field + Clone + std::fmt::Debug + 'static>(usual: T) -> impl Strategy<Value = T> {
    prop_oneof![4 => Just(usual), 1 => any_of::<T>()]
}

fn numbers(usual: std::ops::Range<i64>) -> impl Strategy<Value = i64> {
    prop_oneof![20 => usual, 1 => prop::sample::select(vec![0, -1, 1 << 40, i64::MAX, i64::MIN])]
}

fn accounts() -> impl Strategy<Value = u32> {
    prop_oneof![12 => 1u32..5, 1 => Just(0u32), 1 => Just(77u32)]
}

fn strategies() -> impl Strategy<Value = u32> {
    prop_oneof![4 => Just(0u32), 2 => Just(1u32), 1 => Just(9u32)]
}

fn opening() -> Vec<Stamp> {
    let instrument = |instrument_id, symbol: &'static str, matching, venue| -> Stamp {
        Stamp::of(move |sequence, now_ns| {
            let defined = DefineInstrument {
                instrument_id,
                venue,
                phase: Phase::Continuous,
                matching,
                top_order_priority: true,
                instrument_kind: cambist_wire::InstrumentKind::Perpetual,
                tick_size: UNIT,
                lot_size: UNIT,
                unit_value: UNIT,
                min_notional: 0,
                max_order_qty: 1_000,
                price_band: 300_000,
                reference_price: 100,
                minimum_allocation: 2,
                base_asset_id: 0,
                quote_asset_id: 0,
                max_fee: 0,
                symbol,
            };
            packed(&defined, sequence, now_ns)
        })
    };
    let account = |account_id, account_kind, name: &'static str| -> Stamp {
        Stamp::of(move |sequence, now_ns| {
            packed(&OpenAccount { account_id, account_kind, name }, sequence, now_ns)
        })
    };
    vec![
        instrument(1, "AAA", MatchingRule::PriceTime, VenueKind::Internal),
        instrument(2, "BBB", MatchingRule::ProRata, VenueKind::Internal),
        instrument(3, "CCC", MatchingRule::PriceTime, VenueKind::External),
        account(1, AccountKind::Desk, "main"),
        account(2, AccountKind::Desk, "other"),
        account(3, AccountKind::Member, "alice"),
        account(4, AccountKind::Member, "bob"),
        Stamp::of(|sequence, now_ns| {
            packed(&AdjustBalance { account_id: 1, amount: 50_000 * i128::from(UNIT) }, sequence, now_ns)
        }),
        Stamp::of(|sequence, now_ns| {
            packed(&CreateStrategy { strategy_id: 1, account_id: 1, name: "maker" }, sequence, now_ns)
        }),
        Stamp::of(|sequence, now_ns| {
            packed(
                &SetStrategyState { strategy_id: 1, state: StrategyState::Running, cause: "" },
                sequence,
                now_ns,
            )
        }),
    ]
}

fn orders() -> impl Strategy<Value = Stamp> {
    let names = (prop_oneof![3 => Just(1u32), 2 => Just(2u32), 1 => Just(3u32)], accounts(), strategies());
    let kinds = (any_of(), usually(OrderType::Limit), usually(TimeInForce::Gtc), usually(OrderFlags::NONE));
    let sizes = (numbers(95..106), numbers(1..30), 0i64..3, prop_oneof![3 => Just(0i64), 1 => 1i64..12]);
    let rest =
        (prop_oneof![4 => Just(0i64), 1 => 1i64..9], prop_oneof![6 => Just(0i64), 1 => 96i64..105], 0u32..3);
    (names, kinds, sizes, rest).prop_map(|(names, kinds, sizes, rest)| -> Stamp {
        Stamp::of(move |sequence, now_ns| {
            let is_limit = kinds.1 == OrderType::Limit;
            let is_dated = kinds.2 == TimeInForce::Gtd;
            let order = NewInstructedOrder {
                instrument_id: names.0,
                account_id: names.1,
                strategy_id: names.2,
                side: kinds.0,
                order_type: kinds.1,
                time_in_force: kinds.2,
                flags: kinds.3,
                price: if is_limit { sizes.0 } else { 0 },
                qty: sizes.1,
                expire_ns: if is_dated { now_ns + sizes.2 * SECOND_NS } else { 0 },
                trigger_source: Field::get(&[0]).expect("the first"),
                offset_unit: Field::get(&[0]).expect("the first"),
                peg_reference: Field::get(&[0]).expect("the first"),
                contingency: Field::get(&[0]).expect("the first"),
                group_id: 0,
                display_qty: sizes.3,
                min_qty: rest.0,
                trigger_price: rest.1,
                offset: 0,
                client_order_id: ["", "", "same"][rest.2 as usize].into(),
            };
            packed(&order, sequence, now_ns)
        })
    })
}

/// An order sent not long before.
fn earlier(sequence: u64, back: u64) -> u64 {
    sequence.saturating_sub(back)
}

fn amendments() -> impl Strategy<Value = Stamp> {
    let cancel = (accounts(), 1u64..30).prop_map(|(account_id, back)| -> Stamp {
        Stamp::of(move |sequence, now_ns| {
            let order_id = earlier(sequence, back);
            packed(&CancelOrder { account_id, order_id, client_order_id: Text::EMPTY }, sequence, now_ns)
        })
    });
    let replace = (accounts(), 1u64..30, numbers(95..106), numbers(1..30), usually(OrderFlags::NONE));
    let replace = replace.prop_map(|(account_id, back, price, qty, flags)| -> Stamp {
        Stamp::of(move |sequence, now_ns| {
            let order_id = earlier(sequence, back);
            let amended =
                ReplaceOrder { account_id, flags, order_id, price, qty, client_order_id: Text::EMPTY };
            packed(&amended, sequence, now_ns)
        })
    });
    prop_oneof![cancel, replace]
}

fn controls() -> impl Strategy<Value = Stamp> {
    let phase = (1u32..4, usually(Phase::Continuous)).prop_map(|(instrument_id, phase)| -> Stamp {
        Stamp::of(move |sequence, now_ns| packed(&SetPhase { instrument_id, phase }, sequence, now_ns))
    });
    let own =
        (accounts(), any_of::<SelfTradeMode>(), 0u32..3).prop_map(|(account_id, mode, group_id)| -> Stamp {
            Stamp::of(move |sequence, now_ns| {
                packed(&SetSelfTradePrevention { account_id, mode, group_id }, sequence, now_ns)
            })
        });
    let state = (accounts(), strategies(), usually(TradingState::Active)).prop_map(
        |(account_id, strategy_id, state)| -> Stamp {
            Stamp::of(move |sequence, now_ns| {
                packed(&SetTradingState { account_id, strategy_id, state, cause: "" }, sequence, now_ns)
            })
        },
    );
    let kill =
        (accounts(), strategies(), any::<bool>()).prop_map(|(account_id, strategy_id, resets)| -> Stamp {
            Stamp::of(move |sequence, now_ns| match resets {
                true => packed(&ResetKill { account_id, strategy_id, cause: "" }, sequence, now_ns),
                false => packed(&Kill { account_id, strategy_id, cause: "" }, sequence, now_ns),
            })
        });
    let mass = (accounts(), 0u32..3, 0u32..4).prop_map(|(account_id, instrument_id, side)| -> Stamp {
        Stamp::of(move |sequence, now_ns| {
            let mass = MassCancel { account_id, strategy_id: ANY_STRATEGY, instrument_id, side };
            packed(&mass, sequence, now_ns)
        })
    });
    prop_oneof![phase, own, state, kill, mass]
}

fn terms() -> impl Strategy<Value = Stamp> {
    let fees =
        (accounts(), 0u32..4, numbers(-500..2_000)).prop_map(|(account_id, instrument_id, fee)| -> Stamp {
            Stamp::of(move |sequence, now_ns| {
                packed(
                    &SetFees { account_id, instrument_id, maker_fee: fee / -4, taker_fee: fee },
                    sequence,
                    now_ns,
                )
            })
        });
    let limits = (accounts(), strategies(), numbers(0..3_000), 0i64..6).prop_map(
        |(account_id, strategy_id, money, few)| -> Stamp {
            Stamp::of(move |sequence, now_ns| {
                let limits = SetLimits {
                    account_id,
                    strategy_id,
                    max_order_notional: money,
                    max_position_notional: money.saturating_mul(UNIT),
                    max_exposure_notional: 0,
                    max_daily_loss: few * UNIT,
                    max_drawdown: few * 1_000,
                    leverage: few,
                    max_open_orders: few,
                    max_orders_per_second: few,
                };
                packed(&limits, sequence, now_ns)
            })
        },
    );
    prop_oneof![fees, limits]
}

/// Commands, and how long the clock runs before each.
fn stream() -> impl Strategy<Value = Vec<(Stamp, i64)>> {
    let idle = Just(())
        .prop_map(|()| -> Stamp { Stamp::of(|sequence, now_ns| packed(&AdvanceTime {}, sequence, now_ns)) });
    let command = prop_oneof![12 => orders(), 4 => amendments(), 2 => controls(), 1 => terms(), 1 => idle];
    let long_ns = prop_oneof![1 => Just(5 * SECOND_NS), 1 => Just(90_000 * SECOND_NS)];
    let pause_ns = prop_oneof![6 => Just(0i64), 2 => 1i64..SECOND_NS, 2 => long_ns];
    prop::collection::vec((command, pause_ns), 1..70)
}

/// The stamped records of the opening and of a stream.
fn records(stream: Vec<(Stamp, i64)>) -> Vec<Vec<u8>> {
    let mut now_ns = START_NS;
    let opened = opening();
    let commands =
        opened.iter().map(|stamp| (stamp, 0)).chain(stream.iter().map(|(stamp, pause)| (stamp, *pause)));
    (1..)
        .zip(commands)
        .map(|(sequence, (stamp, pause_ns))| {
            now_ns += pause_ns;
            (stamp.0)(sequence, now_ns)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

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
    fn a_restored_engine_goes_on_like_the_first(commands in stream().prop_map(records), at in any::<Index>()) {
        let (mut first, mut second) = (Engine::new(), Engine::new());
        for (place, record) in commands.iter().enumerate() {
            if place == at.index(commands.len()) {
                let snapshot = first.snapshot();
                second = Engine::restore(&snapshot).expect("our own snapshot");
                prop_assert_eq!(second.snapshot(), snapshot);
            }
            let events = first.apply(record).expect("the command continues").to_vec();
            if second.sequence() + 1 == first.sequence() {
                prop_assert_eq!(second.apply(record).expect("the command continues"), &events[..]);
            }
        }
        prop_assert_eq!(first.state_hash(), second.state_hash());
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
