"""Every rule of docs/engine.md has an id, a scenario, and a way to be switched off that still fits the source."""

from __future__ import annotations

from pathlib import Path

from cambist.testing.mutation.rule_mutant import read_mutants
from cambist.testing.mutation.source_change import ChangeDoesNotApply
from cambist.testing.rule_book import read_rules
from cambist.testing.scenario import parse_scenario


def _rule_ids(repository: Path) -> list[str]:
    return [rule.id for rule in read_rules(repository / "docs" / "engine.md")]


def _covered(repository: Path) -> dict[str, tuple[str, ...]]:
    scenarios = sorted((repository / "tests" / "scenarios").glob("*.txt"))
    return {path.name: parse_scenario(path.read_text()).rules for path in scenarios}


def test_rule_ids_are_given_once(repository: Path) -> None:
    ids = _rule_ids(repository)
    assert ids
    assert [rule for rule in ids if ids.count(rule) > 1] == []


def test_every_rule_has_a_scenario(repository: Path) -> None:
    covered = {rule for rules in _covered(repository).values() for rule in rules}
    assert [rule for rule in _rule_ids(repository) if rule not in covered] == []


def test_scenarios_name_rules_that_exist(repository: Path) -> None:
    known = set(_rule_ids(repository))
    strange = {name: sorted(set(rules) - known) for name, rules in _covered(repository).items()}
    assert {name: rules for name, rules in strange.items() if rules} == {}


def test_mutants_name_rules_that_exist_and_fit_the_source(repository: Path) -> None:
    known = set(_rule_ids(repository))
    wrong: list[str] = []
    for mutant in read_mutants(repository / "tests" / "mutants"):
        wrong += [f"{mutant.place}: there is no rule {rule}" for rule in mutant.rules if rule not in known]
        try:
            compile(mutant.change.changed_source(), mutant.change.file, "exec")
        except (ChangeDoesNotApply, SyntaxError) as error:
            wrong.append(f"{mutant.place} ({', '.join(mutant.rules)}): {error}")
    assert not wrong, "\n\n".join(["tests/mutants/README.md says what to do.", *wrong])
