//! Which client_adjustment_ids an account has used, so that nothing is deposited or withdrawn twice.

use std::collections::{BTreeMap, VecDeque};

use crate::text::ClientId;

/// How many adjustments an account remembers.
const REMEMBERED: usize = 65_536;

/// What makes a repeated id the same adjustment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "as in AdjustHolding")]
pub struct Adjusted {
    pub asset_id: u32,
    pub amount: i128,
}

/// The last ones that were taken. Nobody is in a hurry here: they are a person's or a treasury's.
#[derive(Clone, Debug, Default)]
pub struct Adjustments {
    known: BTreeMap<ClientId, Adjusted>,
    in_order: VecDeque<ClientId>,
}

impl Adjustments {
    /// What an id was used for.
    pub fn known(&self, id: &ClientId) -> Option<Adjusted> {
        self.known.get(id).copied()
    }

    /// One was taken; the oldest memory makes room. Those without an id are not remembered.
    pub fn remember(&mut self, id: ClientId, adjusted: Adjusted) {
        if id.is_empty() {
            return;
        }
        self.known.insert(id, adjusted);
        self.in_order.push_back(id);
        if self.in_order.len() > REMEMBERED
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }

    /// Oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (&ClientId, Adjusted)> {
        self.in_order.iter().filter_map(|id| Some((id, self.known(id)?)))
    }
}
