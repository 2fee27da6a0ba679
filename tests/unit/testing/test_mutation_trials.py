"""A trial says what became of a change: noticed, unnoticed, or no program at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from cambist.testing.mutation.random_changes import changes_of
from cambist.testing.mutation.rule_mutant import read_mutants
from cambist.testing.mutation.source_change import PACKAGE, ChangeDoesNotApply, SourceChange
from cambist.testing.mutation.survivors import explained
from cambist.testing.mutation.trial import Outcome, Trial, run_trials

BOOK = "engine/reference/book.py"
TIMERS = "engine/reference/timers.py"


def with_change(file: str, old: str, new: str) -> str:
    source = (PACKAGE / file).read_text()
    assert source.count(old) == 1
    return source.replace(old, new)


@pytest.mark.parametrize(
    ("file", "old", "new", "outcome"),
    [
        (BOOK, "return price <= limit_price", "return price < limit_price", "noticed"),
        (BOOK, "return price <= limit_price", "return prize <= limit_price", "broken"),
        (BOOK, "return price <= limit_price", "while True: pass\n    return price <= limit_price", "noticed"),
        (BOOK, "return price <= limit_price", "return limit_price >= price", "unnoticed"),
        (TIMERS, "VALUATION_PERIOD_NS = SECOND_NS", "VALUATION_PERIOD_NS = 2 * SECOND_NS", "noticed"),
    ],
    ids=["bent", "no program", "endless", "the same", "a constant of the module"],
)
def test_a_trial_tells(repository: Path, file: str, old: str, new: str, outcome: Outcome) -> None:
    scenarios = [str(repository / "tests" / "scenarios" / f"{name}.txt") for name in ("price_then_time", "valuation")]
    (verdict,) = run_trials([Trial(file, with_change(file, old, new), scenarios)])
    assert verdict.outcome == outcome, verdict


def test_random_changes_keep_the_lines_and_have_names_of_their_own() -> None:
    changes = list(changes_of(BOOK))
    lines = len((PACKAGE / BOOK).read_text().splitlines())
    assert len({change.name for change in changes}) == len(changes) > 20
    assert {len(change.source.splitlines()) for change in changes} == {lines}
    for change in changes:
        compile(change.source, change.file, "exec")


def test_lines_that_are_not_there_or_there_twice_cannot_be_changed() -> None:
    for old in ("        no such line",), ("        return",), ():
        with pytest.raises(ChangeDoesNotApply):
            SourceChange("engine/reference/matching.py", old, ()).changed_source()
    with pytest.raises(ChangeDoesNotApply):
        SourceChange("engine/reference/missing.py", ("x",), ()).changed_source()


def test_an_entry_that_is_no_entry_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("# comment\n\nrule a.b\nfile x.py\nchanged\n")
    with pytest.raises(ValueError, match=r"a\.txt:3"):
        list(read_mutants(tmp_path))


def test_reasons_stand_above_the_names_they_are_for(tmp_path: Path) -> None:
    (tmp_path / "explained.txt").write_text("# All of it\n# is so.\none\ntwo\n\n# Else.\nthree\n")
    assert explained(tmp_path) == {"one": "All of it is so.", "two": "All of it is so.", "three": "Else."}
