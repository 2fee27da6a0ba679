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
        self.drop_wait(index);
        if self.instruments[index].is_collecting && !is_auction && phase != Phase::Halted {
            self.uncross(index);
            self.instruments[index].settle_reference();
        }
        let instrument = &mut self.instruments[index];
        instrument.phase = phase;
        instrument.is_collecting |= is_auction;
        instrument.session.since_ns = self.output.now_ns;
        if phase != Phase::Halted {
            instrument.session.halt_reason = 0;
            instrument.session.halt_cause.clear();
        }
        self.output.emit(&PhaseChanged { instrument_id: instrument.id, phase });
        self.note_change(index);
        if phase.takes_orders() {
            self.note_session(index);
            self.groups.note_opening();
        }
        match phase {
            Phase::ClosingAuction => self.let_in_waiting(index),
            Phase::Closed => {
                self.end_waiting(index);
                if self.instruments[index].session.schedule.is_some() {
                    self.expire_day_orders_of(index);
                }
            }
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
        let is_collectable = match order_type {
            waiting if waiting.waits() => true,
            OrderType::Market => !is_bound && time_in_force != TimeInForce::Fok,
            OrderType::Limit => !is_bound && time_in_force.may_rest(),
            _ => false,
        };
        (!is_collectable).then_some(reasons::NOT_IN_AUCTION)
    }

    /// What an auction has collected, or a guard watches, changed.
    #[cold]
    pub(super) fn note_session(&mut self, index: u32) {
        if !self.changed_sessions.contains(&index) {
            self.changed_sessions.push(index);
        }
    }

    /// At the end of a command: what changed about auctions and limit states, by instrument.
    #[cold]
    pub(super) fn close_command(&mut self) {
        let mut changed = std::mem::take(&mut self.changed_sessions);
        changed.sort_unstable_by_key(|index| self.instruments[*index].id);
        for index in changed.drain(..) {
            let instrument = &self.instruments[index];
            if instrument.is_collecting && instrument.phase.is_auction() {
                self.state_indication(index);
            } else if instrument.phase == Phase::Continuous && instrument.session.guard.limit_band > 0 {
                self.watch_limits(index);
            }
        }
        self.changed_sessions = changed;
    }

    fn state_indication(&mut self, index: u32) {
        let found = self.indication(index);
        let instrument = &mut self.instruments[index];
        if found == instrument.auction.indicated {
            return;
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

    /// What an auction would do if it ended now.
    pub(super) fn indication(&self, index: u32) -> Indication {
        let reserve_of = self.instructions.hold_reserves().then_some(|slot| self.reserve_of(slot));
        self.instruments[index].indicate(&self.resting.nodes, reserve_of)
    }
}
