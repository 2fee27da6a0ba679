"""Every benchmark still runs, and README and docs/figures.md show what was measured. No test looks at a time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
QUESTIONS = sorted(path for path in BENCHMARKS.glob("*.py") if 'QUESTION = "' in path.read_text())


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_a_benchmark_answers_its_question(question: Path, tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    command = [sys.executable, str(question), "--seconds", "1", "--json", str(result)]
    subprocess.run(command, check=True, capture_output=True, timeout=110)
    answer = json.loads(result.read_text())
    assert answer["question"].lower().replace(" ", "_").rstrip("?") == question.stem
    assert answer["figures"]


def test_every_result_belongs_to_a_question() -> None:
    results = {path.stem for path in (BENCHMARKS / "results").glob("*.json")}
    assert results == {path.stem for path in QUESTIONS}


def test_readme_and_the_page_of_figures_show_the_committed_results(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    from figures import HEADLINES, headline_table, page_of_figures, with_figures  # noqa: PLC0415

    readme = (repository / "README.md").read_text()
    assert with_figures(readme, headline_table()) == readme
    assert (repository / "docs" / "figures.md").read_text() == page_of_figures()
    assert set(HEADLINES) == {path.stem for path in QUESTIONS}
