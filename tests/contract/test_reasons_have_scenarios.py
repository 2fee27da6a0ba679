"""Every reason the engine can give is given in a scenario, by name, and the page of codes lists it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cambist.domain.reasons import Reason
from cambist.engine.reference import ReferenceKernel
from cambist.testing.scenario import parse_scenario, run_scenario

FIRST_OF_THE_EDGES = Reason.INVALID_REQUEST
ENGINE_REASONS = [reason for reason in Reason if Reason.NONE < reason < FIRST_OF_THE_EDGES]


@pytest.fixture(scope="module")
def told(repository: Path) -> dict[int, str]:
    """Reasons by number, each with a scenario that expects it in words."""
    found: dict[int, str] = {}
    for path in sorted((repository / "tests" / "scenarios").glob("*.txt")):
        text = path.read_text()
        run = run_scenario(parse_scenario(text), ReferenceKernel(), lambda _: None)
        for event in run.events:
            reason = getattr(event, "reason", 0)
            if reason in Reason.__members__.values() and Reason(reason).name in text:
                found.setdefault(reason, path.name)
    return found


@pytest.mark.parametrize("reason", ENGINE_REASONS, ids=lambda reason: reason.name)
def test_a_scenario_produces_the_reason(reason: Reason, told: dict[int, str]) -> None:
    assert reason in told


def test_the_page_of_codes_lists_them(repository: Path) -> None:
    page = (repository / "docs" / "reason-codes.md").read_text()
    assert [reason.name for reason in ENGINE_REASONS if f"| {reason.value} | `{reason.name}` |" not in page] == []
