//! The life of strategies, and their parameters.

use cambist_wire::commands::{CreateStrategy, SetStrategyParameters, SetStrategyState};
use cambist_wire::events::{StrategyCreated, StrategyParametersChanged, StrategyStateChanged};
use cambist_wire::{StrategyState, reasons};

use super::Engine;
use crate::strategy::Strategy;
use crate::text::is_name;

impl Engine {
    pub(super) fn create_strategy(&mut self, creation: &CreateStrategy<'_>) -> Result<(), u32> {
        let CreateStrategy { strategy_id, account_id, name } = *creation;
        if strategy_id == 0 || strategy_id == u32::MAX || !is_name(name, 64) {
            return Err(reasons::INVALID_DEFINITION);
        }
        if let Some(index) = self.strategies.index_of(strategy_id) {
            let strategy = &self.strategies[index];
            let is_same = self.accounts[strategy.account].id == account_id && strategy.name == name;
            return if is_same { Ok(()) } else { Err(reasons::ALREADY_EXISTS) };
        }
        let account = self.desk_account(account_id)?;
        self.add_strategy(Strategy::new(strategy_id, account, name));
        self.output.emit(&StrategyCreated { strategy_id, account_id, name });
        Ok(())
    }

    pub(super) fn add_strategy(&mut self, strategy: Strategy) -> u32 {
        let (id, account) = (strategy.id, strategy.account);
        let index = self.strategies.insert(id, strategy);
        let strategies = &self.strategies;
        let siblings = &mut self.accounts[account].strategies;
        let place = siblings.partition_point(|other| strategies[*other].id < id);
        siblings.insert(place, index);
        index
    }

    pub(super) fn set_strategy_state(&mut self, change: &SetStrategyState<'_>) -> Result<(), u32> {
        let SetStrategyState { strategy_id, state, cause } = *change;
        let index = self.strategies.index_of(strategy_id).ok_or(reasons::UNKNOWN_STRATEGY)?;
        let strategy = &mut self.strategies[index];
        if !strategy.may_become(state) {
            return Err(reasons::INVALID_TRANSITION);
        }
        let previous = std::mem::replace(&mut strategy.state, state);
        let account = strategy.account;
        self.output.emit(&StrategyStateChanged { strategy_id, previous, state, cause });
        if previous == StrategyState::Running {
            self.cancel_orders(Some(account), reasons::STRATEGY_STOPPED, |order| order.strategy == index);
        }
        Ok(())
    }

    pub(super) fn set_strategy_parameters(&mut self, change: &SetStrategyParameters<'_>) -> Result<(), u32> {
        let SetStrategyParameters { strategy_id, parameters } = *change;
        let index = self.strategies.index_of(strategy_id).ok_or(reasons::UNKNOWN_STRATEGY)?;
        self.strategies[index].parameters = Some(parameters.to_owned());
        self.output.emit(&StrategyParametersChanged { strategy_id, parameters });
        Ok(())
    }
}
