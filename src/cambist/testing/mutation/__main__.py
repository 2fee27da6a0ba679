"""`python -m cambist.testing.mutation TESTS [one in N] [seed]`: random changes that nobody notices and nobody explains.

A change is in the sample by a hash of its name and the seed, so that the sample stays while other code changes.
"""

from __future__ import annotations

import sys
from hashlib import blake2b
from pathlib import Path

from cambist.testing.mutation.random_changes import RandomChange, changes_of
from cambist.testing.mutation.source_change import PACKAGE
from cambist.testing.mutation.survivors import explained
from cambist.testing.mutation.trial import Trial, run_trials

REFERENCE = "engine/reference"
_NOT_THE_ENGINE = {"__init__.py", "batch.py", "workload.py"}
"""Batches of bytes and the replay of the matching workload are no matter of scenarios; they have tests of their own."""


def reference_changes() -> list[RandomChange]:
    """Every change to every file of the reference kernel."""
    files = sorted(path.name for path in (PACKAGE / REFERENCE).glob("*.py") if path.name not in _NOT_THE_ENGINE)
    return [change for file in files for change in changes_of(f"{REFERENCE}/{file}")]


def sample(changes: list[RandomChange], one_in: int, seed: int) -> list[RandomChange]:
    """About one in so many."""
    return [change for change in changes if _number(change.name, seed) % one_in == 0]


def unnoticed(changes: list[RandomChange], scenarios: Path) -> list[RandomChange]:
    """Those that every scenario and every checker lets pass. Raises ValueError where they refuse no change at all."""
    paths = sorted(map(str, scenarios.glob("*.txt")))
    trials = [Trial(change.file, change.source, paths, with_checkers=True) for change in changes]
    kernel = f"{REFERENCE}/kernel.py"
    control, *verdicts = run_trials([Trial(kernel, (PACKAGE / kernel).read_text(), paths, with_checkers=True), *trials])
    if control.outcome != "unnoticed":
        raise ValueError(f"{control.scenario} fails without a change: {control.detail}")
    pairs = zip(changes, verdicts, strict=True)
    return [change for change, verdict in pairs if verdict.outcome == "unnoticed"]


def _number(name: str, seed: int) -> int:
    return int.from_bytes(blake2b(f"{seed} {name}".encode(), digest_size=8).digest(), "little")


def _main(tests: Path, one_in: int = 20, seed: int = 0) -> None:
    reasons = explained(tests / "mutants" / "survivors")
    chosen = sample(reference_changes(), one_in, seed)
    left = [change for change in unnoticed(chosen, tests / "scenarios") if change.name not in reasons]
    for change in left:
        sys.stdout.write(f"{change.name}\n")
    sys.stdout.write(f"{len(left)} of {len(chosen)} changes survived without a reason\n")


if __name__ == "__main__":
    _main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
