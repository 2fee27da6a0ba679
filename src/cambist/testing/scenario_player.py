"""Plays a scenario on the reference kernel and says what differs first. For trials of changed rules."""

from __future__ import annotations

from pathlib import Path

from cambist.engine.reference import ReferenceKernel
from cambist.protocols.records import encode_all
from cambist.testing.builders import KernelDriver
from cambist.testing.scenario import parse_scenario, run_scenario
from cambist.testing.simulation.witnesses import Witnesses


def first_difference(path: Path, *, with_checkers: bool) -> str:
    """Empty where everything is as told. Checkers and restarts raise what they find."""
    witnesses = Witnesses()

    def look(driver: KernelDriver) -> None:
        if with_checkers:
            _restart(driver)
            _testify(driver, witnesses)

    run = run_scenario(parse_scenario(path.read_text()), ReferenceKernel(), look)
    return run.differences[0] if run.differences else ""


def _restart(driver: KernelDriver) -> None:
    """Go on from a snapshot."""
    snapshot = driver.kernel.snapshot()
    restored = ReferenceKernel.restore(snapshot)
    if restored.snapshot() != snapshot:
        raise ValueError("What was restored is another state than the one that was kept.")
    driver.kernel = restored


def _testify(driver: KernelDriver, witnesses: Witnesses) -> None:
    """Feed the checkers with what the last command caused."""
    witnesses.take(encode_all([driver.commands[-1], *driver.events[witnesses.events :]]))
    witnesses.look(driver.kernel.snapshot())
