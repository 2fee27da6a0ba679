//! Market-maker protection: its commands, and the quotes that it pulls.

use cambist_wire::participants::{
    MarketMakerProtectionChanged, ProtectionReset, ResetProtection, SetMarketMakerProtection,
};
use cambist_wire::reasons;

use super::Engine;
use super::orders::OpenOrder;

impl Engine {
    pub(super) fn set_protection(&mut self, change: &SetMarketMakerProtection) -> Result<(), u32> {
        let SetMarketMakerProtection { account_id, instrument_id, window_ns, max_fills, max_qty, max_delta } =
            *change;
        self.accounts.index_of(account_id).ok_or(reasons::UNKNOWN_ACCOUNT)?;
        if instrument_id != 0 {
            self.instruments.index_of(instrument_id).ok_or(reasons::UNKNOWN_INSTRUMENT)?;
        }
        if !self.protections.set(change) {
            return Err(reasons::INVALID_DEFINITION);
        }
        self.output.emit(&MarketMakerProtectionChanged {
            account_id,
            instrument_id,
            window_ns,
            max_fills,
            max_qty,
            max_delta,
        });
        Ok(())
    }

    pub(super) fn reset_protection(&mut self, reset: &ResetProtection) -> Result<(), u32> {
        let ResetProtection { account_id, instrument_id } = *reset;
        self.accounts.index_of(account_id).ok_or(reasons::UNKNOWN_ACCOUNT)?;
        if !self.protections.reset(account_id, instrument_id) {
            return Err(reasons::INVALID_TRANSITION);
        }
        self.output.emit(&ProtectionReset { account_id, instrument_id });
        Ok(())
    }

    /// Where matching has triggered protections, the quotes they protect go now.
    #[inline]
    pub(super) fn pull_quotes(&mut self) {
        if !self.protections.triggered.is_empty() {
            self.pull_triggered();
        }
    }

    #[cold]
    fn pull_triggered(&mut self) {
        while let Some(trigger) = self.protections.triggered.pop_front() {
            self.output.emit(&trigger);
            for order_id in self.quotes.order_ids(trigger.account_id, trigger.instrument_id) {
                let slot = match self.open_order(order_id) {
                    Some(OpenOrder::Desk(slot)) => self.desk_orders[slot].resting,
                    Some(OpenOrder::Member(slot)) => slot,
                    None => continue,
                };
                self.cancel_resting(slot, reasons::PROTECTION_TRIGGERED);
            }
        }
    }
}
