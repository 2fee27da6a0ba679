"""A fixed sample of random changes to the reference kernel: a scenario notices each, or it has a reason not to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from cambist.testing.mutation.__main__ import reference_changes, unnoticed
from cambist.testing.mutation.survivors import explained

STILL_THERE_MIN = 0.6
"""Of the sample, before it has to be drawn anew."""


@pytest.mark.timeout(600)
def test_a_sample_of_random_changes_is_noticed_or_explained(repository: Path) -> None:
    folder = repository / "tests" / "mutants" / "survivors"
    names = set((folder / "sample.txt").read_text().splitlines())
    changes = [change for change in reference_changes() if change.name in names]
    assert len(changes) >= STILL_THERE_MIN * len(names), "the source has moved on: tests/mutants/README.md says more"
    left = unnoticed(changes, repository / "tests" / "scenarios")
    reasons = explained(folder)
    assert [change.name for change in left if change.name not in reasons] == []
