"""Reference data: instruments, accounts, money, fees, limits, permissions (docs/engine.md section 2).

Every method returns why it refused, else NONE; a refused command changes nothing.
"""

from __future__ import annotations

from cambist.domain.account import MAX_NAME_CHARACTERS, Account
from cambist.domain.commands import (
    ANY_ACCOUNT,
    AdjustBalance,
    DefineInstrument,
    MarketUpdate,
    OpenAccount,
    SaveState,
    SetFees,
    SetLimits,
    SetSelfTradePrevention,
    SetSymbolPermission,
)
from cambist.domain.events import (
    AccountOpened,
    BalanceChanged,
    FeesChanged,
    InstrumentDefined,
    LimitsChanged,
    SelfTradePreventionChanged,
    SymbolPermissionChanged,
)
from cambist.domain.fill import Fees
from cambist.domain.instrument import Instrument, is_plain_text
from cambist.domain.limits import Limits
from cambist.domain.reasons import Reason
from cambist.domain.widths import MAX_I64, MAX_PRICE
from cambist.engine.reference.assets import assets_reason
from cambist.engine.reference.desk_account import desk_account_reason
from cambist.engine.reference.echo import fields_of
from cambist.engine.reference.fee_table import ALL_INSTRUMENTS
from cambist.engine.reference.fee_tiers import FeeTiers
from cambist.engine.reference.market import Market
from cambist.engine.reference.state import EngineState


class Definitions:
    """What exists, and on which terms."""

    def __init__(self, state: EngineState, fee_tiers: FeeTiers) -> None:
        self._state = state
        self._fee_tiers = fee_tiers

    def define_instrument(self, command: DefineInstrument) -> Reason:
        """A new instrument; the same one again is no news."""
        instrument = Instrument.from_definition(command)
        if not instrument.is_well_formed:
            return Reason.INVALID_DEFINITION
        known = self._state.markets.get(command.instrument_id)
        if known is not None:
            return Reason.NONE if known.instrument == instrument else Reason.ALREADY_EXISTS
        if any(market.instrument.symbol == command.symbol for market in self._state.markets.values()):
            return Reason.ALREADY_EXISTS
        if reason := assets_reason(self._state, instrument):
            return reason
        market = self._state.markets[command.instrument_id] = Market(instrument)
        market.day_price = market.anchor_price if self._state.breaker else 0
        market.since_ns = self._state.log.now_ns
        self._state.log.emit(InstrumentDefined(**fields_of(command)))
        return Reason.NONE

    def open_account(self, command: OpenAccount) -> Reason:
        """A new account; the same one again is no news."""
        well_formed = 1 <= command.account_id < ANY_ACCOUNT and is_plain_text(command.name, MAX_NAME_CHARACTERS)
        if not well_formed:
            return Reason.INVALID_DEFINITION
        known = self._state.accounts.get(command.account_id)
        if known is not None:
            same = (known.kind, known.name) == (command.account_kind, command.name)
            return Reason.NONE if same else Reason.ALREADY_EXISTS
        self._state.accounts[command.account_id] = Account(
            account_id=command.account_id, kind=command.account_kind, name=command.name
        )
        self._fee_tiers.begin(self._state.accounts[command.account_id])
        self._state.log.emit(AccountOpened(**fields_of(command)))
        return Reason.NONE

    def adjust_balance(self, command: AdjustBalance) -> Reason:
        """Deposit or withdraw."""
        if reason := desk_account_reason(self._state, command.account_id):
            return reason
        if abs(command.amount) > MAX_I64:
            return Reason.INVALID_DEFINITION
        account = self._state.accounts[command.account_id]
        if command.amount < 0 and not account.can_withdraw(-command.amount):
            return Reason.INSUFFICIENT_MARGIN
        account.adjust(command.amount)
        self._state.log.emit(BalanceChanged(**fields_of(command), balance=account.balance))
        return Reason.NONE

    def set_fees(self, command: SetFees) -> Reason:
        """Of desk accounts and members alike."""
        if command.account_id not in self._state.accounts:
            return Reason.UNKNOWN_ACCOUNT
        if command.instrument_id != ALL_INSTRUMENTS and command.instrument_id not in self._state.markets:
            return Reason.UNKNOWN_INSTRUMENT
        fees = Fees(command.maker_fee, command.taker_fee)
        if not fees.are_well_formed:
            return Reason.INVALID_DEFINITION
        self._state.fees.entries[command.account_id, command.instrument_id] = fees
        self._state.log.emit(FeesChanged(**fields_of(command)))
        return Reason.NONE

    def set_limits(self, command: SetLimits) -> Reason:
        """Of an account, or of a strategy in it."""
        if reason := desk_account_reason(self._state, command.account_id):
            return reason
        if not self._state.is_strategy_of(command.strategy_id, command.account_id):
            return Reason.UNKNOWN_STRATEGY
        limits = Limits.told_by(command)
        if not limits.are_well_formed:
            return Reason.INVALID_DEFINITION
        self._state.scopes(command.account_id, command.strategy_id)[0].limits = limits
        self._state.log.emit(LimitsChanged(**fields_of(command)))
        return Reason.NONE

    def set_symbol_permission(self, command: SetSymbolPermission) -> Reason:
        """Everything is allowed until forbidden."""
        if reason := desk_account_reason(self._state, command.account_id):
            return reason
        if command.instrument_id not in self._state.markets:
            return Reason.UNKNOWN_INSTRUMENT
        pair = (command.account_id, command.instrument_id)
        if command.allowed:
            self._state.forbidden.discard(pair)
        else:
            self._state.forbidden.add(pair)
        self._state.log.emit(SymbolPermissionChanged(**fields_of(command)))
        return Reason.NONE

    def set_self_trade_prevention(self, command: SetSelfTradePrevention) -> Reason:
        """Of desk accounts and members alike; it holds for orders that arrive from now on."""
        account = self._state.accounts.get(command.account_id)
        if account is None:
            return Reason.UNKNOWN_ACCOUNT
        account.self_trade_mode, account.self_trade_group_id = command.mode, command.group_id
        self._state.log.emit(SelfTradePreventionChanged(**fields_of(command)))
        return Reason.NONE

    def market_update(self, command: MarketUpdate) -> Reason:
        """Prices of an outside instrument."""
        market = self._state.markets.get(command.instrument_id)
        if market is None:
            return Reason.UNKNOWN_INSTRUMENT
        if market.instrument.is_internal:
            return Reason.INVALID_TRANSITION
        prices = (command.bid_price, command.ask_price, command.last_price)
        if not all(0 <= price <= MAX_PRICE for price in prices):
            return Reason.INVALID_PRICE
        market.quote = (command.bid_price, command.ask_price)
        market.last_price = command.last_price or market.last_price
        return Reason.NONE

    def save_state(self, command: SaveState) -> Reason:
        """Keep bytes under a slot; none at all remove it."""
        self._state.saved.pop(command.slot, None)
        if command.state:
            self._state.saved[command.slot] = command.state
        return Reason.NONE
