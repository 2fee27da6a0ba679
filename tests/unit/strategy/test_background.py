"""Background work: what it raised comes with its delivery, and what does not end delays nobody."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from cambist.application.strategy.background import Background

WAIT_S = 60
NEVER_ENDS = """
import threading
from cambist.application.strategy.background import Background

class Owner:
    strategy_id = 1

begun = threading.Event()
background = Background()
background.run(Owner(), lambda: (begun.set(), threading.Event().wait()), None)
assert begun.wait(60)
background.close()
"""


class Owner:
    strategy_id = 1


def test_work_that_never_ends_does_not_keep_the_process() -> None:
    ended = subprocess.run([sys.executable, "-c", NEVER_ENDS], timeout=WAIT_S, check=False)
    assert ended.returncode == 0


def test_what_the_work_raised_is_raised_by_its_delivery() -> None:
    background, woken = Background(), threading.Event()
    background.wake = woken.set

    def leave() -> None:
        raise SystemExit(3)

    background.run(Owner(), leave, None)
    assert woken.wait(WAIT_S)
    ((_, deliver),) = background.take()
    with pytest.raises(SystemExit):
        deliver()
    background.close()


def test_nothing_begins_after_the_end() -> None:
    background, entered, released = Background(), threading.Event(), threading.Event()
    second = threading.Event()
    for _ in range(2):
        background.run(Owner(), lambda: (entered.set(), released.wait(WAIT_S)), None)
    background.run(Owner(), second.set, None)
    assert entered.wait(WAIT_S)
    background.close()
    released.set()
    for thread in background._threads:
        thread.join(WAIT_S)
    assert not second.is_set()
