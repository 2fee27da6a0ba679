"""docs/api.md and the server say the same; docs/reason-codes.md and the code too."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cambist.domain import vocabulary
from cambist.presentation.http import requests, words
from cambist.presentation.http.codes import codes_document
from cambist.presentation.http.routes.markets import Interval
from cambist.presentation.http.shapes.account import Account
from cambist.presentation.http.shapes.book import BookAnalytics, TradeCost
from cambist.presentation.http.shapes.holding import Holding
from cambist.presentation.http.shapes.market import Candle, Instrument, Trade
from cambist.presentation.http.shapes.participant import Participant, PastTrade, Quote
from cambist.presentation.http.shapes.risk import Risk
from cambist.presentation.http.shapes.session import Calendar, CircuitBreaker, Session, VolatilityGuard
from cambist.presentation.http.shapes.stats import Stats
from cambist.presentation.http.shapes.strategy import Strategy
from cambist.presentation.http.shapes.trading import Fill, Order, Position
from cambist.testing.served_desk import served_desk

SHAPES = {
    shape.__name__: shape
    for shape in (Instrument, Order, Fill, Position, Holding, Account, Strategy, Trade, TradeCost, Candle, Risk, Stats)
} | {
    "Analytics": BookAnalytics,
    "Session": Session,
    "StandingQuote": Quote,
    "Participant": Participant,
    "PastTrade": PastTrade,
    "Calendar": Calendar,
    "VolatilityGuard": VolatilityGuard,
    "CircuitBreaker": CircuitBreaker,
}


@pytest.fixture(scope="module")
def document(repository: Path) -> str:
    return (repository / "docs" / "api.md").read_text()


@pytest.fixture(scope="module")
def schema() -> Iterator[dict[str, Any]]:
    with served_desk() as desk:
        yield httpx.get(f"{desk.url}/api/docs/openapi.json").json()


def documented_routes(document: str) -> set[tuple[str, str]]:
    """Method and path of each row of the table; a row may hold several of either."""
    routes: set[tuple[str, str]] = set()
    for row in re.findall(r"^\| ((?:GET|POST|PUT|PATCH|DELETE)[^|]*)\|", document, re.MULTILINE):
        methods = re.findall(r"\b(GET|POST|PUT|PATCH|DELETE)\b", row)
        paths = re.findall(r"`([^`]+)`", row)
        if paths[0].endswith("/start"):
            paths = [paths[0], *(paths[0].removesuffix("/start") + path for path in paths[1:])]
        routes |= {(method.lower(), f"/api/v1{path}") for method in methods for path in paths}
    return routes


def test_every_documented_route_exists_and_every_route_is_documented(document: str, schema: dict[str, Any]) -> None:
    served = {(method, path) for path, item in schema["paths"].items() for method in item if path.startswith("/api/v1")}
    assert served == documented_routes(document)


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_has_the_documented_fields(document: str, name: str) -> None:
    (text,) = re.findall(rf"\*\*{name}\*\*: (.+?)(?=\n- \*\*|\n\n|\n  with|\Z)", document, re.DOTALL)
    outer = re.sub(r"\([^)]*\)|\[[^\]]*\]|\{.*\}", "", text, flags=re.DOTALL)
    assert re.findall(r"[a-z][a-z_0-9]*", outer) == list(SHAPES[name].__struct_fields__)


def test_documented_limits_are_those_of_the_engine(document: str) -> None:
    (names,) = re.findall(r"with names `([a-z_ ]+)`", document)
    settable = set(requests.LimitsBody.__struct_fields__) - {"account", "strategy"}
    assert set(names.split()) == settable


def test_requests_know_the_words_of_the_vocabulary() -> None:
    for name, kind in inspect.getmembers(words, inspect.isclass):
        if issubclass(kind, words.Word) and kind not in (words.Word, words.StatusWord):
            assert {word.value for word in kind} == {word.name for word in getattr(vocabulary, name)}
    statuses = {word.value for word in words.StatusWord} - {"OPEN", "CLOSED"}
    assert statuses == {status.name for status in vocabulary.OrderStatus}


def test_documented_intervals_are_served(document: str) -> None:
    (intervals,) = re.findall(r"`interval` \(([^)]+)\)", document)
    assert intervals.split() == [interval.value for interval in Interval]


def test_the_page_of_codes_is_the_generated_one(repository: Path) -> None:
    committed = (repository / "docs" / "reason-codes.md").read_text()
    assert committed == codes_document(), "run: python -m cambist.presentation.http.codes > docs/reason-codes.md"
