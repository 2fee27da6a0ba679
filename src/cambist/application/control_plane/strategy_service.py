"""Strategies as people steer them: state and parameters."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from cambist.application.control_plane.command_gateway import CommandGateway, rejection
from cambist.application.control_plane.directory import Directory
from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.application.control_plane.strategy_table import StrategyRecord
from cambist.application.ports.strategy_catalog import ParameterError, ParameterSpec, ParameterValue, StrategyCatalog
from cambist.domain.commands import SetStrategyParameters, SetStrategyState
from cambist.domain.message import Command
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import StrategyState

_MESSAGE_CHARACTERS_MAX = 200
_AT_REST = (StrategyState.STOPPED, StrategyState.ERROR)


class StrategyService:
    """Each call answers with the strategy as it is afterwards. Raises the host's failures."""

    def __init__(self, gateway: CommandGateway, directory: Directory, catalog: StrategyCatalog) -> None:
        self._gateway = gateway
        self._directory = directory
        self._catalog = catalog
        self._changing = asyncio.Lock()
        """What a change of parameters leaves out is as the one before it made it."""

    async def start(self, name: str, cause: str) -> StrategyRecord | Refusal:
        """From STOPPED."""
        return await self._move(name, StrategyState.RUNNING, cause, StrategyState.STOPPED)

    async def pause(self, name: str, cause: str) -> StrategyRecord | Refusal:
        """Cancel its orders, keep its positions, and wait."""
        return await self._move(name, StrategyState.PAUSED, cause)

    async def resume(self, name: str, cause: str) -> StrategyRecord | Refusal:
        """From PAUSED."""
        return await self._move(name, StrategyState.RUNNING, cause, StrategyState.PAUSED)

    async def stop(self, name: str, cause: str) -> StrategyRecord | Refusal:
        """Also the way out of ERROR."""
        return await self._move(name, StrategyState.STOPPED, cause)

    async def set_parameters(self, name: str, values: Mapping[str, ParameterValue]) -> StrategyRecord | Refusal:
        """Change some parameters; the others stay."""
        async with self._changing:
            return await self._set_parameters(name, values)

    def specs(self, name: str) -> Sequence[ParameterSpec]:
        """Its declared parameters."""
        return self._catalog.specs(name)

    def values(self, strategy: StrategyRecord) -> dict[str, ParameterValue]:
        """Its parameters by name, defaults included."""
        defaults = {spec.name: spec.default for spec in self._catalog.specs(strategy.name)}
        return defaults | _decoded(strategy.parameters)

    async def _set_parameters(self, name: str, values: Mapping[str, ParameterValue]) -> StrategyRecord | Refusal:
        strategy = self._directory.strategy(name)
        if isinstance(strategy, Refusal):
            return strategy
        canonical = self._catalog.validate(name, {**_decoded(strategy.parameters), **values})
        if isinstance(canonical, ParameterError):
            return Refusal(Reason.INVALID_PARAMETERS.name, _short(canonical.message), canonical.action)
        fixed = self._fixed_while_active(strategy, _decoded(canonical))
        if fixed:
            names = ", ".join(fixed)
            message = f"{names} may change only while {name} is STOPPED; it is {strategy.state.name}."
            return refusal(Reason.INVALID_TRANSITION, message)
        return await self._send(
            SetStrategyParameters(strategy_id=strategy.strategy_id, parameters=canonical), name, strategy
        )

    def _fixed_while_active(self, strategy: StrategyRecord, wanted: Mapping[str, ParameterValue]) -> list[str]:
        """Parameters that would change although they may not now."""
        if strategy.state in _AT_REST:
            return []
        present = self.values(strategy)
        return [
            spec.name
            for spec in self._catalog.specs(strategy.name)
            if not spec.live and wanted.get(spec.name, spec.default) != present.get(spec.name)
        ]

    async def _move(
        self, name: str, state: StrategyState, cause: str, only_from: StrategyState | None = None
    ) -> StrategyRecord | Refusal:
        strategy = self._directory.strategy(name)
        if isinstance(strategy, Refusal):
            return strategy
        if only_from is not None and strategy.state is not only_from:
            message = f"{name} is {strategy.state.name}; this step starts from {only_from.name}."
            return refusal(Reason.INVALID_TRANSITION, message)
        if state is StrategyState.RUNNING and not self._catalog.is_loaded(name):
            return refusal(Reason.STRATEGY_NOT_LOADED, f"{name} is known from before, but nothing of it runs here.")
        command = SetStrategyState(strategy_id=strategy.strategy_id, state=state, cause=cause)
        return await self._send(command, name, strategy)

    async def _send(self, command: Command, name: str, strategy: StrategyRecord) -> StrategyRecord | Refusal:
        receipt = await self._gateway.send(command)
        if isinstance(receipt, Refusal):
            return receipt
        reason = rejection(receipt)
        if reason:
            return refusal(reason, f"{name} is {strategy.state.name}; it cannot do that now.")
        return self._directory.strategy(name)


def _decoded(parameters: str) -> dict[str, ParameterValue]:
    return msgspec.json.decode(parameters, type=dict[str, ParameterValue])


def _short(message: str) -> str:
    """A message that quotes what was sent, however long that was."""
    return message if len(message) <= _MESSAGE_CHARACTERS_MAX else f"{message[:_MESSAGE_CHARACTERS_MAX]}..."
