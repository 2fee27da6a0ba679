//! What the next orders of a batch will need is asked for before it is their turn. Hints only: nothing depends on them.

use cambist_wire::Frame;
use cambist_wire::commands::NewOrder;

use super::Engine;
use super::gate::position_hash;
use crate::position::Position;
use crate::processor::prefetch_lines;
use crate::slab::NONE;

/// So many, with their accounts, are more than a processor keeps near.
const MANY_POSITIONS: usize = 2_048;
/// Of an account, those that every order reads.
const HOT_LINES: usize = 7;
/// How many commands ahead the account and the instrument of an order are asked for.
const FAR: usize = 8;
/// How many ahead what these point to is.
const NEAR: usize = 4;

/// Where a batch is being looked at ahead of the command that is applied.
#[derive(Clone, Copy, Debug)]
pub(super) struct LookAhead<'a> {
    records: &'a [u8],
    far: usize,
    near: usize,
}

impl<'a> LookAhead<'a> {
    /// Before the first command of a batch that was checked; None where all that orders need is near anyway.
    pub(super) fn over(records: &'a [u8], positions: usize) -> Option<Self> {
        if positions < MANY_POSITIONS {
            return None;
        }
        let mut ahead = Self { records, far: 0, near: 0 };
        for _ in 0..FAR - NEAR {
            ahead.far = after(records, ahead.far);
        }
        for _ in 0..NEAR {
            ahead.far = after(records, ahead.far);
            ahead.near = after(records, ahead.near);
        }
        Some(ahead)
    }

    /// One command further.
    #[inline(always)]
    pub(super) fn step(&mut self, engine: &Engine) {
        if let Some(ids) = order_ids(self.records, self.far) {
            engine.ask_for_owner(ids);
        }
        if let Some(ids) = order_ids(self.records, self.near) {
            engine.ask_for_position(ids);
        }
        self.far = after(self.records, self.far);
        self.near = after(self.records, self.near);
    }
}

impl Engine {
    /// Nobody has asked for the client id of a new order before: it is asked for while the order before it is applied.
    #[inline(always)]
    pub(super) fn look_at_next(&self, frame: Option<&Frame<'_>>) {
        if let Some(frame) = frame
            && frame.header.kind == NewOrder::KIND
            && let Some((ids, client_id)) = frame.body.split_at_checked(NewOrder::FIXED_BYTES)
            && let Some([_, account_id, _]) = leading_ids(ids)
            && let Some(account) = self.accounts.index_of(account_id)
        {
            self.accounts[account].client_ids.prefetch(client_id);
        }
    }

    #[inline(always)]
    fn ask_for_owner(&self, ids: [u32; 3]) {
        if let Some((account, hash)) = self.owner_of(ids) {
            self.accounts.prefetch(account, HOT_LINES);
            self.position_index.prefetch(hash);
        }
    }

    #[inline(always)]
    fn ask_for_position(&self, ids: [u32; 3]) {
        if let Some((account, hash)) = self.owner_of(ids) {
            let slot = self.position_index.likely(hash).slot;
            prefetch_lines(
                self.positions.as_ptr().wrapping_add(slot as usize),
                size_of::<Position>().div_ceil(64),
            );
            self.accounts[account].client_ids.prefetch_end();
        }
    }

    /// Index of the account, and hash of the position.
    #[inline(always)]
    fn owner_of(&self, [instrument_id, account_id, strategy_id]: [u32; 3]) -> Option<(u32, u32)> {
        let account = self.accounts.index_of(account_id)?;
        let instrument = self.instruments.index_of(instrument_id)?;
        let strategy = if strategy_id == 0 { NONE } else { self.strategies.index_of(strategy_id)? };
        Some((account, position_hash(account, strategy, instrument)))
    }
}

/// Offset of the next record.
#[inline(always)]
fn after(records: &[u8], offset: usize) -> usize {
    records
        .get(offset..)
        .and_then(|rest| rest.first_chunk::<4>())
        .map_or(offset, |size| offset + u32::from_le_bytes(*size) as usize)
}

/// Of a plain order.
#[inline(always)]
fn order_ids(records: &[u8], offset: usize) -> Option<[u32; 3]> {
    let frame = Frame::read(records, offset).ok()?;
    if frame.header.kind == NewOrder::KIND { leading_ids(frame.body) } else { None }
}

/// Of instrument, account and strategy.
#[inline(always)]
fn leading_ids(order: &[u8]) -> Option<[u32; 3]> {
    let (words, _) = order.first_chunk::<12>()?.as_chunks::<4>();
    Some([words[0], words[1], words[2]].map(u32::from_le_bytes))
}
