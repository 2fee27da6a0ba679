"""Limits, trading state and the kill switch, as people set them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from cambist.application.control_plane.account_table import AccountRecord
from cambist.application.control_plane.command_gateway import CommandGateway
from cambist.application.control_plane.directory import Directory
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.application.control_plane.risk_table import FIRM
from cambist.application.control_plane.risk_view import RiskView, view_risk
from cambist.application.control_plane.strategy_table import StrategyRecord
from cambist.domain.commands import Kill, ResetKill, SetLimits, SetSymbolPermission, SetTradingState
from cambist.domain.limits import Limits
from cambist.domain.message import Command
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import TradingState

_OF_ACCOUNTS_ONLY = ("max_drawdown", "leverage")


class _Scope(NamedTuple):
    """Whose switch is meant: a strategy's, an account's, or (None) the firm's."""

    account: AccountRecord | None
    strategy_id: int

    @property
    def ids(self) -> dict[str, int]:
        """As commands name it."""
        return {"account_id": self.account.account_id if self.account else FIRM, "strategy_id": self.strategy_id}


class RiskService:
    """Each call answers with the risk view as it is afterwards. Raises the host's failures."""

    def __init__(self, gateway: CommandGateway, directory: Directory, model: ReadModel) -> None:
        self._gateway = gateway
        self._directory = directory
        self._model = model
        self._changing = asyncio.Lock()
        """What a change of limits leaves out is as the one before it made it."""

    def risk(self, account: str | None) -> RiskView | Refusal:
        """Of an account, or of the firm where none is named."""
        found = self._directory.scope(account)
        return found if isinstance(found, Refusal) else self._view(found)

    async def set_limits(
        self, account: str | None, strategy: str | None, changes: Mapping[str, int]
    ) -> RiskView | Refusal:
        """Change some limits of an account or of a strategy; the others stay. Units as in SetLimits, 0 for none.

        A limit that the gate would not look at is refused: nobody may believe in a limit that does not hold.

        Without an account: of the one that the strategy trades in, else of the desk's first.
        """
        named = self._directory.strategy(strategy) if strategy is not None else None
        if isinstance(named, Refusal):
            return named
        unheard = [name for name in _OF_ACCOUNTS_ONLY if named and changes.get(name)]
        if unheard:
            return refusal(Reason.INVALID_REQUEST, f"{' and '.join(unheard)} cannot be set for a strategy alone.")
        found = self._account_of(account, named)
        if isinstance(found, Refusal):
            return found
        strategy_id = named.strategy_id if named else 0
        async with self._changing:
            with self._model.reading() as model:
                present = model.risk.limits(found.account_id, strategy_id)
            values = {name: getattr(present, name) for name in Limits.__struct_fields__} | dict(changes)
            command = SetLimits(account_id=found.account_id, strategy_id=strategy_id, **values)
            return await self._send(command, found)

    async def set_symbol_permission(self, account: str | None, symbol: str, *, is_allowed: bool) -> RiskView | Refusal:
        """Whether an account, the desk's first where none is named, may trade an instrument."""
        found, instrument = self._directory.account(account), self._directory.instrument(symbol)
        if isinstance(found, Refusal):
            return found
        if isinstance(instrument, Refusal):
            return instrument
        command = SetSymbolPermission(
            account_id=found.account_id, instrument_id=instrument.instrument_id, allowed=is_allowed
        )
        return await self._send(command, found)

    async def set_trading_state(
        self, account: str | None, strategy: str | None, state: TradingState, cause: str
    ) -> RiskView | Refusal:
        """Of a strategy, of an account, or of the firm where neither is named."""
        scope = self._scope(account, strategy)
        if isinstance(scope, Refusal):
            return scope
        return await self._send(SetTradingState(**scope.ids, state=state, cause=cause), scope.account)

    async def kill(self, account: str | None, strategy: str | None, cause: str) -> RiskView | Refusal:
        """Cancel everything of the scope, halt, latch."""
        scope = self._scope(account, strategy)
        return scope if isinstance(scope, Refusal) else await self._send(Kill(**scope.ids, cause=cause), scope.account)

    async def reset_kill(self, account: str | None, strategy: str | None, cause: str) -> RiskView | Refusal:
        """Release the latch; trading stays HALTED."""
        scope = self._scope(account, strategy)
        if isinstance(scope, Refusal):
            return scope
        return await self._send(ResetKill(**scope.ids, cause=cause), scope.account)

    def _account_of(self, account: str | None, strategy: StrategyRecord | None) -> AccountRecord | Refusal:
        if account is not None or strategy is None:
            return self._directory.account(account)
        with self._model.reading() as model:
            found = model.accounts.get(strategy.account_id)
        assert found is not None, "a strategy trades in an account of the desk"
        return found

    def _scope(self, account: str | None, strategy: str | None) -> _Scope | Refusal:
        """A strategy without an account is meant in its own; in another account the engine does not know it."""
        if strategy is None:
            of_account = self._directory.scope(account)
            return of_account if isinstance(of_account, Refusal) else _Scope(of_account, 0)
        named = self._directory.strategy(strategy)
        if isinstance(named, Refusal):
            return named
        found = self._account_of(account, named)
        return found if isinstance(found, Refusal) else _Scope(found, named.strategy_id)

    async def _send(self, command: Command, account: AccountRecord | None) -> RiskView | Refusal:
        receipt = await self._gateway.carry_out(command)
        return receipt if isinstance(receipt, Refusal) else self._view(account)

    def _view(self, account: AccountRecord | None) -> RiskView:
        with self._model.reading() as model:
            return view_risk(model, account)
