"""Plays a scenario on the reference kernel and says what differs first. For trials of changed rules."""

from __future__ import annotations

from pathlib import Path

from cambist.engine.reference import ReferenceKernel
from cambist.testing.builders import KernelDriver
from cambist.testing.scenario import parse_scenario, run_scenario


def first_difference(path: Path, *, with_restarts: bool) -> str:
    """Empty where everything is as told."""

    def look(driver: KernelDriver) -> None:
        if with_restarts:
            _restart(driver)

    run = run_scenario(parse_scenario(path.read_text()), ReferenceKernel(), look)
    return run.differences[0] if run.differences else ""


def _restart(driver: KernelDriver) -> None:
    snapshot = driver.kernel.snapshot()
    restored = ReferenceKernel.restore(snapshot)
    if restored.snapshot() != snapshot:
        raise ValueError("What was restored is another state than the one that was kept.")
    driver.kernel = restored
