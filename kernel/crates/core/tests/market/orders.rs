//! Orders of every type, in every form, that meet, wait, are tied, quoted, collected and amended.

use cambist_wire::commands::{
    CancelOrder, MarketUpdate, NewInstructedOrder, NewOrder, ReplaceOrder, SetPhase, VenueReport,
};
use cambist_wire::participants::{MassQuote, SetMarketMakerProtection};
use cambist_wire::{Contingency, Field, OrderFlags, OrderType, Phase, Side, Text, TimeInForce};
use proptest::prelude::*;

use super::{
    OUTSIDE, PLAIN, SECOND_NS, SHARED, SPOT, Stamp, Story, accounts, always, any_of, instruments, numbers,
    packed, strategies, usually,
};

const TYPES: [OrderType; 9] = [
    OrderType::Limit,
    OrderType::Market,
    OrderType::Stop,
    OrderType::StopLimit,
    OrderType::TrailingStop,
    OrderType::MarketIfTouched,
    OrderType::LimitIfTouched,
    OrderType::MarketToLimit,
    OrderType::Pegged,
];

/// Who asks, and for what; prices count from where everything began.
#[derive(Clone, Copy, Debug)]
struct Asked {
    instrument_id: u32,
    account_id: u32,
    strategy_id: u32,
    side: Side,
    order_type: OrderType,
    time_in_force: TimeInForce,
    flags: OrderFlags,
    price: i64,
    qty: i64,
    trigger_price: i64,
    offset: i64,
    choice: u8,
    display_qty: i64,
    min_qty: i64,
    contingency: Contingency,
    name: &'static str,
}

impl Asked {
    fn plain(instrument_id: u32, account_id: u32, side: Side, price: i64, qty: i64) -> Self {
        Self {
            instrument_id,
            account_id,
            strategy_id: 0,
            side,
            order_type: OrderType::Limit,
            time_in_force: TimeInForce::Gtc,
            flags: OrderFlags::NONE,
            price,
            qty,
            trigger_price: 0,
            offset: 0,
            choice: 0,
            display_qty: 0,
            min_qty: 0,
            contingency: Contingency::None,
            name: "",
        }
    }

    fn expire_ns(&self, now_ns: i64) -> i64 {
        if self.time_in_force == TimeInForce::Gtd { now_ns + SECOND_NS } else { 0 }
    }

    fn stamp(self) -> Stamp {
        Stamp::of(move |sequence, now_ns| {
            let Self { instrument_id, account_id, strategy_id, side, order_type, time_in_force, .. } = self;
            let order = NewInstructedOrder {
                instrument_id,
                account_id,
                strategy_id,
                side,
                order_type,
                time_in_force,
                flags: self.flags,
                price: self.price,
                qty: self.qty,
                expire_ns: self.expire_ns(now_ns),
                trigger_source: number(self.choice % 3),
                offset_unit: number(u8::from(order_type == OrderType::TrailingStop && self.offset > 9)),
                peg_reference: number(if order_type == OrderType::Pegged { self.choice % 3 } else { 0 }),
                contingency: self.contingency,
                group_id: u32::from(self.contingency != Contingency::None),
                display_qty: self.display_qty,
                min_qty: self.min_qty,
                trigger_price: self.trigger_price,
                offset: self.offset,
                client_order_id: self.name.into(),
            };
            packed(&order, sequence, now_ns)
        })
    }

    /// The same as a command that can say no more.
    fn plain_stamp(self) -> Stamp {
        Stamp::of(move |sequence, now_ns| {
            let Self { instrument_id, account_id, strategy_id, side, order_type, time_in_force, .. } = self;
            let order = NewOrder {
                instrument_id,
                account_id,
                strategy_id,
                side,
                order_type,
                time_in_force,
                flags: self.flags,
                price: self.price,
                qty: self.qty,
                expire_ns: self.expire_ns(now_ns),
                client_order_id: self.name.into(),
            };
            packed(&order, sequence, now_ns)
        })
    }
}

fn number<T: Field>(number: u8) -> T {
    T::get(&[number]).expect("a value of the enumeration")
}

fn flags(bits: u8) -> OrderFlags {
    number(bits)
}

/// What goes with a type, mostly.
fn fitted(mut asked: Asked, is_odd: bool) -> Asked {
    let is_priced =
        matches!(asked.order_type, OrderType::Limit | OrderType::StopLimit | OrderType::LimitIfTouched);
    asked.price = if is_priced || is_odd { asked.price } else { 0 };
    match asked.order_type {
        OrderType::Market if !is_odd => asked.time_in_force = TimeInForce::Ioc,
        OrderType::TrailingStop => (asked.trigger_price, asked.offset) = (0, 1 + asked.offset.abs() * 4),
        OrderType::Pegged => (asked.trigger_price, asked.choice) = (0, asked.choice),
        _ => asked.offset = 0,
    }
    let waits = asked.order_type.waits();
    if !waits {
        asked.trigger_price = 0;
        asked.choice = if asked.order_type == OrderType::Pegged { asked.choice } else { 0 };
    }
    if asked.account_id > 2 && !is_odd {
        asked.contingency = Contingency::None;
    }
    asked
}

pub fn orders() -> impl Strategy<Value = Stamp> {
    let order_type = prop_oneof![3 => Just(OrderType::Limit), 4 => prop::sample::select(TYPES.to_vec())];
    let flagged = prop_oneof![
        8 => Just(flags(0)),
        3 => prop::sample::select(vec![1u8, 2, 2, 16, 33]).prop_map(flags),
        1 => any_of(),
    ];
    let names = (instruments(), accounts(), strategies());
    let kinds = (any_of(), order_type, usually(TimeInForce::Gtc), flagged);
    let sizes = (numbers(96..105), numbers(1..20), 95i64..106, -2i64..3, 0u8..6);
    let contingency = prop_oneof![
        6 => Just(Contingency::None),
        1 => Just(Contingency::Oco),
        1 => Just(Contingency::Parent),
        1 => Just(Contingency::Child),
    ];
    let slices = prop_oneof![5 => Just(0i64), 1 => 1i64..5];
    let rest = (slices, prop_oneof![9 => Just(0i64), 1 => 1i64..6], contingency, 0usize..8, 0u8..20);
    (names, kinds, sizes, rest).prop_map(|(names, kinds, sizes, rest)| {
        let asked = Asked {
            instrument_id: names.0,
            account_id: names.1,
            strategy_id: if names.1 == 1 { names.2 } else { 0 },
            side: kinds.0,
            order_type: kinds.1,
            time_in_force: kinds.2,
            flags: kinds.3,
            price: sizes.0,
            qty: sizes.1,
            trigger_price: sizes.2,
            offset: sizes.3,
            choice: sizes.4,
            display_qty: rest.0,
            min_qty: rest.1,
            contingency: rest.2,
            name: if rest.3 == 0 { "same" } else { "" },
        };
        let is_plain = asked.order_type == OrderType::Limit && rest.4 % 2 == 0;
        let asked = fitted(asked, rest.4 == 1);
        if is_plain { asked.plain_stamp() } else { asked.stamp() }
    })
}

/// One rests, and another comes that reaches it.
pub fn meetings() -> impl Strategy<Value = Story> {
    let names = (prop_oneof![4 => Just(PLAIN), 2 => Just(SHARED), 1 => Just(SPOT)], 1u32..5, 1u32..5);
    let slices = prop_oneof![4 => Just(0i64), 1 => 1i64..4];
    (names, any_of::<Side>(), 97i64..104, 1i64..15, 1i64..15, slices).prop_map(
        |((instrument_id, first, second), side, price, rests, qty, display_qty)| {
            let maker = Asked::plain(instrument_id, first, side, price, rests);
            let taker = Asked::plain(instrument_id, second, side.opposite(), price, qty);
            vec![(Asked { display_qty, ..maker }.stamp(), 0), (taker.plain_stamp(), 0)]
        },
    )
}

/// Two exits and an entry, of which a part is filled.
pub fn brackets() -> impl Strategy<Value = Story> {
    (any_of::<Side>(), 1i64..12, 1i64..12, 1i64..12, 1i64..12, any::<bool>()).prop_map(
        |(side, profit, stop, filled, entry, ends)| {
            let (exits, sign) = (side.opposite(), side.sign());
            let child = |asked: Asked| Asked { contingency: Contingency::Child, ..asked }.stamp();
            let at = Asked::plain(PLAIN, 1, exits, 100 + 2 * sign, profit);
            let beyond = Asked::plain(PLAIN, 1, exits, 0, stop);
            let stopped = Asked { order_type: OrderType::Stop, trigger_price: 100 - 3 * sign, ..beyond };
            let parent = Asked::plain(PLAIN, 1, side, 100, entry);
            let time_in_force = if ends { TimeInForce::Ioc } else { TimeInForce::Gtc };
            vec![
                (child(at), 0),
                (child(Asked { flags: flags(2), ..stopped }), 0),
                (Asked::plain(PLAIN, 3, exits, 100, filled).stamp(), 0),
                (Asked { contingency: Contingency::Parent, time_in_force, ..parent }.stamp(), 0),
            ]
        },
    )
}

/// Orders are collected, and what happens to them then.
pub fn auctions() -> impl Strategy<Value = Story> {
    let begins =
        prop::sample::select(vec![Phase::OpeningAuction, Phase::VolatilityAuction, Phase::ClosingAuction]);
    let ends = prop::sample::select(vec![Phase::Continuous, Phase::Continuous, Phase::Halted, Phase::Closed]);
    let order = (1u32..5, any_of::<Side>(), 97i64..104, 1i64..15);
    let collected = prop::collection::vec(order, 2..7);
    (1u32..3, begins, collected, ends).prop_map(|(instrument_id, begins, collected, ends)| {
        let phase = |phase: Phase| (always(SetPhase { instrument_id, phase }), 0);
        let orders = collected.into_iter().map(|(account_id, side, price, qty)| {
            (Asked::plain(instrument_id, account_id, side, price, qty).plain_stamp(), 0)
        });
        std::iter::once(phase(begins)).chain(orders).chain([phase(ends)]).collect()
    })
}

/// An order sent not long before.
fn earlier(sequence: u64, back: u64) -> u64 {
    sequence.saturating_sub(back)
}

pub fn amendments() -> impl Strategy<Value = Stamp> {
    let cancel = (accounts(), 1u64..20).prop_map(|(account_id, back)| -> Stamp {
        Stamp::of(move |sequence, now_ns| {
            let order_id = earlier(sequence, back);
            packed(&CancelOrder { account_id, order_id, client_order_id: Text::EMPTY }, sequence, now_ns)
        })
    });
    let replace = (accounts(), 1u64..20, numbers(95..106), numbers(1..20), usually(OrderFlags::NONE));
    let replace = replace.prop_map(|(account_id, back, price, qty, flags)| -> Stamp {
        Stamp::of(move |sequence, now_ns| {
            let order_id = earlier(sequence, back);
            let amended =
                ReplaceOrder { account_id, flags, order_id, price, qty, client_order_id: Text::EMPTY };
            packed(&amended, sequence, now_ns)
        })
    });
    prop_oneof![1 => cancel, 3 => replace]
}

/// Of one to three quotes, about where the market is.
pub fn quotes() -> impl Strategy<Value = Stamp> {
    let entry = (1u32..4, 96i64..101, 0i64..6, 100i64..104, 0i64..6);
    let flagged = prop::sample::select(vec![0u8, 0, 0, 1, 33]).prop_map(flags);
    (accounts(), instruments(), flagged, prop::collection::vec(entry, 1..4)).prop_map(
        |(account_id, instrument_id, flags, entries)| quote_of(account_id, instrument_id, flags, &entries),
    )
}

/// quote_id, price and lots of the bid, price and lots of the ask.
type Entry = (u32, i64, i64, i64, i64);

fn quote_of(account_id: u32, instrument_id: u32, flags: OrderFlags, entries: &[Entry]) -> Stamp {
    let mut quotes = Vec::new();
    for &(quote_id, bid_price, bid_qty, ask_price, ask_qty) in entries {
        quotes.extend_from_slice(&u64::from(quote_id).to_le_bytes());
        for number in [bid_price, bid_qty, ask_price, ask_qty] {
            quotes.extend_from_slice(&number.to_le_bytes());
        }
    }
    Stamp::of(move |sequence, now_ns| {
        let quote = MassQuote { account_id, strategy_id: 0, instrument_id, flags, quotes: &quotes };
        packed(&quote, sequence, now_ns)
    })
}

/// Quotes with a protection, and somebody who hits them.
pub fn hit_quotes() -> impl Strategy<Value = Story> {
    (1u32..3, 1u32..5, 1i64..4, any_of::<Side>()).prop_map(|(instrument_id, account_id, max_fills, side)| {
        let protection = SetMarketMakerProtection {
            account_id,
            instrument_id,
            window_ns: SECOND_NS,
            max_fills,
            max_qty: 0,
            max_delta: 0,
        };
        let entries = [(1u32, 99, 2, 101, 2), (2, 98, 2, 102, 2), (3, 97, 2, 103, 2)];
        let taker = Asked::plain(instrument_id, account_id % 4 + 1, side, 100 + 3 * side.sign(), 5);
        vec![
            (always(protection), 0),
            (quote_of(account_id, instrument_id, OrderFlags::NONE, &entries), 0),
            (Asked { time_in_force: TimeInForce::Ioc, ..taker }.plain_stamp(), 0),
        ]
    })
}

/// What an outside market says, of itself and of our orders.
pub fn outside() -> impl Strategy<Value = Stamp> {
    let market = (95i64..106).prop_map(|last_price| -> Stamp {
        let (bid_price, ask_price) = (last_price - 1, last_price + 1);
        always(MarketUpdate { instrument_id: OUTSIDE, bid_price, ask_price, last_price })
    });
    let report = (1u64..20, any_of(), any::<bool>(), numbers(95..106), numbers(1..20)).prop_map(
        |(back, report, is_maker, price, qty)| -> Stamp {
            Stamp::of(move |sequence, now_ns| {
                let order_id = earlier(sequence, back);
                let told =
                    VenueReport { order_id, exec_id: sequence, report, is_maker, reason: 0, price, qty };
                packed(&told, sequence, now_ns)
            })
        },
    );
    prop_oneof![1 => market, 3 => report]
}
