"""One small change to one source file of the package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cambist

PACKAGE = Path(cambist.__file__).resolve().parent


class ChangeDoesNotApply(ValueError):
    """The lines to be changed are not in the file, or more than once."""


@dataclass(frozen=True, slots=True)
class SourceChange:
    """Whole lines `old` become whole lines `new` in `file`, a path inside the package."""

    file: str
    old: tuple[str, ...]
    new: tuple[str, ...]

    def changed_source(self) -> str:
        """The file with the change in it. Raises ChangeDoesNotApply."""
        path = PACKAGE / self.file
        if not path.is_file():
            raise ChangeDoesNotApply(f"There is no {self.file}.")
        lines = path.read_text().splitlines()
        places = [start for start in range(len(lines)) if tuple(lines[start : start + len(self.old)]) == self.old]
        if not self.old or len(places) != 1:
            raise ChangeDoesNotApply(f"These lines stand {len(places)} times in {self.file}:\n" + "\n".join(self.old))
        start = places[0]
        return "\n".join([*lines[:start], *self.new, *lines[start + len(self.old) :], ""])
