"""Every rule scenario on every kernel, with what must hold after each command whatever the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from cambist.protocols.records import encode_all
from cambist.testing.builders import KernelDriver
from cambist.testing.kernel_factory import KernelFactory
from cambist.testing.scenario import Run, parse_scenario, run_scenario

SCENARIOS = sorted((Path(__file__).resolve().parent.parent / "scenarios").glob("*.txt"))


def _play(path: Path, kernel_factory: KernelFactory) -> tuple[Run, str]:
    kernel = kernel_factory.empty()

    def snapshots_are_whole(driver: KernelDriver) -> None:
        snapshot = driver.kernel.snapshot()
        assert kernel_factory.restore(snapshot).snapshot() == snapshot

    run = run_scenario(parse_scenario(path.read_text()), kernel, snapshots_are_whole)
    return run, kernel.state_hash()


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario_follows_the_rules(path: Path, kernel_factory: KernelFactory) -> None:
    run, _ = _play(path, kernel_factory)
    assert not run.differences, "\n\n" + "\n\n".join([path.name, *run.differences])


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_batch_does_what_single_commands_do(path: Path, kernel_factory: KernelFactory) -> None:
    run, state_hash = _play(path, kernel_factory)
    kernel = kernel_factory.empty()
    stream = kernel.apply_batch(encode_all(run.commands))
    by_hand = kernel_factory.empty()
    expected = b"".join(encode_all([command, *by_hand.apply(command)]) for command in run.commands)
    assert stream == expected
    assert kernel.state_hash() == state_hash


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_restored_kernel_goes_on_like_the_first(path: Path, kernel_factory: KernelFactory) -> None:
    run, state_hash = _play(path, kernel_factory)
    kernel = kernel_factory.empty()
    for command in run.commands:
        kernel = kernel_factory.restore(kernel.snapshot())
        kernel.apply(command)
    assert kernel.state_hash() == state_hash
