//! The phases of our instruments and what a change of phase does.

use cambist_wire::commands::SetPhase;
use cambist_wire::events::{AuctionIndicated, PhaseChanged};
use cambist_wire::{OrderType, Phase, TimeInForce, reasons};

use super::Engine;
use crate::auction::Indication;

impl Engine {
    pub(super) fn set_phase(&mut self, change: &SetPhase) -> Result<(), u32> {
        let index = self.instruments.index_of(change.instrument_id).ok_or(reasons::UNKNOWN_INSTRUMENT)?;
        if !self.instruments[index].is_internal() {
            return Err(reasons::INVALID_TRANSITION);
        }
        self.enter_phase(index, change.phase);
        Ok(())
    }

    /// Move an instrument: uncross first where an auction ends, then let in or end what waited for the phase.
    pub(super) fn enter_phase(&mut self, index: u32, phase: Phase) {
        let is_auction = phase.is_auction();
        if self.instruments[index].is_collecting && !is_auction && phase != Phase::Halted {
            self.uncross(index);
        }
        let instrument = &mut self.instruments[index];
        instrument.phase = phase;
        instrument.is_collecting |= is_auction;
        self.output.emit(&PhaseChanged { instrument_id: instrument.id, phase });
        self.note_change(index);
        if is_auction {
            self.note_auction(index);
        }
        match phase {
            Phase::ClosingAuction => self.let_in_waiting(index),
            Phase::Closed => self.end_waiting(index),
            _ => {}
        }
    }

    /// Why a phase does not admit an order; `is_bound`: it must trade at once, or never at once.
    #[inline]
    pub(super) fn phase_reason(
        &self,
        index: u32,
        order_type: OrderType,
        time_in_force: TimeInForce,
        is_bound: bool,
    ) -> Option<u32> {
        let phase = self.instruments[index].phase;
        if phase == Phase::Continuous && time_in_force != TimeInForce::AtOpen {
            return None;
        }
        if !phase.takes_orders() {
            return Some(reasons::MARKET_NOT_OPEN);
        }
        if time_in_force == TimeInForce::AtOpen && phase != Phase::OpeningAuction {
            return Some(reasons::AUCTION_NOT_OPEN);
        }
        let is_collectable = !is_bound
            && match order_type {
                OrderType::Market => time_in_force != TimeInForce::Fok,
                OrderType::Limit => time_in_force.may_rest(),
                _ => false,
            };
        (!is_collectable).then_some(reasons::NOT_IN_AUCTION)
    }

    /// What an auction has collected changed.
    #[cold]
    pub(super) fn note_auction(&mut self, index: u32) {
        if !self.changed_auctions.contains(&index) {
            self.changed_auctions.push(index);
        }
    }

    /// At the end of a command: what changed about the auctions that run, by instrument.
    #[cold]
    pub(super) fn state_indications(&mut self) {
        let mut changed = std::mem::take(&mut self.changed_auctions);
        changed.sort_unstable_by_key(|index| self.instruments[*index].id);
        for index in changed.drain(..) {
            let instrument = &self.instruments[index];
            if !instrument.is_collecting || !instrument.phase.is_auction() {
                continue;
            }
            let found = self.indication(index);
            let instrument = &mut self.instruments[index];
            if found == instrument.auction.indicated {
                continue;
            }
            instrument.auction.indicated = found;
            self.output.emit(&AuctionIndicated {
                instrument_id: instrument.id,
                imbalance_side: found.imbalance_side,
                price: found.price,
                qty: found.qty,
                imbalance_qty: found.imbalance_qty,
            });
        }
        self.changed_auctions = changed;
    }

    /// What an auction would do if it ended now.
    pub(super) fn indication(&self, index: u32) -> Indication {
        let reserve_of = self.instructions.hold_reserves().then_some(|slot| self.reserve_of(slot));
        self.instruments[index].indicate(&self.resting.nodes, reserve_of)
    }
}
