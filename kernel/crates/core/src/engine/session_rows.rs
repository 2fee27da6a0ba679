//! What trading sessions add to a snapshot, and the way back.

use cambist_wire::Side;
use cambist_wire::snapshot::{
    CircuitBreakerRow, HeldRow, PhaseRow, ScheduleRow, SessionRow, VolatilityGuardRow,
};

use super::Engine;
use crate::auction::Indication;
use crate::instrument::Instrument;
use crate::session::{Breaker, Guard, Schedule, read_steps};

impl Engine {
    /// Orders outside the books.
    pub(super) fn held_rows(&self) -> impl Iterator<Item = HeldRow> {
        self.instruments.by_id().flat_map(|index| {
            let instrument = &self.instruments[index];
            let auction = &instrument.auction;
            [&auction.market_orders, &auction.waiting].into_iter().flat_map(|place| {
                place.orders(&self.resting.nodes).map(|(_, _, slot)| {
                    let order = &self.resting[slot];
                    HeldRow {
                        order_id: order.order_id,
                        instrument_id: instrument.id,
                        account_id: self.accounts[order.account].id,
                        side: order.side,
                        order_type: order.order_type(),
                        time_in_force: order.time_in_force,
                        flags: order.flags,
                        is_waiting: order.is_waiting(),
                        price: order.price,
                        qty: order.qty,
                        leaves_qty: self.resting.slice(slot),
                        expire_ns: order.expire_ns,
                    }
                })
            })
        })
    }

    pub(super) fn session_rows(&self) -> impl Iterator<Item = SessionRow> {
        self.by_id().filter_map(session_row)
    }

    pub(super) fn schedule_rows(&self) -> impl Iterator<Item = ScheduleRow<'_>> {
        self.by_id().filter_map(|instrument| {
            let schedule = instrument.session.schedule.as_ref()?;
            Some(ScheduleRow {
                instrument_id: instrument.id,
                extension_ns: schedule.extension_ns,
                extension_band: schedule.extension_band,
                steps: &schedule.packed,
            })
        })
    }

    pub(super) fn guard_rows(&self) -> impl Iterator<Item = VolatilityGuardRow> {
        self.by_id().filter(|instrument| instrument.is_guarded).map(|instrument| {
            let guard = &instrument.session.guard;
            VolatilityGuardRow {
                instrument_id: instrument.id,
                dynamic_band: guard.dynamic_band,
                auction_ns: guard.auction_ns,
                limit_band: guard.limit_band,
                limit_state_ns: guard.limit_state_ns,
                pause_ns: guard.pause_ns,
            }
        })
    }

    pub(super) fn breaker_row(&self) -> Option<CircuitBreakerRow> {
        self.breaker.map(|breaker| CircuitBreakerRow {
            instrument_id: breaker.instrument_id,
            tripped: breaker.tripped,
            level_1: breaker.levels[0],
            level_2: breaker.levels[1],
            level_3: breaker.levels[2],
            cool_down_1_ns: breaker.cool_downs[0],
            cool_down_2_ns: breaker.cool_downs[1],
            fall: breaker.fall,
            until_ns: breaker.until_ns,
        })
    }

    pub(super) fn phase_rows(&self) -> impl Iterator<Item = PhaseRow<'_>> {
        self.by_id().filter(|instrument| instrument.is_internal()).map(|instrument| PhaseRow {
            instrument_id: instrument.id,
            halt_reason: instrument.session.halt_reason,
            since_ns: instrument.session.since_ns,
            halt_cause: &instrument.session.halt_cause,
        })
    }

    pub(super) fn restore_phase(&mut self, row: &PhaseRow<'_>) -> Option<()> {
        let index = self.instruments.index_of(row.instrument_id)?;
        let session = &mut self.instruments[index].session;
        session.since_ns = row.since_ns;
        session.halt_reason = row.halt_reason;
        session.halt_cause = row.halt_cause.to_owned();
        Some(())
    }

    fn by_id(&self) -> impl Iterator<Item = &Instrument> {
        self.instruments.by_id().map(|index| &self.instruments[index])
    }

    pub(super) fn restore_session(&mut self, row: &SessionRow) -> Option<()> {
        let index = self.instruments.index_of(row.instrument_id)?;
        let instrument = &mut self.instruments[index];
        instrument.is_collecting = row.is_collecting;
        instrument.auction.indicated = Indication {
            price: row.price,
            qty: row.qty,
            imbalance_qty: row.imbalance_qty,
            imbalance_side: row.imbalance_side,
        };
        let session = &mut instrument.session;
        session.is_extended = row.is_extended;
        session.reference = row.reference_price;
        session.day_price = row.day_price;
        session.limit_side = match row.limit_side {
            0 => None,
            1 => Some(Side::Buy),
            _ => Some(Side::Sell),
        };
        self.wait_until(index, row.due_ns, row.due_phase);
        self.arm_step(index, row.next_step_ns);
        Some(())
    }

    pub(super) fn restore_schedule(&mut self, row: &ScheduleRow<'_>) -> Option<()> {
        let index = self.instruments.index_of(row.instrument_id)?;
        let steps = read_steps(row.steps).filter(|steps| !steps.is_empty())?;
        self.instruments[index].session.schedule = Some(Schedule {
            extension_ns: row.extension_ns,
            extension_band: row.extension_band,
            steps,
            packed: row.steps.to_vec(),
        });
        Some(())
    }

    /// Whether exactly those instruments have a next step that have a calendar.
    pub(super) fn are_steps_sound(&self) -> bool {
        self.by_id().all(|instrument| {
            let session = &instrument.session;
            (session.next_step_ns > 0) == session.schedule.is_some()
        })
    }

    pub(super) fn restore_guard(&mut self, row: &VolatilityGuardRow) -> Option<()> {
        let index = self.instruments.index_of(row.instrument_id)?;
        let instrument = &mut self.instruments[index];
        instrument.session.guard = Guard {
            dynamic_band: row.dynamic_band,
            auction_ns: row.auction_ns,
            limit_band: row.limit_band,
            limit_state_ns: row.limit_state_ns,
            pause_ns: row.pause_ns,
        };
        instrument.is_guarded = true;
        instrument.session.guard.is_sound().then_some(())
    }

    pub(super) fn restore_breaker(&mut self, row: &CircuitBreakerRow) -> Option<()> {
        let breaker = Breaker {
            instrument_id: row.instrument_id,
            levels: [row.level_1, row.level_2, row.level_3],
            cool_downs: [row.cool_down_1_ns, row.cool_down_2_ns],
            tripped: row.tripped,
            fall: row.fall,
            until_ns: row.until_ns,
        };
        let mut instruments = self.instruments.iter_mut();
        let is_counted = instruments.all(|instrument| instrument.session.day_price > 0);
        self.breaker = Some(breaker);
        (is_counted && breaker.is_sound()).then_some(())
    }
}

/// Only where anything is other than at first.
fn session_row(instrument: &Instrument) -> Option<SessionRow> {
    let (session, indicated) = (&instrument.session, &instrument.auction.indicated);
    let numbers = [session.due_ns, session.next_step_ns, session.reference, session.day_price];
    let has_begun = numbers.iter().any(|number| *number != 0) || session.limit_side.is_some();
    (has_begun || instrument.is_collecting).then(|| SessionRow {
        instrument_id: instrument.id,
        imbalance_side: indicated.imbalance_side,
        due_phase: session.due_phase,
        is_collecting: instrument.is_collecting,
        is_extended: session.is_extended,
        limit_side: session.limit_side.map_or(0, |side| side as u32 + 1),
        price: indicated.price,
        qty: indicated.qty,
        imbalance_qty: indicated.imbalance_qty,
        due_ns: session.due_ns,
        next_step_ns: session.next_step_ns,
        reference_price: session.reference,
        day_price: session.day_price,
    })
}
