"""The examples in the documentation happen as they are told, on every kernel, and its tables of rules are the rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cambist.testing.builders import KernelDriver
from cambist.testing.kernel_factory import KernelFactory
from cambist.testing.rule_book import read_rules
from cambist.testing.rule_tables import with_rules
from cambist.testing.scenario import parse_scenario, run_scenario

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
EXAMPLE = re.compile(r"^```scenario\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _examples(page: Path) -> list[str]:
    return EXAMPLE.findall(page.read_text())


EXAMPLES = [
    pytest.param(example, id=f"{page.relative_to(DOCS)}-{number}")
    for page in PAGES
    for number, example in enumerate(_examples(page), 1)
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_happens_as_it_is_told(example: str, kernel_factory: KernelFactory) -> None:
    def snapshots_are_whole(driver: KernelDriver) -> None:
        snapshot = driver.kernel.snapshot()
        assert kernel_factory.restore(snapshot).snapshot() == snapshot

    scenario = parse_scenario(example)
    run = run_scenario(scenario, kernel_factory.empty(), snapshots_are_whole)
    assert any(step.expected for step in scenario.steps)
    assert not run.differences, "\n\n" + "\n\n".join(run.differences)


@pytest.mark.parametrize("page", sorted((DOCS / "orders").glob("*.md")), ids=lambda page: page.stem)
def test_every_order_page_has_an_example_and_stands_in_the_list(page: Path) -> None:
    if page.name != "README.md":
        assert _examples(page)
        assert f"]({page.name})" in (DOCS / "orders" / "README.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_tables_of_rules_are_those_of_the_engine(page: Path) -> None:
    written = page.read_text()
    assert written == with_rules(written, read_rules(DOCS / "engine.md")), (
        f"run: python -m cambist.testing.rule_tables {page}"
    )
