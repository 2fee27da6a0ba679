"""Parameters: typed, bounded, described, canonical."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

import pytest

from cambist import Strategy, param
from cambist.application.ports.strategy_catalog import ParameterError
from cambist.application.strategy.catalog import LoadedStrategies
from cambist.application.strategy.parameters import canonical_json, read_json
from cambist.domain.errors import StrategyError


class Pace(Enum):
    SLOW = 1
    FAST = 2


class Example(Strategy):
    symbols = ("BTCUSDT",)
    size: Decimal = param("0.01", min="0.001", max="2", live=True)
    edge_bps: float = param(2.0, min=0.1)
    depth: int = param(3, min=1, max=10)
    is_shy: bool = param(False)
    word: str = param("calm", choices=("calm", "bold"))
    pace: Pace = param("slow")


def test_a_parameter_has_its_default_in_its_own_type() -> None:
    example = Example()
    assert example.size == Decimal("0.01") and isinstance(example.size, Decimal)
    assert example.pace is Pace.SLOW
    assert (example.edge_bps, example.depth, example.is_shy, example.word) == (2.0, 3, False, "calm")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("size", "0.5", Decimal("0.5")),
        ("size", 1, Decimal(1)),
        ("edge_bps", 3, 3.0),
        ("edge_bps", "2.5", 2.5),
        ("depth", "7", 7),
        ("is_shy", "true", True),
        ("word", "bold", "bold"),
        ("pace", "fast", Pace.FAST),
    ],
)
def test_a_value_is_converted(name: str, value: object, expected: object) -> None:
    example = Example()
    setattr(example, name, value)
    assert getattr(example, name) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("size", 0.5),
        ("size", "0.0001"),
        ("size", "3"),
        ("size", "NaN"),
        ("size", True),
        ("edge_bps", "many"),
        ("edge_bps", float("inf")),
        ("edge_bps", 0.05),
        ("depth", 2.0),
        ("depth", 11),
        ("depth", True),
        ("is_shy", 1),
        ("word", "loud"),
        ("pace", "medium"),
        ("size", None),
        ("depth", []),
    ],
)
def test_a_value_of_the_wrong_type_or_out_of_bounds_is_refused(name: str, value: object) -> None:
    with pytest.raises(StrategyError, match=name):
        setattr(Example(), name, value)


def test_two_strategies_do_not_share_values() -> None:
    first, second = Example(), Example()
    first.depth = 9
    assert second.depth == 3


def test_canonical_json_is_complete_and_reads_back() -> None:
    text = canonical_json(Example, {"size": "0.50", "pace": "FAST"})
    assert text == '{"depth":3,"edge_bps":2.0,"is_shy":false,"pace":"FAST","size":"0.50","word":"calm"}'
    assert read_json(Example, text)["size"] == Decimal("0.5")


def test_an_unknown_parameter_is_named_with_those_that_exist() -> None:
    with pytest.raises(StrategyError, match=r"no parameter 'sise'.*size, edge_bps"):
        canonical_json(Example, {"sise": 1})


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_parameters_that_are_no_json_object_are_refused(text: str) -> None:
    with pytest.raises(StrategyError):
        read_json(Example, text)


def test_the_catalog_describes_and_validates() -> None:
    catalog = LoadedStrategies({"example": Example})
    size = catalog.specs("example")[0]
    assert (size.name, size.type, size.default, size.min, size.max, size.live) == (
        "size",
        "Decimal",
        "0.01",
        "0.001",
        "2",
        True,
    )
    assert catalog.specs("example")[4].choices == ("calm", "bold")
    assert catalog.specs("other") == []
    assert (catalog.is_loaded("example"), catalog.is_loaded("other")) == (True, False)
    assert isinstance(catalog.validate("example", {"depth": 4}), str)
    assert isinstance(catalog.validate("example", {"depth": 40}), ParameterError)
    assert isinstance(catalog.validate("other", {}), ParameterError)


def test_a_parameter_of_an_unsupported_type_is_refused() -> None:
    class Odd(Strategy):
        levels: list[int] = param([1])

    with pytest.raises(StrategyError, match="levels"):
        LoadedStrategies({"odd": Odd}).specs("odd")
