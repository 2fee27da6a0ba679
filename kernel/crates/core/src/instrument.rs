//! An instrument: its definition, its market, its book.

use cambist_wire::commands::DefineInstrument;
use cambist_wire::events::InstrumentDefined;
use cambist_wire::{InstrumentKind, MAX_PRICE, MatchingRule, Phase, Side, VenueKind};

use crate::auction::{Auction, Indication, indicate};
use crate::book::{Book, Node, orders_of};
use crate::levels::Level;
use crate::pegs::Pegs;
use crate::resting::Resting;
use crate::session::{Session, reaches};
use crate::slab::Slab;
use crate::triggers::{TriggerBook, Values};

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
    pub kind: InstrumentKind,
    pub tick_size: i64,
    pub lot_size: i64,
    pub unit_value: i64,
    pub min_notional: i64,
    pub max_order_qty: i64,
    pub price_band: i64,
    pub reference_price: i64,
    pub minimum_allocation: i64,
    pub base_asset_id: u32,
    pub quote_asset_id: u32,
    pub max_fee: i64,
    /// Of an outside venue; 0 is unknown.
    pub bid_price: i64,
    pub ask_price: i64,
    pub last_price: i64,
    pub symbol: String,
    pub book: Book,
    /// From the beginning of an auction to its uncross; a halt in between leaves it so.
    pub is_collecting: bool,
    pub auction: Box<Auction>,
    /// Orders that wait for a trigger, where there are any.
    pub triggers: Option<Box<TriggerBook>>,
    /// Whether there is a guard against fast prices.
    pub is_guarded: bool,
    pub session: Box<Session>,
    /// None where nothing is pegged.
    pub pegs: Option<Box<Pegs>>,
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
            kind: definition.instrument_kind,
            tick_size: definition.tick_size,
            lot_size: definition.lot_size,
            unit_value: definition.unit_value,
            min_notional: definition.min_notional,
            max_order_qty: definition.max_order_qty,
            price_band: definition.price_band,
            reference_price: definition.reference_price,
            minimum_allocation: definition.minimum_allocation,
            base_asset_id: definition.base_asset_id,
            quote_asset_id: definition.quote_asset_id,
            max_fee: definition.max_fee,
            bid_price: 0,
            ask_price: 0,
            last_price: 0,
            symbol: definition.symbol.to_owned(),
            book: Book::default(),
            is_collecting: definition.venue == VenueKind::Internal && definition.phase.is_auction(),
            auction: Box::default(),
            triggers: None,
            is_guarded: false,
            session: Box::default(),
            pegs: None,
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
            instrument_kind: self.kind,
            tick_size: self.tick_size,
            lot_size: self.lot_size,
            unit_value: self.unit_value,
            min_notional: self.min_notional,
            max_order_qty: self.max_order_qty,
            price_band: self.price_band,
            reference_price: self.reference_price,
            minimum_allocation: self.minimum_allocation,
            base_asset_id: self.base_asset_id,
            quote_asset_id: self.quote_asset_id,
            max_fee: self.max_fee,
            symbol: &self.symbol,
        }
    }

    /// Whether it trades on our own venue.
    #[inline]
    pub fn is_internal(&self) -> bool {
        self.venue == VenueKind::Internal
    }

    /// Whether a trade moves both assets.
    #[inline]
    pub fn is_spot(&self) -> bool {
        self.kind == InstrumentKind::Spot
    }

    /// The asset that an order of a SPOT instrument sets aside.
    pub fn pays_with(&self, side: Side) -> u32 {
        match side {
            Side::Buy => self.quote_asset_id,
            Side::Sell => self.base_asset_id,
        }
    }

    /// How much of that asset a lot may take at most.
    pub fn reserve_per_lot(&self, side: Side, price: i64) -> i128 {
        match side {
            Side::Sell => i128::from(self.lot_size),
            Side::Buy => {
                let value = i128::from(price) * i128::from(self.unit_value);
                value - (-value * i128::from(self.max_fee)).div_euclid(i128::from(MILLION))
            }
        }
    }

    /// The commission rate that holds here, in ppm.
    #[inline]
    pub fn capped(&self, rate: i64) -> i64 {
        if self.is_spot() { rate.min(self.max_fee) } else { rate }
    }

    /// Best bid and best ask, as displayed by our book or as last reported from outside.
    #[inline]
    fn best(&self) -> Option<(i64, i64)> {
        use cambist_wire::Side::{Buy, Sell};
        if self.is_collecting {
            return None;
        }
        if self.is_internal() {
            return Some((self.book.best_displayed(Buy)?, self.book.best_displayed(Sell)?));
        }
        (self.bid_price > 0 && self.ask_price > 0).then_some((self.bid_price, self.ask_price))
    }

    /// How far a price may be from `around`; both factors are small: 2^40 and 2^20.
    #[inline]
    pub fn width(&self, around: i64) -> i64 {
        around * self.price_band / MILLION
    }

    /// The last price, else the reference.
    #[inline]
    pub fn anchor(&self) -> i64 {
        if self.last_price > 0 { self.last_price } else { self.reference_price }
    }

    /// What positions are valued at.
    #[inline]
    pub fn mark(&self) -> i64 {
        let anchor = self.anchor();
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

    /// What orders that wait can watch, in ticks; 0 where unknown.
    pub fn watched_values(&self) -> Values {
        let best = |side| self.book.best_displayed(side).unwrap_or(0);
        [self.last_price, self.mark(), best(cambist_wire::Side::Buy), best(cambist_wire::Side::Sell)]
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

    /// What the auction would do if it ended now. Costs as many steps as levels would trade; with `reserve_of`, what
    /// icebergs hold back, as many as orders at them.
    pub fn indicate(
        &self,
        orders: &Slab<Node>,
        reserve_of: Option<impl Fn(u32) -> i64 + Copy>,
    ) -> Indication {
        use cambist_wire::Side::{Buy, Sell};
        let held_back = |level: &Level| {
            reserve_of.map_or(0, |reserve_of| orders_of(orders, level).map(reserve_of).sum::<i64>())
        };
        let interest = |side| {
            let mut levels = self.book.levels(side).peekable();
            std::iter::from_fn(move || {
                let level = levels.next()?;
                let unseen = levels.next_if(|next| next.price == level.price);
                let unseen_qty = unseen.map_or(0, |level| level.qty);
                Some((level.price, level.qty + held_back(level) + unseen_qty))
            })
        };
        let market = &self.auction.market_orders;
        let market_qty = [market.level(Buy, 0).0, market.level(Sell, 0).0];
        let price_max = i64::MAX / self.unit_value;
        indicate(market_qty, interest(Buy), interest(Sell), self.anchor(), price_max)
    }

    /// How far the price has fallen since the day began, in ppm of the day's reference.
    pub fn day_fall(&self) -> i64 {
        let day_price = self.session.day_price;
        ((day_price - self.anchor()) * MILLION).div_euclid(day_price)
    }

    /// The dynamic reference is the last price, moved into the spread.
    pub fn settle_reference(&mut self) {
        use cambist_wire::Side::{Buy, Sell};
        let (bid, ask) = (self.book.best(Buy).unwrap_or(0), self.book.best(Sell).unwrap_or(i64::MAX));
        let price = self.anchor().max(bid);
        self.session.reference = match self.is_guarded {
            true if bid < ask => price.min(ask),
            true => price,
            false => 0,
        };
    }

    /// The furthest price that the guard admits for a side; None without limits.
    pub fn price_limit(&self, side: Side) -> Option<i64> {
        let Session { guard, reference, .. } = &*self.session;
        (guard.limit_band > 0).then(|| guard.price_limit(side, *reference))
    }

    /// Whose best price stands at its limit now.
    pub fn limited_side(&self) -> Option<Side> {
        let Session { guard, reference, .. } = &*self.session;
        [Side::Buy, Side::Sell].into_iter().find(|side| {
            let limit = guard.price_limit(*side, *reference);
            self.book.best(*side).is_some_and(|best| reaches(side.opposite(), limit, best))
        })
    }

    /// The place of an order: the book, or where orders are held outside it.
    #[inline]
    pub fn place_of(&mut self, order: &Resting) -> &mut Book {
        if order.is_in_book() {
            &mut self.book
        } else if order.is_waiting() {
            &mut self.auction.waiting
        } else {
            &mut self.auction.market_orders
        }
    }
}
