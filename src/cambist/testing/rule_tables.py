"""The tables of rules in pages of the documentation, taken from docs/engine.md.

A page says `<!-- rules: iceberg match.fok -->` and `<!-- end of rules -->`; between them stand the rows of rules whose
ids begin so, or are so. To write them anew: `python -m cambist.testing.rule_tables docs/orders/*.md`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from cambist.testing.rule_book import Rule, read_rules

_TABLE = re.compile(r"<!-- rules: ([a-z. -]+) -->\n.*?<!-- end of rules -->", re.DOTALL)


def with_rules(text: str, rules: Sequence[Rule]) -> str:
    """A page with its tables as the rules are now. Raises LookupError where a name is of no rule."""
    return _TABLE.sub(lambda match: _table(match[1].split(), rules), text)


def _table(prefixes: Sequence[str], rules: Sequence[Rule]) -> str:
    rows = []
    for prefix in prefixes:
        chosen = [rule for rule in rules if prefix in (rule.id, rule.id.partition(".")[0])]
        if not chosen:
            raise LookupError(f"docs/engine.md has no rule {prefix}")
        rows += [f"| `{rule.id}` | {rule.text} |" for rule in chosen]
    start = f"<!-- rules: {' '.join(prefixes)} -->"
    return "\n".join([start, "| rule | |", "|---|---|", *rows, "<!-- end of rules -->"])


def _main(pages: Sequence[str]) -> None:
    for page in map(Path, pages):
        rules = read_rules(next(folder for folder in page.resolve().parents if folder.name == "docs") / "engine.md")
        page.write_text(with_rules(page.read_text(), rules))


if __name__ == "__main__":
    _main(sys.argv[1:])
