"""`cambist bench` answers with figures that belong together. No test looks at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Ran

from cambist.bootstrap.matching_workload import matching_workload
from cambist.engine.native import is_installed

pytestmark = pytest.mark.skipif(not is_installed(), reason="without the native kernel there is nothing to compare")


def test_matching_is_measured_beside_a_conventional_engine(cambist: Callable[..., Ran], tmp_path: Path) -> None:
    ops = tmp_path / "ops.bin"
    ops.write_bytes(matching_workload(20_000))
    result = json.loads(cambist("bench", "matching", "--ops", str(ops), "--kernel", "native", "--json").out)
    assert (result["trades_fnv"], result["book_fnv"]) == ("b0586361ad679432", "09b5907e804256c9")
    assert min(result["ops_per_s"], result["conventional_ops_per_s"]) > 0
    assert result["p99_ns"] >= result["p50_ns"] >= 0
    ratio = result["single_call_ops_per_s"] / result["noop_ops_per_s"]
    assert result["single_to_noop"] == pytest.approx(ratio, abs=0.001)


def test_without_a_file_the_canonical_operations_are_measured(cambist: Callable[..., Ran]) -> None:
    result = json.loads(cambist("bench", "matching", "--count", "20000", "--json").out)
    assert (result["ops"], result["trades_fnv"], result["book_fnv"]) == (20_000, "b0586361ad679432", "09b5907e804256c9")


def test_nothing_cannot_be_measured(cambist: Callable[..., Ran], tmp_path: Path) -> None:
    assert "Ask for one operation or more." in cambist("bench", "matching", "--count", "0").err
    (tmp_path / "ops.bin").touch()
    ran = cambist("bench", "matching", "--ops", str(tmp_path / "ops.bin"))
    assert "Name a file with operations." in ran.err
    assert "Traceback" not in ran.err


def test_a_measured_journal_holds_what_was_appended_and_leaves_nothing(
    cambist: Callable[..., Ran], tmp_path: Path
) -> None:
    ran = cambist(
        "bench", "journal", "--directory", str(tmp_path), "--records", "100", "--records-per-commit", "30", "--json"
    )
    result = json.loads(ran.out)
    assert (result["records"], result["record_bytes"], result["commits"]) == (100, 64, 4)
    assert list(tmp_path.iterdir()) == []


def test_a_measured_desk_answers_every_question_and_leaves_nothing(cambist: Callable[..., Ran], tmp_path: Path) -> None:
    ran = cambist("bench", "desk", "--directory", str(tmp_path), "--orders", "2000", "--json")
    result = json.loads(ran.out)
    calls = ["batch_orders_per_s", "single_calls_per_s", "empty_calls_per_s"]
    rates = [*calls, "durable_orders_per_s", "replay_commands_per_s", "replay_resting_commands_per_s"]
    assert min(result[name] for name in rates) > 0
    assert result["single_p99_ns"] >= result["single_p50_ns"] > 0
    assert result["acknowledged_p99_us"] >= result["acknowledged_p50_us"] > 0
    assert result["journal_bytes_per_order"] > 100
    assert list(tmp_path.iterdir()) == []
