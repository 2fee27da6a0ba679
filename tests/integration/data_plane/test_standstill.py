"""A plane that does not come round any more says so, and names the hook it waits for."""

from __future__ import annotations

import threading

from plane_kit import world

from cambist.application.data_plane.pacing import WallPacer
from cambist.application.strategy import Strategy
from cambist.bootstrap.plane_monitor import PlaneMonitor
from cambist.infrastructure.system_clock import SystemClock

WAIT_S = 60


class Blocking(Strategy):
    """Does not return from on_start until it is let go."""

    symbols = ("BTCUSDT",)

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Event()
        self.released = threading.Event()

    def on_start(self) -> None:
        self.entered.set()
        self.released.wait(WAIT_S)


def test_a_hook_that_does_not_return_is_named() -> None:
    strategy = Blocking()
    made = world(strategy, pacer=WallPacer(SystemClock()))
    thread = threading.Thread(target=made.plane.run)
    thread.start()
    assert strategy.entered.wait(WAIT_S)
    standstill = made.plane.standstill(longer_than_ns=0)
    assert standstill is not None
    assert (standstill.strategy, standstill.hook) == ("Blocking-1", "on_start")
    assert "Blocking-1 has been in on_start" in standstill.describe()
    made.plane.stop()
    strategy.released.set()
    thread.join(WAIT_S)
    assert made.plane.standstill(longer_than_ns=0) is None
    assert made.plane.state == "STOPPED"


def test_a_plane_that_has_not_begun_stands_still_for_nobody() -> None:
    made = world(pacer=WallPacer(SystemClock()))
    assert made.plane.standstill(longer_than_ns=0) is None
    assert PlaneMonitor(made.plane).status().held_up_by == ""


def test_a_turn_that_takes_too_long_without_a_hook_is_said_to_be_in_no_strategy() -> None:
    made = world(pacer=WallPacer(SystemClock()))
    made.plane.statistics.turned_ns = 1
    assert made.plane.state == "STUCK"
    assert "no strategy's code" in PlaneMonitor(made.plane).status().held_up_by
