"""When the data plane does not come round any more, and in whose code. Only told; it decides nothing in the market."""

from __future__ import annotations

import time
from dataclasses import dataclass

from cambist.application.data_plane.statistics import PlaneStatistics
from cambist.application.strategy.executor import Executor

STUCK_NS = 5_000_000_000
"""A plane turns every 250 ms at least, if only to look at the clock: after this long it is STUCK."""


@dataclass(frozen=True, slots=True)
class Standstill:
    """The plane has not turned for this long."""

    elapsed_ns: int
    strategy: str = ""
    """In whose hook it is; empty: in none."""
    hook: str = ""

    def describe(self) -> str:
        """A clause."""
        seconds = self.elapsed_ns // 1_000_000_000
        if self.strategy:
            return f"the strategy {self.strategy} has been in {self.hook} for {seconds} s"
        return f"the engine has been busy with one step for {seconds} s, in no strategy's code"


def find_standstill(statistics: PlaneStatistics, executor: Executor, longer_than_ns: int) -> Standstill | None:
    """What holds the plane up, from any thread; None where it has turned since.

    A plane that has not turned yet carries on from what was recovered, which takes its time: there only a strategy's
    hook can be what holds it up.
    """
    now_ns = time.perf_counter_ns()
    running = executor.running_hook()
    if running is not None and now_ns - running.began_ns > longer_than_ns:
        return Standstill(now_ns - running.began_ns, running.strategy, running.hook)
    if statistics.turned_ns and now_ns - statistics.turned_ns > longer_than_ns:
        return Standstill(now_ns - statistics.turned_ns)
    return None
