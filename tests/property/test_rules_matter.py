"""Switching off any rule of docs/engine.md makes a scenario fail that names the rule."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from cambist.testing.mutation.rule_mutant import RuleMutant, read_mutants
from cambist.testing.mutation.trial import Trial, run_trials
from cambist.testing.rule_book import read_rules
from cambist.testing.scenario import parse_scenario


def _scenarios_by_rule(repository: Path) -> dict[str, list[str]]:
    by_rule: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted((repository / "tests" / "scenarios").glob("*.txt")):
        for rule in parse_scenario(path.read_text()).rules:
            by_rule[rule].append(str(path))
    return by_rule


def _mutants(repository: Path) -> list[RuleMutant]:
    return list(read_mutants(repository / "tests" / "mutants"))


def test_every_rule_can_be_switched_off(repository: Path) -> None:
    switched = {rule for mutant in _mutants(repository) for rule in mutant.rules}
    rules = read_rules(repository / "docs" / "engine.md")
    assert [rule.id for rule in rules if rule.id not in switched] == []


@pytest.mark.timeout(600)
def test_without_a_rule_one_of_its_scenarios_fails(repository: Path) -> None:
    scenarios = _scenarios_by_rule(repository)
    asked = [(mutant, rule) for mutant in _mutants(repository) for rule in mutant.rules]
    trials = [Trial(mutant.change.file, mutant.change.changed_source(), scenarios[rule]) for mutant, rule in asked]
    wrong = [
        f"{mutant.place} {rule}: {verdict.outcome} by {len(scenarios[rule])} scenarios {verdict.detail}"
        for (mutant, rule), verdict in zip(asked, run_trials(trials), strict=True)
        if verdict.outcome != "noticed"
    ]
    assert not wrong, "\n" + "\n".join(wrong)
