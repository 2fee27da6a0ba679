//! The synthetic market: its instruments, its members, and who acts next.

use cambist_wire::commands::MassCancel;
use cambist_wire::events::PhaseChanged;
use cambist_wire::{ANY_SIDE, ANY_STRATEGY, HEADER_BYTES, Header, Phase};

use crate::fair_value::FairValue;
use crate::maker::{Maker, inside_of, rungs};
use crate::members::Members;
use crate::message_pack::{Reader, Writer};
use crate::patient::Patient;
use crate::profile::Profile;
use crate::random::Xorshift;
use crate::state::{
    Floor, Sent, read_fair_value, read_list, read_members, read_side, read_tickets, write_fair_value,
    write_members, write_tickets,
};
use crate::taker::Taker;

const SECOND_NS: i64 = 1_000_000_000;
const MAKERS: u32 = 3;
const TAKERS: u32 = 3;
const PATIENTS: u32 = 2;
const OPENING_ORDERS: usize = 40;
const MAKER_PPM: u64 = 500_000;
const TAKER_PPM: u64 = 150_000;

/// Bytes that are not a saved state of this market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// One instrument with everyone who trades it.
#[derive(Clone, Debug)]
struct Stall {
    profile: Profile,
    fair_value: FairValue,
    makers: Vec<Maker>,
    patients: Vec<Patient>,
    taker: Taker,
    is_open: bool,
}

/// Same seed, start and rate, and the same facts: the same commands.
#[derive(Clone, Debug)]
pub struct SyntheticMarket {
    random: Xorshift,
    next_ns: i64,
    gap_ns: i64,
    is_opening: bool,
    members: Members,
    taker_ids: Vec<u32>,
    resting_ids: Vec<u32>,
    stalls: Vec<Stall>,
    by_weight: Vec<usize>,
    sent: Sent,
}

impl SyntheticMarket {
    /// A market that opens at `start_ns`. Accounts are numbered from `first_account_id`: makers, takers, patient ones.
    pub fn new(
        seed: u64,
        start_ns: i64,
        events_per_second: i64,
        first_account_id: u32,
        profiles: &[Profile],
    ) -> Self {
        let maker_ids: Vec<u32> = (first_account_id..).take(MAKERS as usize).collect();
        let taker_ids: Vec<u32> = (first_account_id + MAKERS..).take(TAKERS as usize).collect();
        let patient_ids: Vec<u32> = (first_account_id + MAKERS + TAKERS..).take(PATIENTS as usize).collect();
        let stall = |profile: &Profile| Stall {
            profile: *profile,
            fair_value: FairValue::at(profile.reference_price, profile.step_deviation, start_ns),
            makers: maker_ids.iter().copied().map(Maker::new).collect(),
            patients: patient_ids.iter().copied().map(Patient::new).collect(),
            taker: Taker::new(),
            is_open: true,
        };
        let weights = profiles.iter().enumerate();
        Self {
            random: Xorshift::new(seed),
            next_ns: start_ns,
            gap_ns: SECOND_NS / events_per_second.max(1),
            is_opening: true,
            members: Members::new(first_account_id..first_account_id + MAKERS + TAKERS + PATIENTS),
            taker_ids,
            resting_ids: maker_ids.iter().chain(&patient_ids).copied().collect(),
            stalls: profiles.iter().map(stall).collect(),
            by_weight: weights
                .flat_map(|(index, profile)| std::iter::repeat_n(index, profile.weight))
                .collect(),
            sent: Sent::default(),
        }
    }

    /// When the next participant acts.
    pub fn next_ns(&self) -> i64 {
        self.next_ns
    }

    /// One action of one participant, or the opening of the market: packed commands without stamps, and how many.
    pub fn advance(&mut self, now_ns: i64) -> (&[u8], usize) {
        self.sent.bytes.clear();
        self.sent.commands = 0;
        for stall in &mut self.stalls {
            stall.fair_value.advance(now_ns, &mut self.random);
        }
        let cost = if self.is_opening {
            self.open(now_ns);
            1
        } else {
            self.act(now_ns);
            self.sent.commands.max(1)
        };
        self.is_opening = false;
        let gap = self.random.between(self.gap_ns / 4, self.gap_ns * 7 / 4);
        self.next_ns = now_ns + (gap * cost).max(1);
        (&self.sent.bytes, self.sent.commands as usize)
    }

    /// Learn what became of the members' orders, and which instruments are open. Commands in between are passed over.
    pub fn on_events(&mut self, records: &[u8]) {
        let mut rest = records;
        while let Ok(header) = Header::read(rest) {
            if header.kind == PhaseChanged::KIND {
                self.on_phase(PhaseChanged::get(&rest[HEADER_BYTES..header.size], &[]));
            } else {
                self.members.on_event(&header, rest);
            }
            rest = &rest[header.size..];
        }
    }

    /// Random position, fair values, orders and inventories, as MessagePack.
    pub fn save(&self) -> Vec<u8> {
        let mut to = Writer::default();
        to.array(5);
        to.unsigned(self.random.state);
        to.signed(self.next_ns);
        to.boolean(self.is_opening);
        write_members(&self.members, &mut to);
        to.array(self.stalls.len());
        self.stalls.iter().for_each(|stall| self.write_stall(stall, &mut to));
        to.bytes
    }

    /// Carry on from a saved state; refused, nothing is promised of this market any more.
    pub fn load(&mut self, state: &[u8]) -> Result<(), Unreadable> {
        self.read(&mut Reader { rest: state }).ok_or(Unreadable)
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
        from.tuple(5)?;
        let (state, next_ns, is_opening) = (from.unsigned()?, from.signed()?, from.boolean()?);
        read_members(&mut self.members, from)?;
        from.tuple(self.stalls.len())?;
        for stall in &mut self.stalls {
            stall.read(from)?;
        }
        self.random.state = state;
        self.next_ns = next_ns;
        self.is_opening = is_opening;
        from.rest.is_empty().then_some(())
    }

    fn write_stall(&self, stall: &Stall, to: &mut Writer) {
        to.array(5);
        write_fair_value(&stall.fair_value, to);
        to.unsigned(stall.taker.last_side as u64);
        to.boolean(stall.is_open);
        let orders = &self.members.orders;
        to.array(stall.makers.len());
        for maker in &stall.makers {
            let tickets =
                maker.rungs.iter().map(|ticket| if orders.contains_key(ticket) { *ticket } else { 0 });
            write_tickets(tickets, maker.rungs.len(), to);
        }
        to.array(stall.patients.len());
        for patient in &stall.patients {
            let tickets: Vec<u64> =
                patient.orders.iter().copied().filter(|ticket| orders.contains_key(ticket)).collect();
            write_tickets(tickets.iter().copied(), tickets.len(), to);
        }
    }

    fn on_phase(&mut self, event: Option<PhaseChanged>) {
        let Some(event) = event else { return };
        for stall in &mut self.stalls {
            if stall.profile.instrument_id == event.instrument_id {
                stall.is_open = event.phase == Phase::Continuous;
            }
        }
    }

    /// Clear what may be left of an earlier life, then fill the books.
    fn open(&mut self, now_ns: i64) {
        let Self { stalls, members, random, sent, resting_ids, .. } = self;
        for account_id in resting_ids.iter().copied() {
            let everything = (ANY_STRATEGY, 0, ANY_SIDE);
            let (strategy_id, instrument_id, side) = everything;
            sent.push(&MassCancel { account_id, strategy_id, instrument_id, side });
        }
        for Stall { profile, fair_value, makers, patients, .. } in
            stalls.iter_mut().filter(|stall| stall.is_open)
        {
            let price = fair_value.ticks();
            let floor = &mut Floor { profile, members, random, sent };
            for maker in makers {
                let centre = maker.lean(price, profile, floor.members);
                rungs().for_each(|index| maker.mend(index, centre, (0, 0), floor));
            }
            for patient in patients {
                (0..OPENING_ORDERS).for_each(|_| patient.place(price, now_ns, floor));
            }
        }
    }

    fn act(&mut self, now_ns: i64) {
        let Self { stalls, members, random, sent, by_weight, taker_ids, .. } = self;
        let Stall { profile, fair_value, makers, patients, taker, is_open } =
            &mut stalls[random.choice(by_weight)];
        if !*is_open {
            return;
        }
        let price = fair_value.ticks();
        let draw = random.below(1_000_000);
        if draw < MAKER_PPM {
            let index = random.below(makers.len() as u64) as usize;
            mend(index, price, makers, &mut Floor { profile, members, random, sent });
        } else if draw < MAKER_PPM + TAKER_PPM {
            let account_id = random.choice(taker_ids);
            members.send_unfollowed(account_id);
            let inside = inside_of(makers, members);
            sent.push(&taker.act(account_id, price, inside, profile, random));
        } else {
            let index = random.below(patients.len() as u64) as usize;
            patients[index].act(price, now_ns, &mut Floor { profile, members, random, sent });
        }
    }
}

impl Stall {
    fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
        from.tuple(5)?;
        self.fair_value = read_fair_value(from)?;
        self.taker.last_side = read_side(from)?;
        self.is_open = from.boolean()?;
        from.tuple(self.makers.len())?;
        for maker in &mut self.makers {
            maker.rungs = read_tickets(from)?.try_into().ok()?;
        }
        let tickets = read_list(from, read_tickets)?;
        if tickets.len() != self.patients.len() {
            return None;
        }
        for (patient, orders) in self.patients.iter_mut().zip(tickets) {
            patient.orders = orders;
        }
        Some(())
    }
}

/// Let one maker mend its most urgent quotes, or change a size where all is well.
fn mend(index: usize, fair_price: i64, makers: &mut [Maker], floor: &mut Floor<'_>) {
    let jitter = (floor.random.between(-1, 1) * floor.profile.half_spread).div_euclid(6);
    let centre = makers[index].lean(fair_price, floor.profile, floor.members) + jitter;
    let urgent = makers[index].urgent_rungs(centre, floor.profile, floor.members);
    for rung in &urgent {
        let inside = inside_of(makers, floor.members);
        makers[index].mend(*rung, centre, inside, floor);
    }
    if urgent.is_empty() {
        makers[index].resize(floor);
    }
}
