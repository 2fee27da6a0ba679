"""What every benchmark shares: the machine's description, the options, a printed table and a committed result.

A benchmark is a question. Run without options it measures in full and writes `results/<its name>.json`; with
`--seconds` it only shows that it still works and writes nothing, unless `--json PATH` says where.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Options:
    """How much to measure, and where to write it."""

    seconds: float | None
    json: Path | None

    @property
    def is_quick(self) -> bool:
        """Only a look whether it still works."""
        return self.seconds is not None


def options_of(question: str, arguments: Sequence[str] | None = None) -> Options:
    """Read the command line."""
    parser = ArgumentParser(description=question)
    parser.add_argument("--seconds", type=float, help="a quick run of about this long, written nowhere")
    parser.add_argument("--json", type=Path, help="where to write the result")
    parsed = parser.parse_args(arguments)
    return Options(parsed.seconds, parsed.json)


def percentile(samples: Sequence[int], percent: int) -> float:
    """The value below which `percent` of the samples lie."""
    return statistics.quantiles(samples, n=100, method="inclusive")[percent - 1]


def conditions() -> dict[str, str]:
    """The machine, the versions and how busy it is."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return {
        "processor": _processor(),
        "cpus": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "cambist": _version("cambist"),
        "cambist-kernel": _version("cambist-kernel"),
        "load average at the start": f"{load:.1f}",
        "measured": datetime.now(UTC).date().isoformat(),
    }


def report(question: str, script: str, figures: Sequence[Figure], notes: Sequence[str], options: Options) -> None:
    """Print the figures with their conditions, and write them where they belong."""
    result = {
        "question": question,
        "conditions": conditions(),
        "notes": list(notes),
        "figures": [asdict(figure) for figure in figures],
    }
    print(f"\n{question}\n")
    for figure in figures:
        print(f"  {figure.name:<58} {figure.value:>16,.2f} {figure.unit}".replace(".00 ", "    "))
    print()
    for note in notes:
        print(f"  {note}")
    for name, value in conditions().items():
        print(f"  {name}: {value}")
    path = options.json or (None if options.is_quick else RESULTS / f"{Path(script).stem}.json")
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
        print(f"  written to {path}", file=sys.stderr)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"
