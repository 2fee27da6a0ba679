//! What events have said so far, and what they may never say: lots and positions are conserved, nothing is skipped, the
//! book is not crossed in continuous trading.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cambist_wire::commands::{NewInstructedOrder, NewOrder};
use cambist_wire::events::{
    BookDelta, InstrumentDefined, OrderCanceled, OrderExpired, OrderFilled, OrderReleased, OrderReplaced,
    PhaseChanged, Trade,
};
use cambist_wire::participants::{FillAdjusted, MassQuote};
use cambist_wire::{HEADER_BYTES, Header, Phase, Side, VenueKind};

const QUOTE_BYTES: usize = 40;
const QUOTE_ORDER: u64 = 1 << 62;

/// Kept from the first command on.
#[derive(Default)]
pub struct Facts {
    event_sequence: u64,
    now_ns: i64,
    trade_id: u64,
    phases: HashMap<u32, Phase>,
    outside: BTreeSet<u32>,
    /// Displayed lots by instrument, side and price.
    levels: BTreeMap<(u32, bool, i64), i64>,
    /// Total and filled lots by order_id, of what was asked for and has not ended.
    orders: HashMap<u64, (i64, i64)>,
    /// Signed, over all accounts, by instrument.
    positions: HashMap<u32, i128>,
    /// How often each kind of event was stated.
    pub seen: BTreeMap<u8, usize>,
}

impl Facts {
    /// Take in a command and what it caused. Panics where that cannot be.
    pub fn take(&mut self, command: &[u8], events: &[u8]) {
        self.take_command(command);
        let mut rest = events;
        while !rest.is_empty() {
            let header = Header::read(rest).expect("events are records");
            let (record, behind) = rest.split_at(header.size);
            assert_eq!(header.sequence, self.event_sequence + 1, "events are numbered without gaps");
            assert!(header.now_ns >= self.now_ns, "time never steps back");
            (self.event_sequence, self.now_ns) = (header.sequence, header.now_ns);
            *self.seen.entry(header.kind).or_default() += 1;
            self.take_event(header.kind, &record[HEADER_BYTES..]);
            rest = behind;
        }
        self.check_books();
        for (instrument, position) in &self.positions {
            assert_eq!(*position, 0, "what one side of {instrument} holds the other owes");
        }
    }

    fn take_command(&mut self, command: &[u8]) {
        let header = Header::read(command).expect("it is a record");
        let (fixed, tail) = (&command[HEADER_BYTES..], &command[..0]);
        match header.kind {
            NewOrder::KIND => {
                let order = NewOrder::get(fixed, tail).expect("an order");
                self.orders.insert(header.sequence, (order.qty, 0));
            }
            NewInstructedOrder::KIND => {
                let order = NewInstructedOrder::get(fixed, tail).expect("an order");
                self.orders.insert(header.sequence, (order.qty, 0));
            }
            MassQuote::KIND => {
                let end = command.len() - header.tail_padding;
                let quotes = &command[HEADER_BYTES + MassQuote::FIXED_BYTES..end];
                for (place, entry) in (0u64..).zip(quotes.chunks_exact(QUOTE_BYTES)) {
                    let lots = |at: usize| i64::from_le_bytes(entry[at..at + 8].try_into().expect("8 bytes"));
                    let order_id = QUOTE_ORDER + header.sequence * 256 + 2 * place;
                    self.orders.insert(order_id, (lots(16), 0));
                    self.orders.insert(order_id + 1, (lots(32), 0));
                }
            }
            _ => {}
        }
    }

    fn take_event(&mut self, kind: u8, fixed: &[u8]) {
        match kind {
            InstrumentDefined::KIND => {
                let defined = InstrumentDefined::get(fixed, &[]).expect("its fixed part");
                self.phases.insert(defined.instrument_id, defined.phase);
                if defined.venue == VenueKind::External {
                    self.outside.insert(defined.instrument_id);
                }
            }
            PhaseChanged::KIND => {
                let changed = PhaseChanged::get(fixed, &[]).expect("an event");
                self.phases.insert(changed.instrument_id, changed.phase);
            }
            BookDelta::KIND => self.take_delta(&BookDelta::get(fixed, &[]).expect("an event")),
            Trade::KIND => {
                let trade = Trade::get(fixed, &[]).expect("an event");
                assert_eq!(trade.trade_id, self.trade_id + 1, "trades are numbered without gaps");
                self.trade_id = trade.trade_id;
            }
            FillAdjusted::KIND => {
                let adjusted = FillAdjusted::get(fixed, &[]).expect("an event");
                self.hold(adjusted.instrument_id, adjusted.side, adjusted.qty);
            }
            _ => self.take_order_event(kind, fixed),
        }
    }

    fn take_order_event(&mut self, kind: u8, fixed: &[u8]) {
        match kind {
            OrderFilled::KIND => {
                let filled = OrderFilled::get(fixed, &[]).expect("an event");
                self.hold(filled.instrument_id, filled.side, filled.last_qty);
                self.orders.entry(filled.order_id).and_modify(|(_, lots)| *lots += filled.last_qty);
                self.expect_leaves(filled.order_id, filled.leaves_qty);
            }
            OrderReplaced::KIND => {
                let replaced = OrderReplaced::get(fixed, &[]).expect("an event");
                self.orders.entry(replaced.order_id).and_modify(|(total, _)| *total = replaced.qty);
                self.expect_leaves(replaced.order_id, replaced.leaves_qty);
            }
            OrderReleased::KIND => {
                let released = OrderReleased::get(fixed, &[]).expect("an event");
                self.expect_leaves(released.order_id, released.qty);
            }
            OrderCanceled::KIND => {
                let canceled = OrderCanceled::get(fixed, &[]).expect("an event");
                self.expect_leaves(canceled.order_id, canceled.canceled_qty);
                self.orders.remove(&canceled.order_id);
            }
            OrderExpired::KIND => {
                let expired = OrderExpired::get(fixed, &[]).expect("an event");
                self.expect_leaves(expired.order_id, expired.canceled_qty);
                self.orders.remove(&expired.order_id);
            }
            _ => {}
        }
    }

    fn expect_leaves(&self, order_id: u64, leaves: i64) {
        let (total, filled) = self.orders.get(&order_id).expect("nobody hears of an order that has ended");
        assert_eq!(total - filled, leaves, "order {order_id}: what was asked for is filled, open or gone");
    }

    fn hold(&mut self, instrument_id: u32, side: Side, qty: i64) {
        if !self.outside.contains(&instrument_id) {
            *self.positions.entry(instrument_id).or_default() += i128::from(side.sign() * qty);
        }
    }

    fn take_delta(&mut self, delta: &BookDelta) {
        let level = (delta.instrument_id, delta.side == Side::Buy, delta.price);
        assert_eq!(delta.qty == 0, delta.order_count == 0, "a level has orders where it has lots");
        if delta.qty == 0 {
            self.levels.remove(&level);
        } else {
            self.levels.insert(level, delta.qty);
        }
    }

    fn check_books(&self) {
        for (instrument_id, phase) in &self.phases {
            let of =
                |is_bid| self.levels.range((*instrument_id, is_bid, 0)..=(*instrument_id, is_bid, i64::MAX));
            let best_bid = of(true).next_back().map(|((_, _, price), _)| *price);
            let best_ask = of(false).next().map(|((_, _, price), _)| *price);
            if let (Phase::Continuous, Some(bid), Some(ask)) = (*phase, best_bid, best_ask) {
                assert!(bid < ask, "instrument {instrument_id} is bid {bid} and offered at {ask}");
            }
        }
    }
}
