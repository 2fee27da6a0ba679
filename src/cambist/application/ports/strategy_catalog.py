"""What a strategy can be told while it exists: its parameters, their types and bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

ParameterValue = str | int | float | bool | None
"""As JSON holds it: decimals are strings."""


class ParameterSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One declared parameter. `type` is what the author wrote: int, float, str, bool or Decimal."""

    name: str
    type: str
    default: ParameterValue
    min: ParameterValue = None
    max: ParameterValue = None
    live: bool = False
    """Whether it may change while the strategy is RUNNING."""
    choices: tuple[str, ...] = ()
    """The allowed words of a str; empty where any will do."""


class ParameterError(msgspec.Struct, frozen=True):
    """Why values were not taken."""

    message: str
    action: str


class StrategyCatalog(Protocol):
    """The strategies that are loaded, by name."""

    def is_loaded(self, name: str) -> bool:
        """Whether there is code to run under this name."""

    def specs(self, name: str) -> Sequence[ParameterSpec]:
        """Parameters in the order of declaration; none for a name that is not loaded."""

    def validate(self, name: str, values: Mapping[str, ParameterValue]) -> str | ParameterError:
        """Canonical JSON of a whole set of values (what is missing takes its default), or why they cannot be taken:
        an unknown name, a wrong type, a value out of its bounds.
        """
