"""Exit codes are stable: the page that documents them says what the error tree says."""

from __future__ import annotations

import re
from pathlib import Path

from cambist.domain.errors import CambistError


def _tree(root: type[CambistError]) -> list[type[CambistError]]:
    """Classes with a code of their own; finer ones inside a ring share that of their parent."""
    below = [error for child in root.__subclasses__() for error in _tree(child)]
    return [root, *below] if "code" in vars(root) else below


def test_documented_exit_codes_are_those_of_the_errors(repository: Path) -> None:
    documented = {
        code: int(number)
        for number, codes in re.findall(
            r"^\| (\d+) \| (`.*?`) \|", (repository / "docs/cli.md").read_text(), re.MULTILINE
        )
        for code in re.findall(r"`([A-Z_]+)`", codes)
    }
    assert documented == {error.code: error.exit_code for error in _tree(CambistError)}


def test_every_error_code_is_unique() -> None:
    codes = [error.code for error in _tree(CambistError)]
    assert sorted(codes) == sorted(set(codes))
