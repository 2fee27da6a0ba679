"""`param(...)`: what of a strategy can be set from outside, with its type and bounds."""

from __future__ import annotations

import json
import math
import typing
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any

from cambist.application.ports.strategy_catalog import ParameterSpec, ParameterValue
from cambist.domain.errors import StrategyError, ValueOutOfRange
from cambist.domain.grid import parse_decimal

_TYPES = (bool, int, float, Decimal, str)


class Parameter:
    """A descriptor: on the class it is itself, on a strategy it is the present value."""

    def __init__(self, default: Any, minimum: Any, maximum: Any, choices: Sequence[str] | None, live: bool) -> None:
        self._default = default
        self._minimum = minimum
        self._maximum = maximum
        self._choices = tuple(choices or ())
        self.live = live
        self.name = ""
        self._owner: type[Any] = object
        self._type: type[Any] | None = None

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.name = name
        self._owner = owner

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
        if instance is None:
            return self
        values = vars(instance)
        if self.name not in values:
            values[self.name] = self.default
        return values[self.name]

    def __set__(self, instance: Any, value: Any) -> None:
        vars(instance)[self.name] = self.convert(value)

    @property
    def value_type(self) -> type[Any]:
        """Of its values: as annotated, else that of its default."""
        if self._type is None:
            self._type = self._find_type()
        return self._type

    @property
    def default(self) -> Any:
        """The value until another is set."""
        return self.convert(self._default)

    @property
    def choices(self) -> tuple[str, ...]:
        """The allowed words, where there is a list of them."""
        if issubclass(self.value_type, Enum):
            return tuple(self.value_type.__members__)
        return self._choices

    def convert(self, value: Any) -> Any:
        """The value in the parameter's own type and within its bounds. Raises StrategyError."""
        try:
            converted = self._converted(value)
        except (ValueError, KeyError, TypeError, OverflowError, ValueOutOfRange) as error:
            raise StrategyError(f"{self.name} cannot be {value!r}.", f"Give {self._wanted()}.") from error
        if self._is_outside(converted):
            raise StrategyError(f"{self.name} cannot be {value!r}.", f"Give {self._wanted()}.")
        return converted

    def plain(self, value: Any) -> ParameterValue:
        """A value as JSON holds it."""
        if isinstance(value, Enum):
            return value.name
        return str(value) if isinstance(value, Decimal) else value

    def spec(self) -> ParameterSpec:
        """What pages and sweeps need to know."""
        name = "str" if issubclass(self.value_type, Enum) else self.value_type.__name__
        low = None if self._minimum is None else self.plain(self._converted(self._minimum))
        high = None if self._maximum is None else self.plain(self._converted(self._maximum))
        return ParameterSpec(
            name=self.name,
            type=name,
            default=self.plain(self.default),
            min=low,
            max=high,
            live=self.live,
            choices=self.choices,
        )

    def _find_type(self) -> type[Any]:
        annotated = typing.get_type_hints(self._owner).get(self.name, type(self._default))
        if isinstance(annotated, type) and (annotated in _TYPES or issubclass(annotated, Enum)):
            return annotated
        raise StrategyError(
            f"The parameter {self.name} has the type {annotated}.",
            "Annotate it as int, float, Decimal, bool, str or an Enum of your own.",
        )

    def _converted(self, value: Any) -> Any:
        if issubclass(self.value_type, Enum):
            return value if isinstance(value, self.value_type) else self.value_type[str(value).upper()]
        if self.value_type is Decimal:
            return parse_decimal(value)
        if self.value_type is bool:
            return value if isinstance(value, bool) else {"true": True, "false": False}[str(value).lower()]
        if isinstance(value, bool):
            raise TypeError(value)
        if self.value_type is str:
            return _only(value, str)
        if self.value_type is int:
            return int(value) if isinstance(value, str) else _only(value, int)
        number = float(value)
        if not math.isfinite(number):
            raise ValueError(value)
        return number

    def _is_outside(self, value: Any) -> bool:
        if self._minimum is not None and value < self._converted(self._minimum):
            return True
        if self._maximum is not None and value > self._converted(self._maximum):
            return True
        return bool(self._choices) and value not in self._choices

    def _wanted(self) -> str:
        """What would be taken, as a phrase."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        limits = (("at least", self._minimum), ("at most", self._maximum))
        bounds = [f"{word} {bound}" for word, bound in limits if bound is not None]
        return " ".join([f"a value of type {self.value_type.__name__}", " and ".join(bounds)]).strip()


def param(
    default: Any,
    *,
    min: Any = None,
    max: Any = None,
    choices: Sequence[str] | None = None,
    live: bool = False,
) -> Any:
    """Something that can be set from outside.

    Written as `size: Decimal = param("0.01", min="0.001", live=True)`.
    The type is the annotation's (int, float, Decimal, bool, str or an Enum), bounds are included, `choices` limits
    a str. A live parameter may change while the strategy runs; another takes effect at the next start.
    """
    return Parameter(default, min, max, choices, live)


def parameters_of(owner: type[Any]) -> dict[str, Parameter]:
    """Declared parameters by name, base classes first, in the order of declaration."""
    found: dict[str, Parameter] = {}
    for base in reversed(owner.__mro__):
        found.update({name: member for name, member in vars(base).items() if isinstance(member, Parameter)})
    return found


def present_values(strategy: Any) -> dict[str, Any]:
    """What each parameter of a strategy is now."""
    return {name: getattr(strategy, name) for name in parameters_of(type(strategy))}


def canonical_json(owner: type[Any], values: Mapping[str, Any]) -> str:
    """A whole set of values as one line of JSON, the same for equal values. Raises StrategyError."""
    parameters = parameters_of(owner)
    for name in values:
        if name not in parameters:
            known = ", ".join(parameters) or "none"
            raise StrategyError(f"There is no parameter {name!r}.", f"It has these: {known}.")
    plain = {
        name: parameter.plain(parameter.convert(values[name]) if name in values else parameter.default)
        for name, parameter in parameters.items()
    }
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def read_json(owner: type[Any], text: str) -> dict[str, Any]:
    """Values of the parameters that a text names. Raises StrategyError."""
    try:
        values = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise StrategyError(f"Parameters are not JSON: {error}.", "Send them as one JSON object.") from error
    if not isinstance(values, dict):
        raise StrategyError("Parameters are not a JSON object.", "Send them as one JSON object.")
    parameters = parameters_of(owner)
    return {name: parameters[name].convert(value) for name, value in values.items() if name in parameters}


def _only(value: Any, wanted: type[Any]) -> Any:
    if not isinstance(value, wanted):
        raise TypeError(value)
    return value
