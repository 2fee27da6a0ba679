"""The worked example of docs/journal.md does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest


def test_the_worked_example_of_a_commit_runs(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (repository / "docs" / "journal.md").read_text(), re.DOTALL)
    assert example.count("assert ") >= 4
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "docs/journal.md", "exec"), {})
    assert (tmp_path / "journal" / "DURABLE").is_file()
