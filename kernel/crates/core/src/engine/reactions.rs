//! What the engine does by itself once a command, or a timer, has done its own work.

use cambist_wire::Phase;

use super::Engine;

impl Engine {
    /// An instrument's book, last price or phase may have changed.
    #[inline]
    pub(super) fn note_change(&mut self, index: u32) {
        if let Some(triggers) = &mut self.instruments[index].triggers
            && !triggers.is_noted
        {
            triggers.is_noted = true;
            self.changed.push(index);
        }
        if let Some(pegs) = &mut self.instruments[index].pegs
            && !pegs.is_noted
        {
            pegs.is_noted = true;
            self.changed.push(index);
        }
    }

    /// Do all that what has happened sets off.
    #[inline]
    pub(super) fn react(&mut self) {
        if !self.changed.is_empty() || self.groups.owes_ends() {
            self.react_until_settled();
        }
    }

    #[cold]
    fn react_until_settled(&mut self) {
        loop {
            if self.settle_next() {
                continue;
            }
            self.look_at_changed();
            if !self.react_once() {
                return;
            }
        }
    }

    fn look_at_changed(&mut self) {
        while let Some(index) = self.changed.pop() {
            self.look_at(index);
            self.look_at_pegs(index);
        }
    }

    /// Find out which orders are due on an instrument.
    fn look_at(&mut self, index: u32) {
        let instrument = &mut self.instruments[index];
        let values = instrument.watched_values();
        let Some(triggers) = &mut instrument.triggers else { return };
        triggers.is_noted = false;
        if instrument.phase == Phase::Continuous {
            triggers.look(&values);
        } else {
            triggers.wait_again();
        }
        if triggers.has_due() {
            self.due.insert(instrument.id, index);
        }
        self.drop_empty_triggers(index);
    }

    /// Pegged orders may have to move.
    fn look_at_pegs(&mut self, index: u32) {
        let instrument = &mut self.instruments[index];
        let Some(pegs) = &mut instrument.pegs else { return };
        pegs.is_noted = false;
        self.due.insert(instrument.id, index);
        self.drop_empty_pegs(index);
    }

    /// The next due order triggers or moves: on the lowest instrument_id, what waits before what is pegged, then the
    /// lowest order_id. False where none is due.
    fn react_once(&mut self) -> bool {
        while let Some((&id, &index)) = self.due.first_key_value() {
            let triggers = self.instruments[index].triggers.as_mut();
            if let Some(triggered) = triggers.and_then(|triggers| triggers.take_due()) {
                self.trigger(triggered);
                self.pull_quotes();
                self.drop_empty_triggers(index);
                return true;
            }
            if self.move_next_peg(index) {
                self.pull_quotes();
                return true;
            }
            self.due.remove(&id);
        }
        false
    }
}
