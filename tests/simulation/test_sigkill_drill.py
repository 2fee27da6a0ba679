"""A real process is killed twenty times under scripted load; what it acknowledged is logged here, outside of it."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cambist.application.data_plane.recovery import recover
from cambist.domain.commands import NewOrder
from cambist.domain.events import OrderFilled, OrderRepeated
from cambist.domain.message import Command
from cambist.engine.kernels import open_kernel
from cambist.engine.native import is_installed
from cambist.infrastructure.persistence.journal import open_journal, verify
from cambist.protocols.records import decode_all, encode_all
from cambist.testing.drill_script import STEP_NS, drill_script

SEED = 2024
ORDERS = 4_000
KILLS = 20
PIPE_BYTES = 4096
"""So small that the process cannot run far ahead of what is read here, however slow this side is."""


def script_lines(commands: list[Command], seed: int) -> Iterator[str]:
    """Batches of one to eight commands, as the drill reads them."""
    random_source = random.Random(seed)
    start = 0
    while start < len(commands):
        size = random_source.randrange(1, 9)
        yield encode_all(commands[start : start + size]).hex() + "\n"
        start += size


def start_drill(directory: Path, script: Path, kernel: str) -> subprocess.Popen[str]:
    with script.open() as lines:
        return subprocess.Popen(
            [sys.executable, "-m", "cambist.testing.drill", str(directory), kernel],
            stdin=lines,
            stdout=subprocess.PIPE,
            pipesize=PIPE_BYTES,
            text=True,
        )


def answers_until(process: subprocess.Popen[str], acknowledgements: int | None) -> list[dict[str, Any]]:
    """What the process says, up to so many acknowledgements or to its end."""
    assert process.stdout is not None
    answers: list[dict[str, Any]] = []
    for line in process.stdout:
        if not line.endswith("\n"):
            break
        answers.append(json.loads(line))
        if acknowledgements is not None and len(answers) > acknowledgements:
            break
    return answers


def kill(process: subprocess.Popen[str], after_s: float) -> list[dict[str, Any]]:
    """SIGKILL a moment later; what was said until then counts as acknowledged."""
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    rest = answers_until(process, None)
    assert process.wait() == -signal.SIGKILL
    assert process.stdout is not None
    process.stdout.close()
    return rest


def run_to_the_end(directory: Path, script: Path, kernel: str) -> list[dict[str, Any]]:
    process = start_drill(directory, script, kernel)
    answers = answers_until(process, None)
    assert process.wait() == 0
    assert process.stdout is not None
    process.stdout.close()
    return answers


@pytest.fixture(
    params=[
        "python",
        pytest.param(
            "native",
            marks=pytest.mark.skipif(not is_installed(), reason="cambist-kernel is not installed: make kernel"),
        ),
    ]
)
def kernel(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def commands() -> list[Command]:
    return list(drill_script(SEED, ORDERS))


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory, commands: list[Command]) -> Path:
    path = tmp_path_factory.mktemp("script") / "script.hex"
    path.write_text("".join(script_lines(commands, SEED)))
    return path


def test_twenty_kills_lose_nothing_that_was_acknowledged(
    tmp_path: Path, script: Path, commands: list[Command], kernel: str
) -> None:
    uninterrupted = run_to_the_end(tmp_path / "uninterrupted", script, kernel)[-1]
    random_source = random.Random(SEED)
    directory = tmp_path / "killed"
    log: list[dict[str, Any]] = []
    for _ in range(KILLS):
        process = start_drill(directory, script, kernel)
        log += answers_until(process, random_source.randrange(1, 20))
        log += kill(process, random_source.random() * 0.004)
        assert "done" not in log[-1], "the script is too short for twenty kills"
    log += run_to_the_end(directory, script, kernel)

    assert log[-1]["done"] == len(commands)
    assert log[-1]["state_hash"] == uninterrupted["state_hash"]
    assert_acknowledged_is_there_once(directory, log)
    assert_repeats_change_nothing(directory, commands, kernel)
    assert verify(directory).is_sound


def assert_acknowledged_is_there_once(directory: Path, log: list[dict[str, Any]]) -> None:
    journal = open_journal(directory)
    orders: Counter[tuple[str, int]] = Counter()
    fills: Counter[tuple[int, ...]] = Counter()
    for block in journal.blocks(0):
        for message in decode_all(block.payload):
            if isinstance(message, NewOrder):
                orders[message.client_order_id, message.sequence] += 1
            elif isinstance(message, OrderFilled):
                fills[message.trade_id, message.order_id, message.last_qty, message.last_price] += 1
    journal.close()
    acknowledged_orders = Counter(tuple(order) for answer in log for order in answer.get("orders", ()))
    acknowledged_fills = Counter(tuple(fill) for answer in log for fill in answer.get("fills", ()))
    assert acknowledged_orders
    assert acknowledged_fills
    assert set(orders.values()) == set(fills.values()) == {1}
    assert set(acknowledged_orders.values()) == set(acknowledged_fills.values()) == {1}
    assert set(acknowledged_orders) <= set(orders)
    assert set(acknowledged_fills) <= set(fills)


def assert_repeats_change_nothing(directory: Path, commands: list[Command], kernel_name: str) -> None:
    """A client that does not know what became of its orders sends them all again: each is answered by the first."""
    journal = open_journal(directory)
    kernel = recover(lambda snapshot: open_kernel(kernel_name, snapshot), journal).kernel
    now_ns = commands[-1].now_ns + STEP_NS
    for command in commands:
        if isinstance(command, NewOrder):
            events = kernel.apply(replace(command, sequence=kernel.sequence + 1, now_ns=now_ns))
            repeated = [event for event in events if isinstance(event, OrderRepeated)]
            assert [event.order_id for event in repeated] == [command.sequence]
            assert not any(isinstance(event, OrderFilled) for event in events)
    journal.close()


def test_every_kill_is_survived_by_what_was_acknowledged_before_it(tmp_path: Path, script: Path, kernel: str) -> None:
    """Each restart begins at or behind the last acknowledgement, never before it."""
    random_source = random.Random(SEED + 1)
    durable = 0
    for _ in range(5):
        process = start_drill(tmp_path, script, kernel)
        answers = answers_until(process, random_source.randrange(1, 30))
        answers += kill(process, 0)
        assert answers[0]["ready"] >= durable
        durable = max([durable, *(answer["durable"] for answer in answers if "durable" in answer)])
