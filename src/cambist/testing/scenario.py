"""Rule scenarios: small text tables of commands and the events and books that must follow.

The language is described in tests/scenarios/README.md. Scenarios know no kernel: `run_scenario` takes any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cambist.domain.commands import NewOrder
from cambist.domain.message import Command, Event
from cambist.domain.participant_commands import MassQuote
from cambist.engine.kernel import Kernel
from cambist.protocols.snapshot import (
    OrderRow,
    ParametersRow,
    PositionRow,
    RestingRow,
    SavedStateRow,
    WaitingRow,
    decode_snapshot,
)
from cambist.testing.builders import KernelDriver
from cambist.testing.scenario_commands import Line, command_of
from cambist.testing.scenario_events import order_words, position_words, resting_words, waiting_words, words_of
from cambist.testing.scenario_participants import label_quotes
from cambist.testing.scenario_world import World, duration_ns

_LOOKS = ("book", "waiting", "orders", "positions", "saved", "settings")
_NOTHING = "nothing"
_RULES = "# rules:"


@dataclass(slots=True)
class Step:
    """A command (or a look at the state) with the lines expected below it. None: anything may happen."""

    number: int
    text: str
    expected: list[str] | None


@dataclass(slots=True)
class Scenario:
    """A file: its title, the ids of the rules it covers, and its steps."""

    title: str
    rules: tuple[str, ...] = ()
    steps: list[Step] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """What happened: the stamped commands, their events, and what differs from the expectation."""

    commands: list[Command]
    events: list[Event]
    differences: list[str]


def parse_scenario(text: str) -> Scenario:
    """Read a scenario. Lines of the `given` block are commands whose events are not looked at."""
    numbered = [(number, line.rstrip()) for number, line in enumerate(text.splitlines(), 1)]
    scenario = Scenario(title=numbered[0][1].lstrip("# "))
    in_given = False
    for number, line in numbered:
        if line.startswith(_RULES):
            scenario.rules += tuple(line.removeprefix(_RULES).replace(",", " ").split())
        stripped = line.split("  #")[0].strip()
        if not stripped or stripped.startswith("#"):
            continue
        if not line.startswith(" "):
            in_given = stripped == "given"
            if not in_given:
                scenario.steps.append(Step(number, stripped, []))
        elif in_given:
            scenario.steps.append(Step(number, stripped, None))
        else:
            expected = scenario.steps[-1].expected
            assert expected is not None
            expected.append(stripped)
    return scenario


def run_scenario(scenario: Scenario, kernel: Kernel, after_each: Callable[[KernelDriver], None]) -> Run:
    """Apply every step; `after_each` may look at the kernel after each command."""
    driver, world = KernelDriver(kernel), World()
    differences: list[str] = []
    for step in scenario.steps:
        if step.text.split()[0] in _LOOKS:
            actual = list(_look(step.text.split(), driver.kernel, world)) or ["empty"]
        else:
            actual = [words_of(event, world) for event in _act(step, driver, world)] or [_NOTHING]
            after_each(driver)
        if step.expected is not None:
            differences += _compare(step, actual)
    return Run(driver.commands, driver.events, differences)


def _act(step: Step, driver: KernelDriver, world: World) -> list[Event]:
    text = step.text
    if text.startswith("+"):
        pause, _, text = text[1:].partition(" ")
        driver.now_ns += duration_ns(pause)
    line = Line(text)
    if line.word(0) == "wait":
        driver.now_ns += duration_ns(line.word(1))
    command = command_of(line, world, driver.now_ns)
    if isinstance(command, NewOrder) and line.label:
        world.orders[line.label] = driver.kernel.sequence + 1
        world.order_accounts[line.label] = line.word(0).partition("/")[0]
    if isinstance(command, MassQuote) and line.label:
        label_quotes(command, line.label, line.word(1).partition("/")[0], driver.kernel.sequence + 1, world)
    return driver.apply(command)


def _look(words: list[str], kernel: Kernel, world: World) -> Iterator[str]:
    """Rows of the snapshot, in words."""
    _, sections = decode_snapshot(kernel.snapshot())
    if words[0] == "book":
        wanted = world.instrument_id(words[1])
        yield from (resting_words(row, world) for row in sections[RestingRow] if row.instrument_id == wanted)
    elif words[0] == "saved":
        yield from (f"{row.slot} {row.state.decode()}" for row in sections[SavedStateRow])
    elif words[0] == "waiting":
        wanted = world.instrument_id(words[1])
        yield from (waiting_words(row, world) for row in sections[WaitingRow] if row.instrument_id == wanted)
    elif words[0] == "settings":
        yield from (f"{world.strategy(row.strategy_id)} {row.parameters}" for row in sections[ParametersRow])
    elif words[0] == "orders":
        yield from (order_words(row, world) for row in sections[OrderRow])
    else:
        yield from (position_words(row, world) for row in sections[PositionRow])


def _compare(step: Step, actual: list[str]) -> list[str]:
    expected = step.expected or [_NOTHING]
    if len(expected) == len(actual) and all(map(_begins_with, actual, expected)):
        return []
    return [
        "\n".join(
            [f"line {step.number}: {step.text}", "  expected:", *_indented(expected), "  happened:", *_indented(actual)]
        )
    ]


def _begins_with(actual: str, expected: str) -> bool:
    wanted = expected.split()
    return actual.split()[: len(wanted)] == wanted


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
