//! What orders ask beyond a plain one, kept beside them: plain orders pay nothing for it.

use std::collections::BTreeMap;

use cambist_wire::commands::NewInstructedOrder;
use cambist_wire::events::OrderInstructed;
use cambist_wire::snapshot::InstructionRow;
use cambist_wire::{Contingency, OffsetUnit, PegReference, TriggerSource};

/// The fields that NewInstructedOrder has and NewOrder has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "as in NewInstructedOrder")]
pub struct Instructions {
    pub trigger_source: TriggerSource,
    pub offset_unit: OffsetUnit,
    pub peg_reference: PegReference,
    pub contingency: Contingency,
    pub group_id: u32,
    pub display_qty: i64,
    pub min_qty: i64,
    pub trigger_price: i64,
    pub offset: i64,
}

impl Instructions {
    /// Those of an order that asks nothing more.
    pub const PLAIN: Self = Self {
        trigger_source: TriggerSource::Last,
        offset_unit: OffsetUnit::Ticks,
        peg_reference: PegReference::Primary,
        contingency: Contingency::None,
        group_id: 0,
        display_qty: 0,
        min_qty: 0,
        trigger_price: 0,
        offset: 0,
    };

    /// Those of a command.
    pub const fn of(order: &NewInstructedOrder<'_>) -> Self {
        Self {
            trigger_source: order.trigger_source,
            offset_unit: order.offset_unit,
            peg_reference: order.peg_reference,
            contingency: order.contingency,
            group_id: order.group_id,
            display_qty: order.display_qty,
            min_qty: order.min_qty,
            trigger_price: order.trigger_price,
            offset: order.offset,
        }
    }

    /// What an order that is not a plain LIMIT reserves at: its limit price, its trigger price, or the mark.
    pub const fn gate_price(&self, price: i64, mark: i64) -> i64 {
        match (price, self.trigger_price) {
            (0, 0) => mark,
            (0, trigger_price) => trigger_price,
            (price, _) => price,
        }
    }

    /// The same without what an order waits for.
    pub const fn without_trigger(&self) -> Self {
        Self {
            trigger_source: Self::PLAIN.trigger_source,
            offset_unit: Self::PLAIN.offset_unit,
            trigger_price: 0,
            offset: 0,
            ..*self
        }
    }

    /// As an event.
    pub const fn stated(&self, order_id: u64, instrument_id: u32, account_id: u32) -> OrderInstructed {
        OrderInstructed {
            order_id,
            instrument_id,
            account_id,
            group_id: self.group_id,
            trigger_source: self.trigger_source,
            offset_unit: self.offset_unit,
            peg_reference: self.peg_reference,
            contingency: self.contingency,
            display_qty: self.display_qty,
            min_qty: self.min_qty,
            trigger_price: self.trigger_price,
            offset: self.offset,
        }
    }

    /// As a row of a snapshot.
    const fn row(&self, order_id: u64) -> InstructionRow {
        InstructionRow {
            order_id,
            group_id: self.group_id,
            trigger_source: self.trigger_source,
            offset_unit: self.offset_unit,
            peg_reference: self.peg_reference,
            contingency: self.contingency,
            display_qty: self.display_qty,
            min_qty: self.min_qty,
            trigger_price: self.trigger_price,
            offset: self.offset,
        }
    }
}

impl From<&InstructionRow> for Instructions {
    fn from(row: &InstructionRow) -> Self {
        Self {
            trigger_source: row.trigger_source,
            offset_unit: row.offset_unit,
            peg_reference: row.peg_reference,
            contingency: row.contingency,
            group_id: row.group_id,
            display_qty: row.display_qty,
            min_qty: row.min_qty,
            trigger_price: row.trigger_price,
            offset: row.offset,
        }
    }
}

/// One order's, and what of it changes while it rests.
#[derive(Clone, Copy, Debug)]
struct Kept {
    instructions: Instructions,
    /// What an iceberg holds back, in lots.
    reserve: i64,
}

/// The instructions of orders that have any: of open ones, and of ended ones that are remembered by their client id.
#[derive(Clone, Debug, Default)]
pub struct InstructionTable {
    kept: BTreeMap<u64, Kept>,
    /// How many icebergs hold something back.
    reserves: usize,
}

impl InstructionTable {
    /// Keep those of an order.
    pub fn insert(&mut self, order_id: u64, instructions: Instructions) {
        self.kept.insert(order_id, Kept { instructions, reserve: 0 });
    }

    /// Nobody asks for them any more.
    pub fn remove(&mut self, order_id: u64) {
        if let Some(kept) = self.kept.remove(&order_id) {
            self.reserves -= usize::from(kept.reserve > 0);
        }
    }

    /// Whether an order has any.
    pub fn holds(&self, order_id: u64) -> bool {
        self.kept.contains_key(&order_id)
    }

    /// Those of an order.
    pub fn of(&self, order_id: u64) -> Instructions {
        self.kept.get(&order_id).map_or(Instructions::PLAIN, |kept| kept.instructions)
    }

    /// What an iceberg holds back, in lots.
    pub fn reserve(&self, order_id: u64) -> i64 {
        self.kept.get(&order_id).map_or(0, |kept| kept.reserve)
    }

    /// An iceberg holds back something else from now on.
    pub fn set_reserve(&mut self, order_id: u64, reserve: i64) {
        if let Some(kept) = self.kept.get_mut(&order_id) {
            self.reserves += usize::from(reserve > 0);
            self.reserves -= usize::from(kept.reserve > 0);
            kept.reserve = reserve;
        }
    }

    /// Whether any iceberg holds something back.
    pub const fn hold_reserves(&self) -> bool {
        self.reserves > 0
    }

    /// By order_id, as rows of a snapshot.
    pub fn rows(&self) -> impl Iterator<Item = InstructionRow> {
        self.kept.iter().map(|(order_id, kept)| kept.instructions.row(*order_id))
    }
}
