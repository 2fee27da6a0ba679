"""Two hundred seeds of the whole engine on a failing disk. A seed that fails says how to see it again."""

from __future__ import annotations

import pytest

from cambist.domain.errors import CambistError
from cambist.testing.checkers.checker import Violation
from cambist.testing.simulated_disk import SimulatedDisk
from cambist.testing.simulation.__main__ import SEEDS
from cambist.testing.simulation.engine_simulation import EngineSimulation


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_must_hold_holds_whatever_the_disk_does(seed: int) -> None:
    try:
        EngineSimulation(seed).run()
    except Exception as error:
        raise AssertionError(f"see it again with: make simulate SEED={seed}") from error


def test_a_seed_is_one_story() -> None:
    assert EngineSimulation(7).run() == EngineSimulation(7).run()


def test_every_fault_strikes_and_every_kind_of_story_trades() -> None:
    outcomes = [EngineSimulation(seed).run() for seed in range(12)]
    struck = {fault for outcome in outcomes for fault in outcome.faults}
    of_power = {"power loss", "torn write", "lost write", "lost name"}
    assert struck == {"full disk", "failing sync", "slow sync", "flipped bit", *of_power}
    assert all(outcome.trades for outcome in outcomes[:3])


def test_a_disk_whose_syncs_do_nothing_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SimulatedDisk, "sync", lambda disk, content: None)
    with pytest.raises((Violation, CambistError)):
        for seed in range(20):
            EngineSimulation(seed).run()
