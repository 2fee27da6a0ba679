"""Writes the table of figures in README from the committed results (`make bench` ends with it)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
BEGIN, END = "<!-- figures:begin -->", "<!-- figures:end -->"
_SMALL = 100


def table_of_figures(results: Path = RESULTS) -> str:
    """Markdown: a line per figure under its question, and the conditions they were measured in."""
    lines = ["| question | figure | |", "|---|---|---:|"]
    conditions: set[str] = set()
    loads: list[float] = []
    for path in sorted(results.glob("*.json")):
        result = json.loads(path.read_text())
        conditions.add(_conditions(result["conditions"]))
        loads.append(float(result["conditions"]["load average at the start"]))
        question = f"[{result['question']}](benchmarks/{path.stem}.py)"
        for figure in result["figures"]:
            lines.append(f"| {question} | {figure['name']} | {_value(figure)} |")
            question = ""
    busy = f"Load average when they began: {min(loads):.1f} to {max(loads):.1f}." if loads else ""
    return "\n".join([*lines, "", *sorted(conditions), busy])


def with_figures(readme: str, table: str) -> str:
    """README with the table between its marks."""
    head, rest = readme.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}\n{table}\n{END}{tail}"


def _value(figure: dict[str, Any]) -> str:
    value = float(figure["value"])
    text = f"{value:,.0f}" if value >= _SMALL or value.is_integer() else f"{value:,.2f}"
    return f"{text} {figure['unit']}"


def _conditions(found: dict[str, str]) -> str:
    return (
        f"Measured {found['measured']} with cambist {found['cambist']} on {found['cpus']} CPUs "
        f"({found['processor']}), {found['system']}, {found['python']}."
    )


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(with_figures(readme.read_text(), table_of_figures()))
    sys.stderr.write(f"{readme} holds the figures of {RESULTS}\n")
