"""Who may trade: trading states, the kill switch, and the life of strategies (docs/engine.md section 2).

Every method returns why it refused, else NONE; a refused command changes nothing.
"""

from __future__ import annotations

from cambist.domain.account import MAX_NAME_CHARACTERS
from cambist.domain.commands import (
    ANY_STRATEGY,
    CreateStrategy,
    Kill,
    ResetKill,
    SetStrategyParameters,
    SetStrategyState,
    SetTradingState,
)
from cambist.domain.events import (
    StrategyCreated,
    StrategyParametersChanged,
    StrategyStateChanged,
    TradingStateChanged,
)
from cambist.domain.instrument import is_plain_text
from cambist.domain.reasons import Reason
from cambist.domain.strategy import Strategy
from cambist.domain.trading_switch import TradingSwitch
from cambist.domain.vocabulary import TradingState
from cambist.engine.reference.desk import Desk
from cambist.engine.reference.desk_account import desk_account_reason
from cambist.engine.reference.echo import fields_of
from cambist.engine.reference.state import EngineState

FIRM = 0
WHOLE_ACCOUNT = 0
ScopeCommand = SetTradingState | Kill | ResetKill


class TradingControl:
    """What stops trading also cancels what is open; positions stay."""

    def __init__(self, state: EngineState, desk: Desk) -> None:
        self._state = state
        self._desk = desk

    def set_trading_state(self, command: SetTradingState) -> Reason:
        """Of the firm, of an account, or of a strategy."""
        reason = self._scope_reason(command) or self._switch(command).set(command.state)
        if not reason:
            self._announce(command)
        return reason

    def kill(self, command: Kill) -> Reason:
        """Halt, latch, cancel."""
        if reason := self._scope_reason(command):
            return reason
        self._switch(command).kill()
        self._announce(command)
        return Reason.NONE

    def reset_kill(self, command: ResetKill) -> Reason:
        """Release the latch only: somebody must still set the state."""
        reason = self._scope_reason(command) or self._switch(command).reset()
        if not reason:
            self._state_switch(command)
        return reason

    def create_strategy(self, command: CreateStrategy) -> Reason:
        """A new strategy, STOPPED; the same one again is no news."""
        well_formed = 1 <= command.strategy_id < ANY_STRATEGY and is_plain_text(command.name, MAX_NAME_CHARACTERS)
        if not well_formed:
            return Reason.INVALID_DEFINITION
        known = self._state.strategies.get(command.strategy_id)
        if known is not None:
            same = (known.account_id, known.name) == (command.account_id, command.name)
            return Reason.NONE if same else Reason.ALREADY_EXISTS
        if reason := desk_account_reason(self._state, command.account_id):
            return reason
        self._state.strategies[command.strategy_id] = Strategy(
            strategy_id=command.strategy_id, account_id=command.account_id, name=command.name
        )
        self._state.log.emit(StrategyCreated(**fields_of(command)))
        return Reason.NONE

    def set_strategy_state(self, command: SetStrategyState) -> Reason:
        """A step in a strategy's life. Leaving RUNNING cancels its open orders."""
        strategy = self._state.strategies.get(command.strategy_id)
        if strategy is None:
            return Reason.UNKNOWN_STRATEGY
        if not strategy.may_move(command.state):
            return Reason.INVALID_TRANSITION
        previous, was_running = strategy.state, strategy.is_running
        strategy.move(command.state)
        self._state.log.emit(StrategyStateChanged(**fields_of(command), previous=previous))
        if was_running:
            self._desk.cancel_where(lambda order: order.strategy_id == strategy.strategy_id, Reason.STRATEGY_STOPPED)
        return Reason.NONE

    def set_strategy_parameters(self, command: SetStrategyParameters) -> Reason:
        """Recorded as they are."""
        strategy = self._state.strategies.get(command.strategy_id)
        if strategy is None:
            return Reason.UNKNOWN_STRATEGY
        strategy.set_parameters(command.parameters)
        self._state.log.emit(StrategyParametersChanged(**fields_of(command)))
        return Reason.NONE

    def _announce(self, command: SetTradingState | Kill) -> None:
        """State the switch, and cancel what is open if it halts."""
        self._state_switch(command)
        if self._switch(command).state is TradingState.HALTED:
            self._desk.cancel_where(
                lambda order: (
                    command.account_id in (FIRM, order.account_id)
                    and command.strategy_id in (WHOLE_ACCOUNT, order.strategy_id)
                ),
                Reason.TRADING_STOPPED,
            )

    def _state_switch(self, command: ScopeCommand) -> None:
        switch = self._switch(command)
        self._state.log.emit(
            TradingStateChanged(
                account_id=command.account_id,
                strategy_id=command.strategy_id,
                state=switch.state,
                killed=switch.is_killed,
                cause=command.cause,
            )
        )

    def _scope_reason(self, command: ScopeCommand) -> Reason:
        """Rule kill.strategy: a strategy is named together with its account."""
        reason = Reason.NONE
        if command.account_id != FIRM:
            reason = desk_account_reason(self._state, command.account_id)
        known = self._state.is_strategy_of(command.strategy_id, command.account_id)
        return reason or (Reason.NONE if known else Reason.UNKNOWN_STRATEGY)

    def _switch(self, command: ScopeCommand) -> TradingSwitch:
        if command.account_id == FIRM:
            return self._state.firm
        return self._state.scopes(command.account_id, command.strategy_id)[0].switch
