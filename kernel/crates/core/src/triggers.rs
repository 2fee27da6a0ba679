//! Orders of one instrument that wait for a trigger, sorted by trigger price: the due ones are found without a scan.
//! They are named by their slots among the venue's orders.

use std::collections::{BTreeMap, BTreeSet};

use cambist_wire::{OrderType, Side, TriggerSource};

use crate::trailing::{Distance, Trails};

/// How many values can be watched: see [`Values`].
const WATCHED: usize = 4;

/// What can be watched: last, mark, bid, ask in ticks; 0 where unknown.
pub type Values = [i64; WATCHED];

/// What an order waits for.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// As the sequence of its command: the first of the due ones triggers first.
    pub order_id: u64,
    /// Which way it trades.
    pub side: Side,
    /// A stop, a trailing stop, or one that waits to be touched.
    pub order_type: OrderType,
    /// What it watches.
    pub source: TriggerSource,
    /// Of a trailing stop.
    pub distance: Distance,
    /// The trigger price; of a trailing stop the best value it has seen.
    pub price: i64,
}

/// An order that triggers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Triggered {
    /// Among the venue's orders.
    pub slot: u32,
    /// In ticks.
    pub trigger_price: i64,
    /// What the condition was seen to hold for.
    pub seen_price: i64,
}

/// All that wait on one instrument.
#[derive(Clone, Debug)]
pub struct TriggerBook {
    waiting: BTreeMap<u32, Terms>,
    /// By watched value: (trigger price, slot) of those that wait for it to rise.
    rising: [BTreeSet<(i64, u32)>; WATCHED],
    /// Of those that wait for it to fall.
    falling: [BTreeSet<(i64, u32)>; WATCHED],
    /// By watched value, then side.
    trailing: [[Trails; 2]; WATCHED],
    /// By order_id.
    due: BTreeMap<u64, Triggered>,
    /// Whether the engine has noted that it must look.
    pub is_noted: bool,
}

impl Default for TriggerBook {
    fn default() -> Self {
        Self {
            waiting: BTreeMap::new(),
            rising: Default::default(),
            falling: Default::default(),
            trailing: std::array::from_fn(|_| [Trails::new(Side::Buy), Trails::new(Side::Sell)]),
            due: BTreeMap::new(),
            is_noted: false,
        }
    }
}

impl Terms {
    /// Which of the values it watches.
    fn watched(&self) -> usize {
        match (self.source, self.side) {
            (TriggerSource::Last, _) => 0,
            (TriggerSource::Mark, _) => 1,
            (TriggerSource::BidAsk, Side::Sell) => 2,
            (TriggerSource::BidAsk, Side::Buy) => 3,
        }
    }

    /// Stops wait for the market to go their way, the others for it to come to them.
    fn waits_for_a_rise(&self) -> bool {
        let is_stop = matches!(self.order_type, OrderType::Stop | OrderType::StopLimit);
        is_stop == (self.side == Side::Buy)
    }

    fn trails(&self) -> bool {
        self.order_type == OrderType::TrailingStop
    }
}

impl TriggerBook {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// All that wait.
    pub fn slots(&self) -> impl Iterator<Item = u32> {
        self.waiting.keys().copied()
    }

    /// An order begins to wait.
    pub fn add(&mut self, slot: u32, terms: Terms) {
        self.waiting.insert(slot, terms);
        self.place(slot, terms);
    }

    /// An order waits no longer.
    pub fn remove(&mut self, slot: u32) {
        let Some(terms) = self.waiting.remove(&slot) else { return };
        if self.due.remove(&terms.order_id).is_none() {
            self.displace(slot, &terms);
        }
    }

    /// Give an order another trigger price.
    pub fn change_price(&mut self, slot: u32, price: i64) {
        let Some(&terms) = self.waiting.get(&slot) else { return };
        self.remove(slot);
        self.add(slot, Terms { price, ..terms });
    }

    /// The trigger price of an order and, of a trailing stop, the best value it has seen.
    pub fn state_of(&self, slot: u32) -> (i64, i64) {
        match self.waiting.get(&slot) {
            Some(terms) if terms.trails() => {
                let (best, trigger) = self.trails_of(terms).state_of(slot);
                (trigger, best)
            }
            Some(terms) => (terms.price, 0),
            None => (0, 0),
        }
    }

    /// Compare what is watched with what is waited for. What is due stays so until it triggers.
    pub fn look(&mut self, values: &Values) {
        for (watched, &value) in values.iter().enumerate().filter(|(_, value)| **value > 0) {
            while let Some(&(price, slot)) = self.rising[watched].first().filter(|first| first.0 <= value) {
                self.rising[watched].pop_first();
                self.make_due(slot, price, value);
            }
            while let Some(&(price, slot)) = self.falling[watched].last().filter(|last| last.0 >= value) {
                self.falling[watched].pop_last();
                self.make_due(slot, price, value);
            }
            for side in [0, 1] {
                self.look_at_trails(watched, side, value);
            }
        }
    }

    /// Nothing triggers now: what is due waits again.
    pub fn wait_again(&mut self) {
        for (_, triggered) in std::mem::take(&mut self.due) {
            if let Some(&terms) = self.waiting.get(&triggered.slot) {
                self.place(triggered.slot, terms);
            }
        }
    }

    /// Whether anything is due.
    pub fn has_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// Take the due order with the lowest order_id out.
    pub fn take_due(&mut self) -> Option<Triggered> {
        let (_, triggered) = self.due.pop_first()?;
        self.waiting.remove(&triggered.slot);
        Some(triggered)
    }

    fn look_at_trails(&mut self, watched: usize, side: usize, value: i64) {
        let mut due = Vec::new();
        let trails = &mut self.trailing[watched][side];
        trails.look(value, &mut due);
        for (slot, best, trigger) in due {
            if let Some(terms) = self.waiting.get_mut(&slot) {
                terms.price = best;
            }
            self.make_due(slot, trigger, value);
        }
    }

    fn make_due(&mut self, slot: u32, trigger_price: i64, seen_price: i64) {
        if let Some(terms) = self.waiting.get(&slot) {
            self.due.insert(terms.order_id, Triggered { slot, trigger_price, seen_price });
        }
    }

    fn place(&mut self, slot: u32, terms: Terms) {
        let watched = terms.watched();
        if terms.trails() {
            self.trailing[watched][terms.side as usize].add(slot, terms.distance, terms.price);
        } else if terms.waits_for_a_rise() {
            self.rising[watched].insert((terms.price, slot));
        } else {
            self.falling[watched].insert((terms.price, slot));
        }
    }

    fn displace(&mut self, slot: u32, terms: &Terms) {
        let watched = terms.watched();
        if terms.trails() {
            self.trailing[watched][terms.side as usize].remove(slot);
        } else if terms.waits_for_a_rise() {
            self.rising[watched].remove(&(terms.price, slot));
        } else {
            self.falling[watched].remove(&(terms.price, slot));
        }
    }

    fn trails_of(&self, terms: &Terms) -> &Trails {
        &self.trailing[terms.watched()][terms.side as usize]
    }
}
