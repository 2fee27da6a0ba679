//! What the firm, its accounts and its strategies may do, and the kill switch.

use cambist_wire::commands::{Kill, ResetKill, SetTradingState};
use cambist_wire::events::TradingStateChanged;
use cambist_wire::{TradingState, reasons};

use super::Engine;
use crate::slab::NONE;

/// Who a trading state is of.
#[derive(Clone, Copy, Debug)]
enum StateScope {
    Firm,
    /// Index.
    Account(u32),
    /// Index.
    Strategy(u32),
}

impl Engine {
    pub(super) fn set_trading_state(&mut self, change: &SetTradingState<'_>) -> Result<(), u32> {
        let scope = self.state_scope(change.account_id, change.strategy_id)?;
        let killed = self.is_killed(scope);
        if killed && change.state != TradingState::Halted {
            return Err(reasons::KILL_SWITCH_ENGAGED);
        }
        self.change_state(scope, change.state, killed, change.cause);
        Ok(())
    }

    pub(super) fn kill(&mut self, kill: &Kill<'_>) -> Result<(), u32> {
        let scope = self.state_scope(kill.account_id, kill.strategy_id)?;
        self.change_state(scope, TradingState::Halted, true, kill.cause);
        Ok(())
    }

    pub(super) fn reset_kill(&mut self, reset: &ResetKill<'_>) -> Result<(), u32> {
        let scope = self.state_scope(reset.account_id, reset.strategy_id)?;
        if !self.is_killed(scope) {
            return Err(reasons::INVALID_TRANSITION);
        }
        // The state stays HALTED, and so nothing is left to cancel.
        self.state_event(scope, TradingState::Halted, false, reset.cause);
        Ok(())
    }

    /// The strictest of the firm's, the account's and the strategy's state.
    #[inline]
    pub(super) fn effective_state(&self, account: u32, strategy: u32) -> TradingState {
        let state = self.firm_state.state.max(self.accounts[account].state);
        if strategy == NONE { state } else { state.max(self.strategies[strategy].trading_state) }
    }

    /// A strategy is named together with its account.
    fn state_scope(&self, account_id: u32, strategy_id: u32) -> Result<StateScope, u32> {
        if account_id == 0 {
            return if strategy_id == 0 { Ok(StateScope::Firm) } else { Err(reasons::UNKNOWN_STRATEGY) };
        }
        let account = self.desk_account(account_id)?;
        if strategy_id == 0 {
            return Ok(StateScope::Account(account));
        }
        let strategy = self.strategy_of(account, strategy_id).ok_or(reasons::UNKNOWN_STRATEGY)?;
        Ok(StateScope::Strategy(strategy))
    }

    fn is_killed(&self, scope: StateScope) -> bool {
        match scope {
            StateScope::Firm => self.firm_state.killed,
            StateScope::Account(index) => self.accounts[index].killed,
            StateScope::Strategy(index) => self.strategies[index].killed,
        }
    }

    fn change_state(&mut self, scope: StateScope, state: TradingState, killed: bool, cause: &str) {
        self.state_event(scope, state, killed, cause);
        if state != TradingState::Halted {
            return;
        }
        let reason = reasons::TRADING_STOPPED;
        match scope {
            StateScope::Firm => self.cancel_orders(None, reason, |_| true),
            StateScope::Account(index) => self.cancel_orders(Some(index), reason, |_| true),
            StateScope::Strategy(index) => {
                let account = self.strategies[index].account;
                self.cancel_orders(Some(account), reason, |order| order.strategy == index);
            }
        }
    }

    fn state_event(&mut self, scope: StateScope, state: TradingState, killed: bool, cause: &str) {
        let (account_id, strategy_id) = match scope {
            StateScope::Firm => {
                self.firm_state = super::FirmState { state, killed };
                (0, 0)
            }
            StateScope::Account(index) => {
                let account = &mut self.accounts[index];
                account.state = state;
                account.killed = killed;
                (account.id, 0)
            }
            StateScope::Strategy(index) => {
                let strategy = &mut self.strategies[index];
                strategy.trading_state = state;
                strategy.killed = killed;
                (self.accounts[strategy.account].id, strategy.id)
            }
        };
        self.output.emit(&TradingStateChanged { account_id, strategy_id, state, killed, cause });
    }
}
