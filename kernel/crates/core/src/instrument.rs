//! An instrument: its definition, its market, its book.

use cambist_wire::commands::DefineInstrument;
use cambist_wire::events::InstrumentDefined;
use cambist_wire::{MAX_PRICE, MatchingRule, Phase, VenueKind};

use crate::book::Book;

const MILLION: i64 = 1_000_000;

/// One instrument. Prices in ticks, quantities in lots, money in e8.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "as in InstrumentRow")]
pub struct Instrument {
    pub id: u32,
    pub venue: VenueKind,
    pub phase: Phase,
    pub defined_phase: Phase,
    pub matching: MatchingRule,
    pub top_order_priority: bool,
    pub tick_size: i64,
    pub lot_size: i64,
    pub unit_value: i64,
    pub min_notional: i64,
    pub max_order_qty: i64,
    pub price_band: i64,
    pub reference_price: i64,
    pub minimum_allocation: i64,
    /// Of an outside venue; 0 is unknown.
    pub bid_price: i64,
    pub ask_price: i64,
    pub last_price: i64,
    pub symbol: String,
    pub book: Book,
}

impl Instrument {
    /// As defined, with an empty market.
    pub fn new(definition: &DefineInstrument<'_>) -> Self {
        Self {
            id: definition.instrument_id,
            venue: definition.venue,
            phase: definition.phase,
            defined_phase: definition.phase,
            matching: definition.matching,
            top_order_priority: definition.top_order_priority,
            tick_size: definition.tick_size,
            lot_size: definition.lot_size,
            unit_value: definition.unit_value,
            min_notional: definition.min_notional,
            max_order_qty: definition.max_order_qty,
            price_band: definition.price_band,
            reference_price: definition.reference_price,
            minimum_allocation: definition.minimum_allocation,
            bid_price: 0,
            ask_price: 0,
            last_price: 0,
            symbol: definition.symbol.to_owned(),
            book: Book::default(),
        }
    }

    /// The definition, as an event.
    pub fn defined(&self) -> InstrumentDefined<'_> {
        InstrumentDefined {
            instrument_id: self.id,
            venue: self.venue,
            phase: self.defined_phase,
            matching: self.matching,
            top_order_priority: self.top_order_priority,
            tick_size: self.tick_size,
            lot_size: self.lot_size,
            unit_value: self.unit_value,
            min_notional: self.min_notional,
            max_order_qty: self.max_order_qty,
            price_band: self.price_band,
            reference_price: self.reference_price,
            minimum_allocation: self.minimum_allocation,
            symbol: &self.symbol,
        }
    }

    /// Whether it trades on our own venue.
    #[inline]
    pub fn is_internal(&self) -> bool {
        self.venue == VenueKind::Internal
    }

    /// Best bid and best ask, as displayed by our book or as last reported from outside.
    #[inline]
    fn best(&self) -> Option<(i64, i64)> {
        use cambist_wire::Side::{Buy, Sell};
        if self.is_internal() {
            return Some((self.book.best_displayed(Buy)?, self.book.best_displayed(Sell)?));
        }
        (self.bid_price > 0 && self.ask_price > 0).then_some((self.bid_price, self.ask_price))
    }

    /// How far a price may be from `around`; both factors are small: 2^40 and 2^20.
    #[inline]
    fn width(&self, around: i64) -> i64 {
        around * self.price_band / MILLION
    }

    /// What positions are valued at.
    #[inline]
    pub fn mark(&self) -> i64 {
        let anchor = if self.last_price > 0 { self.last_price } else { self.reference_price };
        let Some((bid, ask)) = self.best() else {
            return anchor;
        };
        let middle = (bid + ask) / 2;
        if self.price_band == 0 {
            return middle;
        }
        let width = self.width(anchor);
        middle.clamp(anchor - width, anchor + width)
    }

    /// The lowest and highest price an order may have.
    #[inline]
    pub fn band(&self, mark: i64) -> (i64, i64) {
        if self.price_band == 0 {
            return (1, MAX_PRICE);
        }
        let width = self.width(mark);
        ((mark - width).max(1), (mark + width).min(MAX_PRICE))
    }

    /// Price times quantity in e8, where it fits an i64.
    #[inline]
    pub fn notional(&self, price: i64, qty: i64) -> Option<i64> {
        // Price and quantity are below 2^40: their product fits.
        let lots = i128::from(price) * i128::from(qty);
        i64::try_from(lots.checked_mul(i128::from(self.unit_value))?).ok()
    }
}
