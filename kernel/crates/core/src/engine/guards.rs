//! Continuous trading under a guard: how far a taker may go, and what happens where it would go further.

use cambist_wire::events::{LimitStateChanged, VolatilityInterrupted};
use cambist_wire::{OrderType, Phase, Side, reasons};

use super::Engine;
use super::matching::Taker;
use super::venue::unfillable_reason;
use crate::session::reaches;

impl Engine {
    /// Match as far as the guard of the instrument allows, then cancel or rest what is left, then state the deltas.
    /// What the order may not take leads to an auction.
    #[cold]
    pub(super) fn enter_guarded(&mut self, mut taker: Taker) {
        let (index, limit, trade_id) = (taker.instrument, taker.limit, self.next_trade_id);
        let session = &self.instruments[index].session;
        let (guard, reference) = (session.guard, session.reference);
        let dynamic_limit = guard.dynamic_limit(taker.side, reference);
        let price_limit = guard.price_limit(taker.side, reference);
        taker.limit = match taker.side {
            Side::Buy => limit.min(dynamic_limit).min(price_limit),
            Side::Sell => limit.max(dynamic_limit).max(price_limit),
        };
        let mut end = if taker.must_fill > 0 && !self.can_fill(&taker) {
            Some(unfillable_reason(taker.time_in_force))
        } else {
            self.match_taker(&mut taker)
        };
        taker.limit = limit;
        let next = self.instruments[index].book.best(taker.side.opposite()).filter(|price| {
            let is_wanted = reaches(taker.side, limit, *price) && reaches(taker.side, price_limit, *price);
            is_wanted && !reaches(taker.side, dynamic_limit, *price)
        });
        let interrupting = next.filter(|_| end.is_none() && taker.leaves > 0);
        let may_join = taker.time_in_force.may_rest() && taker.price != 0;
        if interrupting.is_some() && (!may_join || taker.order_type == OrderType::MarketToLimit) {
            end = Some(reasons::VOLATILITY_INTERRUPTION);
        }
        self.settle_taker(&mut taker, end);
        self.state_deltas(index);
        match interrupting {
            Some(price) => self.interrupt(index, taker.side, price),
            None if self.next_trade_id != trade_id => self.instruments[index].settle_reference(),
            None => {}
        }
        self.note_session(index);
        self.pull_quotes();
    }

    /// A trade would have been too far from the reference: collect orders instead.
    fn interrupt(&mut self, index: u32, aggressor: Side, price: i64) {
        let instrument = &self.instruments[index];
        let until_ns = self.output.now_ns + instrument.session.guard.auction_ns;
        self.output.emit(&VolatilityInterrupted {
            instrument_id: instrument.id,
            aggressor,
            price,
            reference_price: instrument.session.reference,
            until_ns,
        });
        self.collect_until(index, until_ns);
    }

    /// Whether an order of a side may have a price, as far as price limits go.
    #[inline]
    pub(super) fn check_price_limit(&self, index: u32, side: Side, price: i64) -> Result<(), u32> {
        let instrument = &self.instruments[index];
        if !instrument.is_guarded || instrument.phase != Phase::Continuous {
            return Ok(());
        }
        let limit = instrument.session.guard.price_limit(side, instrument.session.reference);
        if reaches(side, limit, price) { Ok(()) } else { Err(reasons::OUTSIDE_PRICE_LIMITS) }
    }

    /// A best price at its limit begins a limit state; any other price ends it.
    pub(super) fn watch_limits(&mut self, index: u32) {
        let instrument = &self.instruments[index];
        let side = instrument.limited_side();
        if side == instrument.session.limit_side {
            return;
        }
        let price = side.and_then(|side| instrument.book.best(side)).unwrap_or(0);
        let instrument_id = instrument.id;
        let until_ns = match side {
            Some(_) => self.output.now_ns + instrument.session.guard.limit_state_ns,
            None => 0,
        };
        self.instruments[index].session.limit_side = side;
        self.wait_until(index, until_ns, Phase::Halted);
        let side = side.unwrap_or(Side::Buy);
        self.output.emit(&LimitStateChanged { instrument_id, side, price, until_ns });
    }
}
