"""Whether scenarios notice a changed source: each trial runs in a forked child, so that nothing of it stays.

`python -m cambist.testing.mutation.trial` takes trials from standard input, one line of JSON each, and answers with one
line of JSON each. `run_trials` shares them out among such processes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import chain, zip_longest
from pathlib import Path
from typing import Literal

import msgspec

from cambist.testing.mutation.loaded_code import put_in_force

Outcome = Literal["noticed", "unnoticed", "broken"]
CPU_SECONDS_MAX = 5
"""A change may make the engine run for ever: then it is noticed."""
_NOT_A_RULE = (NameError, AttributeError, TypeError, SyntaxError, ImportError)
"""Errors of a change that is no sensible program."""


class Trial(msgspec.Struct, frozen=True):
    """A file of the package with other source, and the scenarios that may notice it, the likeliest first."""

    file: str
    source: str
    scenarios: list[str]
    with_checkers: bool = False
    """Whether what must hold of any run is looked at too, and restarts with every command."""


class Verdict(msgspec.Struct, frozen=True):
    """What became of a trial: which scenario noticed it, and what it saw."""

    outcome: Outcome
    scenario: str = ""
    detail: str = ""


def run_trials(trials: Sequence[Trial], processes: int = 2) -> list[Verdict]:
    """The verdicts, in the order of the trials."""
    if not trials:
        return []
    with ThreadPoolExecutor(processes) as pool:
        shares = list(pool.map(_run_share, [trials[start::processes] for start in range(processes)]))
    dealt = chain.from_iterable(zip_longest(*shares))
    return [verdict for verdict in dealt if verdict is not None]


def _run_share(trials: Sequence[Trial]) -> list[Verdict]:
    lines = b"\n".join(map(msgspec.json.encode, trials))
    command = [sys.executable, "-m", "cambist.testing.mutation.trial"]
    finished = subprocess.run(command, input=lines, stdout=subprocess.PIPE, check=True)
    return [msgspec.json.decode(line, type=Verdict) for line in finished.stdout.splitlines()]


def judge(trial: Trial) -> Verdict:
    """In a child: put the change in force and play the scenarios."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS_MAX)
        with os.fdopen(writing, "wb") as answer:
            answer.write(msgspec.json.encode(_play(trial)))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        answered = answer.read()
    os.waitpid(child, 0)
    if not answered:
        return Verdict("noticed", detail="it did not come to an end")
    return msgspec.json.decode(answered, type=Verdict)


def _play(trial: Trial) -> Verdict:
    """Every scenario as it is told, then, where none has noticed and it is asked for, with checkers and restarts."""
    try:
        put_in_force(trial.file, trial.source)
        play = import_module("cambist.testing.scenario_player").first_difference
        for with_checkers in (False, True)[: 1 + trial.with_checkers]:
            for scenario in trial.scenarios:
                if seen := play(Path(scenario), with_checkers=with_checkers):
                    return Verdict("noticed", Path(scenario).name, seen)
    except _NOT_A_RULE as error:
        return Verdict("broken", detail=repr(error))
    except Exception as error:  # whatever the changed engine raises, a scenario would have failed
        return Verdict("noticed", detail=repr(error))
    return Verdict("unnoticed")


def _main() -> None:
    import_module("cambist.testing.scenario_player")
    for line in sys.stdin:
        verdict = judge(msgspec.json.decode(line, type=Trial))
        sys.stdout.write(json.dumps(msgspec.to_builtins(verdict)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
