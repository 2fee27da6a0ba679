//! What the engine asks of the allocator: nothing in a steady state, and little for an order that rests.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use cambist_core::Engine;
use cambist_wire::commands::{AdjustBalance, CancelOrder, DefineInstrument, NewOrder, OpenAccount};
use cambist_wire::{
    AccountKind, MatchingRule, OrderFlags, OrderType, Phase, Record, Side, Text, TimeInForce, VenueKind,
};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static LIVE_BYTES: Cell<i64> = const { Cell::new(0) };
}

/// The system's allocator, with a count per thread, as tests run in threads of their own.
struct Counting;

fn count(bytes: i64) {
    ALLOCATIONS.set(ALLOCATIONS.get() + u64::from(bytes > 0));
    LIVE_BYTES.set(LIVE_BYTES.get() + bytes);
}

// SAFETY: everything is passed on to the system's allocator; the counters allocate nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as i64);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as i64));
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(-(layout.size() as i64));
        count(size as i64);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const DESK: u32 = 1;
const MEMBER: u32 = 2;
const BEST: i64 = 10_000;

/// An engine with one instrument and two accounts, and the buffer its commands are packed into.
struct Market {
    engine: Engine,
    command: Vec<u8>,
}

impl Market {
    fn open() -> Self {
        let mut market = Self { engine: Engine::new(), command: Vec::with_capacity(256) };
        market.apply(&DefineInstrument {
            instrument_id: 1,
            venue: VenueKind::Internal,
            phase: Phase::Continuous,
            matching: MatchingRule::PriceTime,
            top_order_priority: false,
            instrument_kind: cambist_wire::InstrumentKind::Perpetual,
            tick_size: 1,
            lot_size: 1,
            unit_value: 1,
            min_notional: 0,
            max_order_qty: 1 << 30,
            price_band: 0,
            reference_price: BEST,
            minimum_allocation: 0,
            base_asset_id: 0,
            quote_asset_id: 0,
            max_fee: 0,
            symbol: "BTC",
        });
        market.apply(&OpenAccount { account_id: DESK, account_kind: AccountKind::Desk, name: "desk" });
        market.apply(&OpenAccount { account_id: MEMBER, account_kind: AccountKind::Member, name: "member" });
        market.apply(&AdjustBalance { account_id: DESK, amount: 1 << 60 });
        market
    }

    /// The size in bytes of what came back.
    fn apply(&mut self, command: &impl Record) -> usize {
        self.command.clear();
        command.encode(self.engine.sequence() + 1, 1, &mut self.command);
        self.engine.apply(&self.command).expect("the command continues").len()
    }

    /// Gives the order's id.
    fn order(&mut self, account_id: u32, side: Side, price: i64, qty: i64, client_order_id: &str) -> u64 {
        self.apply(&order(account_id, side, price, qty, client_order_id));
        self.engine.sequence()
    }

    fn cancel(&mut self, account_id: u32, order_id: u64) -> usize {
        self.apply(&CancelOrder { account_id, order_id, client_order_id: Text::EMPTY })
    }

    /// Ten operations: orders that rest, that trade in part and in full, that are canceled; by desk and member.
    fn round(&mut self, number: u64) {
        let away = (number % 500) as i64;
        let text = &mut [0; 20];
        let bought = self.order(MEMBER, Side::Sell, BEST, 5, "");
        self.order(DESK, Side::Buy, BEST, 3, digits(number * 4, text));
        self.order(DESK, Side::Buy, BEST, 4, digits(number * 4 + 1, text));
        self.order(MEMBER, Side::Sell, BEST, 2, "");
        self.order(DESK, Side::Sell, BEST + 1, 7, digits(number * 4 + 2, text));
        self.order(MEMBER, Side::Buy, BEST + 1, 7, "");
        let quote = self.order(MEMBER, Side::Sell, BEST + 10 + away, 9, "");
        let order = self.order(DESK, Side::Buy, BEST - 10 - away, 9, digits(number * 4 + 3, text));
        assert!(self.cancel(MEMBER, quote) > 0 && self.cancel(DESK, order) > 0);
        assert!(bought > 0);
    }
}

/// A LIMIT order that rests until it is canceled.
fn order(account_id: u32, side: Side, price: i64, qty: i64, client_order_id: &str) -> NewOrder<'_> {
    NewOrder {
        instrument_id: 1,
        account_id,
        strategy_id: 0,
        side,
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::Gtc,
        flags: OrderFlags::NONE,
        price,
        qty,
        expire_ns: 0,
        client_order_id: client_order_id.into(),
    }
}

/// A number as text, without an allocation.
fn digits(mut number: u64, text: &mut [u8; 20]) -> &str {
    let mut start = text.len();
    loop {
        start -= 1;
        text[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return std::str::from_utf8(&text[start..]).expect("digits");
        }
    }
}

#[test]
fn orders_with_an_end_of_their_own_leave_nothing_behind() {
    let mut market = Market::open();
    let mut come_and_go = |count: i64| {
        for number in 0..count {
            for (time_in_force, expire_ns) in [(TimeInForce::Day, 0), (TimeInForce::Gtd, 1 << 50)] {
                for account_id in [DESK, MEMBER] {
                    market.apply(&NewOrder {
                        time_in_force,
                        expire_ns,
                        ..order(account_id, Side::Buy, BEST - 1 - number % 100, 1, "")
                    });
                    let order_id = market.engine.sequence();
                    assert!(market.cancel(account_id, order_id) > 0);
                }
            }
        }
    };
    come_and_go(5_000);
    let before = LIVE_BYTES.get();
    come_and_go(20_000);
    assert!(LIVE_BYTES.get() - before < 1 << 14, "{} bytes more", LIVE_BYTES.get() - before);
}

#[test]
fn a_million_steady_operations_allocate_nothing() {
    const WARM_UP: u64 = 40_000;
    const ROUNDS: u64 = 100_000;
    let mut market = Market::open();
    (0..WARM_UP).for_each(|number| market.round(number));
    let before = ALLOCATIONS.get();
    (WARM_UP..WARM_UP + ROUNDS).for_each(|number| market.round(number));
    assert_eq!(ALLOCATIONS.get() - before, 0);
}

#[test]
fn a_resting_order_of_a_member_takes_at_most_128_bytes() {
    const ORDERS: i64 = 1_000_000;
    let mut market = Market::open();
    market.order(MEMBER, Side::Buy, BEST, 1, "");
    let before = LIVE_BYTES.get();
    for number in 0..ORDERS {
        market.order(MEMBER, Side::Buy, 1 + number % 1_000, 1, "");
    }
    let bytes_per_order = (LIVE_BYTES.get() - before) as f64 / ORDERS as f64;
    assert!(bytes_per_order <= 128.0, "{bytes_per_order:.1} bytes an order");
}
