//! What the firm and its accounts may do, and the kill switch.

use cambist_wire::commands::SetTradingState;
use cambist_wire::events::TradingStateChanged;
use cambist_wire::{TradingState, reasons};

use super::Engine;

impl Engine {
    pub(super) fn set_trading_state(&mut self, change: &SetTradingState<'_>) -> Result<(), u32> {
        let scope = self.state_scope(change.account_id)?;
        if self.is_killed(scope) && change.state != TradingState::Halted {
            return Err(reasons::KILL_SWITCH_ENGAGED);
        }
        let killed = self.is_killed(scope);
        self.change_state(scope, change.state, killed, change.cause);
        Ok(())
    }

    pub(super) fn kill(&mut self, account_id: u32, cause: &str) -> Result<(), u32> {
        let scope = self.state_scope(account_id)?;
        self.change_state(scope, TradingState::Halted, true, cause);
        Ok(())
    }

    pub(super) fn reset_kill(&mut self, account_id: u32, cause: &str) -> Result<(), u32> {
        let scope = self.state_scope(account_id)?;
        if !self.is_killed(scope) {
            return Err(reasons::INVALID_TRANSITION);
        }
        // The state stays HALTED, and so nothing is left to cancel.
        self.state_event(scope, TradingState::Halted, false, cause);
        Ok(())
    }

    /// The stricter of the firm's and the account's state.
    #[inline]
    pub(super) fn effective_state(&self, account: u32) -> TradingState {
        self.firm_state.state.max(self.accounts[account].state)
    }

    /// The whole firm is None.
    fn state_scope(&self, account_id: u32) -> Result<Option<u32>, u32> {
        if account_id == 0 { Ok(None) } else { self.desk_account(account_id).map(Some) }
    }

    fn is_killed(&self, scope: Option<u32>) -> bool {
        scope.map_or(self.firm_state.killed, |account| self.accounts[account].killed)
    }

    fn change_state(&mut self, scope: Option<u32>, state: TradingState, killed: bool, cause: &str) {
        self.state_event(scope, state, killed, cause);
        if state == TradingState::Halted {
            self.cancel_orders(scope, reasons::TRADING_STOPPED, |_| true);
        }
    }

    fn state_event(&mut self, scope: Option<u32>, state: TradingState, killed: bool, cause: &str) {
        let account_id = match scope {
            None => {
                self.firm_state = super::FirmState { state, killed };
                0
            }
            Some(index) => {
                let account = &mut self.accounts[index];
                account.state = state;
                account.killed = killed;
                account.id
            }
        };
        self.output.emit(&TradingStateChanged { account_id, state, killed, cause });
    }
}
