//! Assets, what accounts hold of them, and what spot orders and fills do to that.

use cambist_wire::commands::NewOrder;
use cambist_wire::spot::{AdjustHolding, AssetDefined, DefineAsset, HoldingChanged};
use cambist_wire::{Contingency, OrderType, Side, reasons};

use super::Engine;
use super::ledger::Fill;
use crate::adjustments::Adjusted;
use crate::instructions::Instructions;
use crate::text::{ClientId, is_name};

impl Engine {
    pub(super) fn define_asset(&mut self, definition: &DefineAsset<'_>) -> Result<(), u32> {
        let DefineAsset { asset_id, name } = *definition;
        if asset_id < 1 || !is_name(name, 16) {
            return Err(reasons::INVALID_DEFINITION);
        }
        if let Some(known) = self.assets.get(&asset_id) {
            return if known == name { Ok(()) } else { Err(reasons::ALREADY_EXISTS) };
        }
        if self.assets.values().any(|known| known == name) {
            return Err(reasons::ALREADY_EXISTS);
        }
        self.assets.insert(asset_id, name.to_owned());
        self.output.emit(&AssetDefined { asset_id, name });
        Ok(())
    }

    pub(super) fn adjust_holding(&mut self, adjustment: &AdjustHolding<'_>) -> Result<(), u32> {
        let AdjustHolding { account_id, asset_id, amount, client_adjustment_id } = *adjustment;
        let account = self.desk_account(account_id)?;
        if !self.assets.contains_key(&asset_id) {
            return Err(reasons::UNKNOWN_ASSET);
        }
        if amount > i128::from(i64::MAX) || amount < -i128::from(i64::MAX) {
            return Err(reasons::INVALID_DEFINITION);
        }
        let id = ClientId::parse(client_adjustment_id).ok_or(reasons::INVALID_DEFINITION)?;
        let adjusted = Adjusted { asset_id, amount };
        if let Some(known) = self.accounts[account].adjustments.known(&id) {
            return if known == adjusted { Ok(()) } else { Err(reasons::ALREADY_EXISTS) };
        }
        let holding = self.accounts[account].holdings.entry(asset_id).or_default();
        if amount < 0 && holding.free() + amount < 0 {
            return Err(reasons::INSUFFICIENT_BALANCE);
        }
        self.accounts[account].adjustments.remember(id, adjusted);
        self.move_holding(account, asset_id, amount);
        Ok(())
    }

    /// Rules spot.single and spot.priced: a purchase that may trade at any price later cannot be paid for now.
    #[cold]
    pub(super) fn check_offered_spot(
        &self,
        instrument: u32,
        order: &NewOrder<'_>,
        instructions: Option<&Instructions>,
    ) -> Result<(), u32> {
        if instructions.is_some_and(|asked| asked.contingency != Contingency::None) {
            return Err(reasons::NOT_OFFERED);
        }
        let is_kept = self.instruments[instrument].is_collecting || order.time_in_force.may_rest();
        let waits = order.order_type.waits() || order.order_type == OrderType::Market && is_kept;
        let is_unpriced = order.side == Side::Buy && order.price == 0;
        let moves = order.side == Side::Buy && order.order_type == OrderType::Pegged;
        if moves || is_unpriced && waits { Err(reasons::NOT_OFFERED) } else { Ok(()) }
    }

    /// Rule spot.funds: what `qty` lots may take, less what the order's old form gives back, is free.
    #[cold]
    pub(super) fn check_funds(
        &self,
        account: u32,
        instrument: u32,
        side: Side,
        gate_price: i64,
        qty: i64,
        freed: i128,
    ) -> Result<(), u32> {
        let instrument = &self.instruments[instrument];
        let needed = i128::from(qty) * instrument.reserve_per_lot(side, gate_price) - freed;
        let holding = self.accounts[account].holdings.get(&instrument.pays_with(side));
        let free = holding.map_or(0, |holding| holding.free());
        if needed <= free { Ok(()) } else { Err(reasons::INSUFFICIENT_BALANCE) }
    }

    /// Rule spot.reserve: reserve (or, where negative, give back) what `leaves` lots of an order may take.
    #[cold]
    pub(super) fn set_aside(&mut self, slot: u32, leaves: i64) {
        let order = &self.desk_orders[slot];
        let instrument = &self.instruments[order.instrument];
        let amount = i128::from(leaves) * instrument.reserve_per_lot(order.side, order.gate_price);
        let holdings = &mut self.accounts[order.account].holdings;
        holdings.entry(instrument.pays_with(order.side)).or_default().reserved += amount;
        self.positions[order.position as usize].open_leaves[order.side as usize] += leaves;
    }

    /// Rule spot.settle: what was bought comes, what pays for it goes, the commission is of the quote asset.
    #[cold]
    pub(super) fn exchange(&mut self, account: u32, fill: &Fill, value: i64, commission: i64) {
        let instrument = &self.instruments[fill.instrument];
        let (base, quote) = (instrument.base_asset_id, instrument.quote_asset_id);
        let sign = i128::from(fill.side.sign());
        let lots = i128::from(fill.qty) * i128::from(instrument.lot_size);
        self.move_holding(account, base, sign * lots);
        self.move_holding(account, quote, -sign * i128::from(value) - i128::from(commission));
    }

    fn move_holding(&mut self, account: u32, asset_id: u32, amount: i128) {
        let account = &mut self.accounts[account];
        let holding = account.holdings.entry(asset_id).or_default();
        holding.balance += amount;
        let (account_id, balance) = (account.id, holding.balance);
        self.output.emit(&HoldingChanged { account_id, asset_id, amount, balance });
    }
}
