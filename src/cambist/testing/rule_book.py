"""The ids of the engine's rules, as docs/engine.md gives them in its tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_HEADING = re.compile(r"^## (\d+)\. (.*)$")
_RULE = re.compile(r"^\| `([a-z0-9-]+\.[a-z0-9-]+)` \| (.*) \|$")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a table: its id, what it says, and the section it stands in."""

    id: str
    text: str
    section: int
    title: str


def read_rules(page: Path) -> list[Rule]:
    """Every rule of the page, in its order."""
    rules: list[Rule] = []
    section, title = 0, ""
    for line in page.read_text().splitlines():
        if heading := _HEADING.match(line):
            section, title = int(heading[1]), heading[2]
        elif row := _RULE.match(line):
            rules.append(Rule(row[1], row[2], section, title))
    return rules
