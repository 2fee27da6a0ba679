"""Writes the committed results where people read them (`make bench` ends with it).

README gets a short table, docs/figures.md every figure with how it was measured.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
README, PAGE = ROOT / "README.md", ROOT / "docs" / "figures.md"
BEGIN, END = "<!-- figures:begin -->", "<!-- figures:end -->"
HEADLINES: dict[str, tuple[str, ...]] = {
    "how_fast_does_the_engine_match": (
        "native kernel, median run, sparse ids",
        "conventional engine, median run, sparse ids",
        "native to conventional, sparse ids",
        "native kernel, one operation, p50, sparse ids",
        "native kernel, one operation, p99, sparse ids",
        "the timer, contained in both, sparse ids",
        "single calls from Python, median run",
        "reference kernel",
    ),
    "how_fast_is_one_order_through_the_desk": (
        "native, orders that trade, by batch",
        "native, an order that trades, single call, p50",
        "native, an order that trades, single call, p99",
        "reference, orders that trade, by batch",
    ),
    "how_fast_is_a_durable_order": (
        "durable, whatever is in flight",
        "durable, half of them acknowledged within 400 µs",
    ),
    "how_fast_is_the_journal": (
        "64-byte records appended and durable",
        "the same bytes into a plain file",
        "recovery of a journal of trades",
    ),
    "how_fast_are_a_hundred_instruments": ("100 instruments, 1,000 accounts", "many to one"),
    "how_bad_is_the_worst_neighbourhood": (
        "ids chosen to collide, one operation, p99.99",
        "sweeps through thousands of levels, one operation, p99.99",
    ),
    "how_much_memory_does_a_resting_order_take": (
        "resident memory of an order of a member",
        "growth over 10,000,000 operations more, orders of a member that come and go",
    ),
    "does_the_system_keep_up": ("events per second", "submissions waiting, end", "age of the page's last update, end"),
    "how_long_until_the_first_order": ("process start to first 201, median",),
}
"""What README shows of each question, by the file of the benchmark; those that matter most first."""
_HEAD = ["| question | figure | |", "|---|---|---:|"]
_SMALL = 100


def headline_table() -> str:
    """Markdown for README: the headlines under their questions, and the conditions they were measured in."""
    lines = list(_HEAD)
    results = _results()
    for stem, names in HEADLINES.items():
        figures = {figure["name"]: figure for figure in results[stem]["figures"]}
        question = f"[{results[stem]['question']}](benchmarks/{stem}.py)"
        for name in names:
            lines.append(f"| {question} | {name} | {_value(figures[name])} |")
            question = ""
    return "\n".join([*lines, "", *_conditions(results)])


def page_of_figures() -> str:
    """Markdown for docs/figures.md: a section for each question, with all its figures and how they were measured."""
    results = _results()
    head = "Written by `make bench` from [benchmarks/results](../benchmarks/results)."
    sections = [_section(stem, results[stem]) for stem in HEADLINES]
    return "\n\n".join(["# Figures", "\n".join([head, *_conditions(results)]), *sections]) + "\n"


def with_figures(readme: str, table: str) -> str:
    """README with the table between its marks."""
    head, rest = readme.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}\n{table}\n{END}{tail}"


def _results() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))}


def _section(stem: str, result: dict[str, Any]) -> str:
    rows = [f"| {figure['name']} | {_value(figure)} |" for figure in result["figures"]]
    title = f"## [{result['question']}](../benchmarks/{stem}.py)"
    return "\n".join([title, "", *result["notes"], "", "| figure | |", "|---|---:|", *rows])


def _value(figure: dict[str, Any]) -> str:
    value = float(figure["value"])
    text = f"{value:,.0f}" if value >= _SMALL or value.is_integer() else f"{value:,.2f}"
    return f"{text} {figure['unit']}"


def _conditions(results: dict[str, dict[str, Any]]) -> list[str]:
    """The machine and the day, once for all that share them, and how busy it was."""
    found = [result["conditions"] for result in results.values()]
    machines = {
        f"Measured {each['measured']} with cambist {each['cambist']} on {each['cpus']} CPUs "
        f"({each['processor']}), {each['system']}, {each['python']}."
        for each in found
    }
    loads = [float(each["load average at the start"]) for each in found]
    return [*sorted(machines), f"Load average when they began: {min(loads):.1f} to {max(loads):.1f}."]


if __name__ == "__main__":
    README.write_text(with_figures(README.read_text(), headline_table()))
    PAGE.write_text(page_of_figures())
    sys.stderr.write(f"{README} and {PAGE} hold the figures of {RESULTS}\n")
