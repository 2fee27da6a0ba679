"""What accounts can hold besides money on margin (docs/engine.md section 39).

Every method returns why it refused, else NONE; a refused command changes nothing.
"""

from __future__ import annotations

from cambist.domain.commands import AdjustHolding, DefineAsset
from cambist.domain.events import AssetDefined, HoldingChanged
from cambist.domain.holding import MAX_ASSET_NAME_CHARACTERS
from cambist.domain.instrument import Instrument, is_plain_text
from cambist.domain.order_form import MAX_CLIENT_ORDER_ID_CHARACTERS
from cambist.domain.reasons import Reason
from cambist.domain.widths import MAX_I64
from cambist.engine.reference.adjustments import Adjusted
from cambist.engine.reference.desk_account import desk_account_reason
from cambist.engine.reference.echo import fields_of
from cambist.engine.reference.state import EngineState


class Assets:
    """Names of assets, deposits and withdrawals of them."""

    def __init__(self, state: EngineState) -> None:
        self._state = state

    def define(self, command: DefineAsset) -> Reason:
        """A new asset; the same one again is no news."""
        if command.asset_id < 1 or not is_plain_text(command.name, MAX_ASSET_NAME_CHARACTERS):
            return Reason.INVALID_DEFINITION
        known = self._state.assets.get(command.asset_id)
        if known is not None:
            return Reason.NONE if known == command.name else Reason.ALREADY_EXISTS
        if command.name in self._state.assets.values():
            return Reason.ALREADY_EXISTS
        self._state.assets[command.asset_id] = command.name
        self._state.log.emit(AssetDefined(**fields_of(command)))
        return Reason.NONE

    def adjust(self, command: AdjustHolding) -> Reason:
        """Deposit or withdraw. What open orders may take stays; the same again, by its id, is no news."""
        if reason := desk_account_reason(self._state, command.account_id):
            return reason
        if command.asset_id not in self._state.assets:
            return Reason.UNKNOWN_ASSET
        if abs(command.amount) > MAX_I64 or not _is_adjustment_id(command.client_adjustment_id):
            return Reason.INVALID_DEFINITION
        adjusted = Adjusted(command.asset_id, command.amount)
        known = self._state.adjustments.known(command)
        if known is not None:
            return Reason.NONE if known == adjusted else Reason.ALREADY_EXISTS
        holding = self._state.holdings[command.account_id, command.asset_id]
        if command.amount < 0 and holding.free + command.amount < 0:
            return Reason.INSUFFICIENT_BALANCE
        holding.balance += command.amount
        self._state.adjustments.remember(command.account_id, command.client_adjustment_id, adjusted)
        self._state.log.emit(
            HoldingChanged(
                account_id=command.account_id,
                asset_id=command.asset_id,
                amount=command.amount,
                balance=holding.balance,
            )
        )
        return Reason.NONE


def _is_adjustment_id(text: str) -> bool:
    return not text or is_plain_text(text, MAX_CLIENT_ORDER_ID_CHARACTERS)


def assets_reason(state: EngineState, instrument: Instrument) -> Reason:
    """UNKNOWN_ASSET where a SPOT instrument names one that is not defined, else NONE."""
    wanted = (instrument.base_asset_id, instrument.quote_asset_id) if instrument.is_spot else ()
    return Reason.NONE if all(asset_id in state.assets for asset_id in wanted) else Reason.UNKNOWN_ASSET
