"""What a market says while it opens, and what ends it."""

from __future__ import annotations

import threading

import pytest

from cambist.bootstrap.compose import await_tables, open_market
from cambist.domain.errors import EnvironmentFailure
from cambist.presentation.cli.operations import UpOptions

WAIT_S = 60.0


def test_tables_that_are_ready_are_not_worth_a_word() -> None:
    ready, said = threading.Event(), list[str]()
    ready.set()
    await_tables(ready, said.append)
    assert said == []


def test_waiting_for_the_tables_is_said_and_so_is_going_on_without_them() -> None:
    said: list[str] = []
    await_tables(threading.Event(), said.append, silent_s=0.0, at_most_s=0.0)
    assert ["brought up to date" in said[0], "opens now" in said[1]] == [True, True]


def test_tables_that_come_while_it_waits_end_the_waiting() -> None:
    ready, said = threading.Event(), list[str]()

    def say(sentence: str) -> None:
        said.append(sentence)
        ready.set()

    await_tables(ready, say, silent_s=0.0, at_most_s=WAIT_S)
    assert len(said) == 1


def test_a_market_whose_server_dies_ends_with_an_error() -> None:
    market = open_market(UpOptions(seed=7, port=0), lambda _: None)
    try:
        assert not market.wait(0.0)
        server = market._parts.server
        server._uvicorn.should_exit = True  # type: ignore[union-attr]
        server._thread.join(WAIT_S)  # type: ignore[union-attr]
        assert market.wait(0.0)
    finally:
        market.close()
    with pytest.raises(EnvironmentFailure, match="server ended by itself"):
        market.summary()
