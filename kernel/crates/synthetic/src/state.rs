//! Commands on their way to the engine, and the saved state's bytes.

use std::collections::VecDeque;

use cambist_wire::{Record, Side};

use crate::fair_value::FairValue;
use crate::members::{Members, WorkingOrder};
use crate::message_pack::{Reader, Writer};
use crate::profile::Profile;
use crate::random::Xorshift;

/// Packed commands without stamps.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub bytes: Vec<u8>,
    pub commands: i64,
}

impl Sent {
    pub fn push(&mut self, command: &impl Record) {
        command.encode(0, 0, &mut self.bytes);
        self.commands += 1;
    }
}

/// What whoever acts works with: the instrument, everybody's orders, chance, and the way to the engine.
pub struct Floor<'market> {
    pub profile: &'market Profile,
    pub members: &'market mut Members,
    pub random: &'market mut Xorshift,
    pub sent: &'market mut Sent,
}

pub fn write_members(members: &Members, to: &mut Writer) {
    to.array(4);
    to.unsigned(members.next_ticket);
    to.array(members.orders.len());
    members.orders.values().for_each(|order| write_order(order, to));
    to.array(members.unanswered.len());
    for (account, tickets) in &members.unanswered {
        to.array(2);
        to.unsigned(u64::from(*account));
        write_tickets(tickets.iter().copied(), tickets.len(), to);
    }
    to.array(members.inventories.len());
    for (account, instrument, qty) in &members.inventories {
        to.array(3);
        to.unsigned(u64::from(*account));
        to.unsigned(u64::from(*instrument));
        to.signed(*qty);
    }
}

pub fn read_members(members: &mut Members, from: &mut Reader<'_>) -> Option<()> {
    from.tuple(4)?;
    members.next_ticket = from.unsigned()?;
    let orders = read_list(from, read_order)?;
    members.restore(orders);
    members.unanswered = read_list(from, |from| {
        from.tuple(2)?;
        Some((from.small()?, VecDeque::from(read_tickets(from)?)))
    })?;
    members.inventories = read_list(from, |from| {
        from.tuple(3)?;
        Some((from.small()?, from.small()?, from.signed()?))
    })?;
    Some(())
}

pub fn write_tickets(tickets: impl Iterator<Item = u64>, length: usize, to: &mut Writer) {
    to.array(length);
    tickets.for_each(|ticket| to.unsigned(ticket));
}

pub fn read_tickets(from: &mut Reader<'_>) -> Option<Vec<u64>> {
    read_list(from, |from| from.unsigned())
}

pub fn read_list<Item>(
    from: &mut Reader<'_>,
    mut read: impl FnMut(&mut Reader<'_>) -> Option<Item>,
) -> Option<Vec<Item>> {
    (0..from.array()?).map(|_| read(from)).collect()
}

pub fn write_fair_value(value: &FairValue, to: &mut Writer) {
    to.array(5);
    for number in [value.value, value.drift, value.next_step_ns, value.reference, value.deviation] {
        to.signed(number);
    }
}

pub fn read_fair_value(from: &mut Reader<'_>) -> Option<FairValue> {
    from.tuple(5)?;
    Some(FairValue {
        value: from.signed()?,
        drift: from.signed()?,
        next_step_ns: from.signed()?,
        reference: from.signed()?,
        deviation: from.signed()?,
    })
}

pub fn read_side(from: &mut Reader<'_>) -> Option<Side> {
    match from.unsigned()? {
        0 => Some(Side::Buy),
        1 => Some(Side::Sell),
        _ => None,
    }
}

fn write_order(order: &WorkingOrder, to: &mut Writer) {
    to.array(10);
    to.unsigned(order.ticket);
    to.unsigned(u64::from(order.account_id));
    to.unsigned(u64::from(order.instrument_id));
    to.unsigned(order.side as u64);
    to.signed(order.price);
    to.signed(order.leaves);
    to.signed(order.filled);
    to.unsigned(order.order_id);
    to.boolean(false); // one that is gone is not kept
    to.boolean(order.is_refused);
}

fn read_order(from: &mut Reader<'_>) -> Option<WorkingOrder> {
    from.tuple(10)?;
    let order = WorkingOrder {
        ticket: from.unsigned()?,
        account_id: from.small()?,
        instrument_id: from.small()?,
        side: read_side(from)?,
        price: from.signed()?,
        leaves: from.signed()?,
        filled: from.signed()?,
        order_id: from.unsigned()?,
        is_refused: {
            from.boolean()?;
            from.boolean()?
        },
    };
    Some(order)
}
