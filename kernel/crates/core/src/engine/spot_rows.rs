//! What holdings add to a snapshot, and the way back.

use cambist_wire::snapshot::{AdjustmentRow, HoldingRow};

use super::Engine;
use crate::adjustments::Adjusted;
use crate::text::ClientId;

impl Engine {
    pub(super) fn holding_rows(&self) -> Vec<HoldingRow> {
        let mut rows = Vec::new();
        for account in self.accounts.by_id().map(|index| &self.accounts[index]) {
            let held = account.holdings.iter().filter(|(_, holding)| holding.balance != 0);
            rows.extend(held.map(|(asset_id, holding)| HoldingRow {
                account_id: account.id,
                asset_id: *asset_id,
                balance: holding.balance,
            }));
        }
        rows
    }

    pub(super) fn adjustment_rows(&self) -> impl Iterator<Item = AdjustmentRow<'_>> {
        let accounts = self.accounts.by_id().map(|index| &self.accounts[index]);
        accounts.flat_map(|account| {
            account.adjustments.iter().map(|(id, adjusted)| AdjustmentRow {
                account_id: account.id,
                asset_id: adjusted.asset_id,
                amount: adjusted.amount,
                client_adjustment_id: id.as_text(),
            })
        })
    }

    pub(super) fn restore_holding(&mut self, row: &HoldingRow) -> Option<()> {
        let account = self.accounts.index_of(row.account_id)?;
        self.assets.get(&row.asset_id)?;
        self.accounts[account].holdings.entry(row.asset_id).or_default().balance = row.balance;
        Some(())
    }

    pub(super) fn restore_adjustment(&mut self, row: &AdjustmentRow<'_>) -> Option<()> {
        let account = self.desk_account(row.account_id).ok()?;
        self.assets.get(&row.asset_id)?;
        let id = ClientId::parse(row.client_adjustment_id).filter(|id| !id.is_empty())?;
        let adjustments = &mut self.accounts[account].adjustments;
        let adjusted = Adjusted { asset_id: row.asset_id, amount: row.amount };
        adjustments.known(&id).is_none().then(|| adjustments.remember(id, adjusted))
    }
}
