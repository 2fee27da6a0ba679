"""What a market says while it opens, and what ends it."""

from __future__ import annotations

import gc
import threading
from importlib.util import find_spec

import httpx
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


@pytest.mark.skipif(find_spec("cambist_kernel") is None, reason="the Rust kernel is not installed")
def test_a_running_market_shows_its_runtime_its_pools_and_its_collector() -> None:
    thresholds, market = gc.get_threshold(), open_market(UpOptions(seed=7, port=0, run_ns=10**9), lambda _: None)
    try:
        while not market.wait(0.05):
            pass
        stats = httpx.get(f"{market.facts.url}/admin/stats").json()
        page = httpx.get(f"{market.facts.url}/metrics").text
    finally:
        market.close()
    pools = {pool["name"]: pool for pool in stats["memory"]["pools"]}
    assert stats["stats"]["runtime"] == "native"
    assert pools["resting_orders"]["used"] > 100
    assert 0 < pools["resting_orders"]["hit_rate"] < 1
    assert stats["memory"]["order_bytes"] > 0
    assert stats["memory"]["collector"]["frozen_objects"] > 10_000
    for stage in ("engine", "gate", "match", "commit", "publish"):
        assert f'hft_stage_duration_seconds_count{{stage="{stage}"}}' in page
        assert f'hft_stage_duration_seconds_count{{stage="{stage}"}} 0.0' not in page
    assert 'hft_strategy_hooks_total{strategy="market-maker"}' in page
    assert 'hft_strategy_worst_hook_seconds{hook="on_' in page
    assert 'hft_pool_hits_total{pool="resting_orders"}' in page
    assert "hft_gc_pause_microseconds_count" in page
    assert gc.get_threshold() == thresholds
