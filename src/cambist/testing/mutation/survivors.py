"""Changes that nothing needs to notice, each with a reason: tests/mutants/survivors/explained.txt.

A line that begins with `#` gives the reason for the names below it, until the next empty line.
"""

from __future__ import annotations

from pathlib import Path

FILE_NAME = "explained.txt"


def explained(folder: Path) -> dict[str, str]:
    """Reasons by the name of a change."""
    reasons: dict[str, str] = {}
    for block in (folder / FILE_NAME).read_text().split("\n\n"):
        lines = [line for line in block.splitlines() if line]
        reason = " ".join(line.lstrip("# ") for line in lines if line.startswith("#"))
        reasons |= {line: reason for line in lines if not line.startswith("#")}
    return reasons
