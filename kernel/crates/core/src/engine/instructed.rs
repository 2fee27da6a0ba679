//! Orders that ask more than a plain one: their way in, their form, and the fact that tells of it.

use cambist_wire::commands::{NewInstructedOrder, NewOrder};
use cambist_wire::{
    Contingency, MAX_PRICE, MAX_QTY, OffsetUnit, OrderType, PegReference, TimeInForce, reasons,
};

use super::Engine;
use crate::instructions::Instructions;

/// An iceberg has no more: what one arriving order may set off stays bounded.
const SLICES_MAX: i128 = 1_000;
/// A distance of the whole price would never trigger a sell.
const BASIS_POINTS_MAX: i64 = 9_999;

impl Engine {
    /// With everything at its default it is a plain order.
    pub(super) fn new_instructed_order(&mut self, order: &NewInstructedOrder<'_>) {
        let instructions = Instructions::of(order);
        let asked = (instructions != Instructions::PLAIN).then_some(&instructions);
        self.new_order(&order.plain(), asked);
    }

    /// State what the order of this command asked.
    #[inline]
    pub(super) fn state_instructions(&mut self, order: &NewOrder<'_>, instructions: Option<&Instructions>) {
        if let Some(asked) = instructions {
            self.output.emit(&asked.stated(self.sequence, order.instrument_id, order.account_id));
        }
    }

    /// Keep what the order of this command asked.
    #[inline]
    pub(super) fn keep_instructions(&mut self, instructions: Option<&Instructions>) {
        if let Some(asked) = instructions {
            self.instructions.insert(self.sequence, *asked);
        }
    }

    /// An ended order with instructions is remembered no longer.
    #[inline]
    pub(super) fn forget_instructions(&mut self, order_id: Option<u64>) {
        if let Some(order_id) = order_id {
            self.instructions.remove(order_id);
        }
    }
}

/// The form of what an order asks beyond a plain one, for the desk's gate and, for members, the venue's.
#[inline]
pub(super) fn check_instructions(
    order: &NewOrder<'_>,
    instructions: Option<&Instructions>,
    is_member: bool,
) -> Result<(), u32> {
    match instructions {
        Some(asked) => check_asked(order, asked, is_member),
        None if order.order_type.waits() => Err(without_instructions(order.order_type)),
        None => Ok(()),
    }
}

fn check_asked(order: &NewOrder<'_>, asked: &Instructions, is_member: bool) -> Result<(), u32> {
    if asked.display_qty != 0 {
        let is_lasting = order.time_in_force.may_rest() && !order.time_in_force.is_for_auction();
        let may_rest = is_lasting && order.order_type.may_rest();
        let may_show = may_rest && !order.flags.hidden();
        if !may_show || !(1..=MAX_QTY).contains(&asked.display_qty) {
            return Err(reasons::INVALID_DISPLAY_QTY);
        }
        check_slices(asked.display_qty, order.qty)?;
    }
    if asked.min_qty != 0 {
        let waits = order.time_in_force.is_for_auction() || order.flags.post_only();
        let takes = order.order_type != OrderType::Pegged && order.time_in_force != TimeInForce::Fok;
        let may_take_part = takes && !waits;
        if !may_take_part || !(1..=order.qty).contains(&asked.min_qty) {
            return Err(reasons::INVALID_MIN_QTY);
        }
    }
    let mut unread =
        Instructions { display_qty: 0, min_qty: 0, contingency: Contingency::None, group_id: 0, ..*asked };
    if order.order_type.waits() {
        check_trigger(order.order_type, asked)?;
        unread = unread.without_trigger();
    }
    if order.order_type == OrderType::Pegged {
        if !(-MAX_PRICE..=MAX_PRICE).contains(&asked.offset) {
            return Err(reasons::INVALID_OFFSET);
        }
        unread = Instructions { peg_reference: PegReference::Primary, offset: 0, ..unread };
    }
    let is_tied = asked.contingency != Contingency::None;
    if is_tied != (asked.group_id != 0) || is_tied && is_member {
        return Err(reasons::INVALID_CONTINGENCY);
    }
    if unread == Instructions::PLAIN { Ok(()) } else { Err(reasons::INVALID_INSTRUCTION) }
}

/// The forms of what an order waits for.
fn check_trigger(order_type: OrderType, asked: &Instructions) -> Result<(), u32> {
    if order_type == OrderType::TrailingStop {
        if asked.trigger_price != 0 {
            return Err(reasons::INVALID_TRIGGER);
        }
        let farthest = if asked.offset_unit == OffsetUnit::Ticks { MAX_PRICE } else { BASIS_POINTS_MAX };
        return if (1..=farthest).contains(&asked.offset) { Ok(()) } else { Err(reasons::INVALID_OFFSET) };
    }
    let has_offset = asked.offset != 0 || asked.offset_unit != OffsetUnit::Ticks;
    if has_offset || !(1..=MAX_PRICE).contains(&asked.trigger_price) {
        return Err(reasons::INVALID_TRIGGER);
    }
    Ok(())
}

/// What an order lacks that must wait and does not say for what.
const fn without_instructions(order_type: OrderType) -> u32 {
    if matches!(order_type, OrderType::TrailingStop) {
        reasons::INVALID_OFFSET
    } else {
        reasons::INVALID_TRIGGER
    }
}

/// An order of `qty` lots has not too many slices.
pub(super) fn check_slices(display_qty: i64, qty: i64) -> Result<(), u32> {
    if display_qty > 0 && i128::from(qty) > i128::from(display_qty) * SLICES_MAX {
        return Err(reasons::INVALID_DISPLAY_QTY);
    }
    Ok(())
}
