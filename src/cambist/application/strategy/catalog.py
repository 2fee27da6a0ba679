"""The loaded strategies' parameters, for whoever changes them from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cambist.application.ports.strategy_catalog import ParameterError, ParameterSpec, ParameterValue
from cambist.application.strategy.author import Strategy
from cambist.application.strategy.parameters import canonical_json, parameters_of
from cambist.domain.errors import StrategyError


class LoadedStrategies:
    """Implements the port StrategyCatalog."""

    def __init__(self, strategies: Mapping[str, type[Strategy]]) -> None:
        self._strategies = dict(strategies)

    def is_loaded(self, name: str) -> bool:
        """Whether there is code to run under this name."""
        return name in self._strategies

    def specs(self, name: str) -> Sequence[ParameterSpec]:
        """Parameters in the order of declaration; none for a name that is not loaded."""
        owner = self._strategies.get(name)
        return [parameter.spec() for parameter in parameters_of(owner).values()] if owner else []

    def validate(self, name: str, values: Mapping[str, ParameterValue]) -> str | ParameterError:
        """Canonical JSON of a whole set of values (what is missing takes its default), or why they cannot be taken."""
        owner = self._strategies.get(name)
        if owner is None:
            return ParameterError(f"The strategy {name!r} is not loaded.", "Start it with this process first.")
        try:
            return canonical_json(owner, values)
        except StrategyError as error:
            return ParameterError(error.message, error.action)
