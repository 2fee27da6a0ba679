//! Market-maker protection: fills of quotes counted over a rolling window that ends now.

use std::collections::{BTreeMap, VecDeque};

use cambist_wire::participants::{ProtectionTriggered, SetMarketMakerProtection};
use cambist_wire::snapshot::{ProtectionFillRow, ProtectionRow};

/// No window counts more fills: what a protection remembers is bounded by its own limit.
const MAX_FILLS: i64 = 4_096;
const MAX_WINDOW_NS: i64 = 86_400_000_000_000;

/// One protection. Limits of 0 do not apply; a fill counts for as long as it is younger than the window.
#[derive(Clone, Debug)]
struct Protection {
    window_ns: i64,
    max_fills: i64,
    max_qty: i64,
    max_delta: i64,
    is_triggered: bool,
    /// Instant and signed lots, oldest first.
    fills: VecDeque<(i64, i64)>,
    /// Sums over the fills: lots, and lots bought less lots sold.
    qty: i64,
    delta: i64,
}

impl Protection {
    /// Take a fill in; whether it reached a limit.
    fn count(&mut self, now_ns: i64, qty: i64) -> bool {
        while let Some(&(filled_ns, old)) = self.fills.front()
            && now_ns - filled_ns >= self.window_ns
        {
            self.fills.pop_front();
            self.qty -= old.abs();
            self.delta -= old;
        }
        self.take(now_ns, qty);
        self.fills.len() as i64 >= self.max_fills
            || self.max_qty > 0 && self.qty >= self.max_qty
            || self.max_delta > 0 && self.delta.abs() >= self.max_delta
    }

    fn take(&mut self, filled_ns: i64, qty: i64) {
        self.fills.push_back((filled_ns, qty));
        self.qty += qty.abs();
        self.delta += qty;
    }

    /// No more counting until it is reset.
    fn trigger(&mut self) {
        self.is_triggered = true;
        self.fills.clear();
        self.qty = 0;
        self.delta = 0;
    }
}

/// Every protection, by account and instrument (0: all of them together), and what was triggered.
#[derive(Clone, Debug, Default)]
pub struct Protections {
    table: BTreeMap<(u32, u32), Protection>,
    /// Not stated yet, in the order in which it happened.
    pub triggered: VecDeque<ProtectionTriggered>,
}

impl Protections {
    /// New limits begin with an empty window; whether quotes are pulled stays as it is. False: out of bounds.
    pub fn set(&mut self, change: &SetMarketMakerProtection) -> bool {
        let key = (change.account_id, change.instrument_id);
        if change.window_ns == 0 {
            self.table.remove(&key);
            return true;
        }
        let is_sound = (1..=MAX_WINDOW_NS).contains(&change.window_ns)
            && (1..=MAX_FILLS).contains(&change.max_fills)
            && change.max_qty >= 0
            && change.max_delta >= 0;
        if is_sound {
            let is_triggered = self.table.get(&key).is_some_and(|protection| protection.is_triggered);
            self.table.insert(
                key,
                Protection {
                    window_ns: change.window_ns,
                    max_fills: change.max_fills,
                    max_qty: change.max_qty,
                    max_delta: change.max_delta,
                    is_triggered,
                    fills: VecDeque::new(),
                    qty: 0,
                    delta: 0,
                },
            );
        }
        is_sound
    }

    /// Quotes may come again. False: they were not pulled.
    pub fn reset(&mut self, account_id: u32, instrument_id: u32) -> bool {
        let protection = self.table.get_mut(&(account_id, instrument_id));
        protection.is_some_and(|protection| std::mem::replace(&mut protection.is_triggered, false))
    }

    /// Whether a protection that concerns the instrument waits for its reset.
    pub fn are_quotes_pulled(&self, account_id: u32, instrument_id: u32) -> bool {
        [instrument_id, 0].into_iter().any(|instrument_id| {
            self.table.get(&(account_id, instrument_id)).is_some_and(|protection| protection.is_triggered)
        })
    }

    /// A fill of a quote's order, signed, for its instrument and for all together.
    #[cold]
    pub fn count(&mut self, account_id: u32, instrument_id: u32, now_ns: i64, signed_qty: i64) {
        for instrument_id in [instrument_id, 0] {
            let Some(protection) = self.table.get_mut(&(account_id, instrument_id)) else { continue };
            if !protection.is_triggered && protection.count(now_ns, signed_qty) {
                self.triggered.push_back(ProtectionTriggered {
                    account_id,
                    instrument_id,
                    fills: protection.fills.len() as i64,
                    qty: protection.qty,
                    delta: protection.delta,
                });
                protection.trigger();
            }
        }
    }

    /// As rows of a snapshot.
    pub fn rows(&self) -> impl Iterator<Item = ProtectionRow> {
        self.table.iter().map(|(key, protection)| ProtectionRow {
            account_id: key.0,
            instrument_id: key.1,
            window_ns: protection.window_ns,
            max_fills: protection.max_fills,
            max_qty: protection.max_qty,
            max_delta: protection.max_delta,
            triggered: protection.is_triggered,
        })
    }

    /// The fills they count, as rows of a snapshot.
    pub fn fill_rows(&self) -> impl Iterator<Item = ProtectionFillRow> {
        self.table.iter().flat_map(|(key, protection)| {
            protection.fills.iter().map(|(filled_ns, qty)| ProtectionFillRow {
                account_id: key.0,
                instrument_id: key.1,
                filled_ns: *filled_ns,
                qty: *qty,
            })
        })
    }

    /// From a row of a snapshot.
    pub fn restore(&mut self, row: &ProtectionRow) -> Option<()> {
        let ProtectionRow { account_id, instrument_id, window_ns, max_fills, max_qty, max_delta, triggered } =
            *row;
        let change =
            SetMarketMakerProtection { account_id, instrument_id, window_ns, max_fills, max_qty, max_delta };
        self.set(&change).then_some(())?;
        self.table.get_mut(&(account_id, instrument_id))?.is_triggered = triggered;
        Some(())
    }

    /// A fill, from a row of a snapshot.
    pub fn restore_fill(&mut self, row: &ProtectionFillRow) -> Option<()> {
        let protection = self.table.get_mut(&(row.account_id, row.instrument_id))?;
        row.qty.checked_abs().filter(|qty| *qty <= cambist_wire::MAX_QTY)?;
        protection.take(row.filled_ns, row.qty);
        Some(())
    }
}
