"""How a rule is switched off: the tables in tests/mutants, described in its README.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from cambist.testing.mutation.source_change import SourceChange

_RULE, _FILE = "rule ", "file "


@dataclass(frozen=True, slots=True)
class RuleMutant:
    """One way to switch off the rules it names. `place` is where the entry stands, for a person to find it."""

    rules: tuple[str, ...]
    change: SourceChange
    place: str


def read_mutants(folder: Path) -> Iterator[RuleMutant]:
    """Every entry of every table in a folder."""
    for path in sorted(folder.glob("*.txt")):
        yield from _entries(path)


def _entries(path: Path) -> Iterator[RuleMutant]:
    """Entries are blocks of lines with an empty line between them."""
    numbered = list(enumerate(path.read_text().splitlines(), 1))
    for is_entry, group in groupby(numbered, key=lambda line: bool(line[1]) and not line[1].startswith("#")):
        if is_entry:
            lines = list(group)
            yield _entry([text for _, text in lines], f"{path.name}:{lines[0][0]}")


def _entry(lines: list[str], place: str) -> RuleMutant:
    header, file, *hunk = lines
    if not header.startswith(_RULE) or not file.startswith(_FILE) or any(line[0] not in "+- " for line in hunk):
        raise ValueError(f"{place}: an entry is a line 'rule ...', a line 'file ...', then lines with '-', '+' or ' '.")
    change = SourceChange(
        file=file.removeprefix(_FILE).strip(),
        old=tuple(line[1:] for line in hunk if line[0] in "- "),
        new=tuple(line[1:] for line in hunk if line[0] in "+ "),
    )
    return RuleMutant(tuple(header.removeprefix(_RULE).replace(",", " ").split()), change, place)
