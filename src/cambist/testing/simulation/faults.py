"""What a session's disk will do wrong, drawn by chance."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from random import Random

from cambist.testing.simulated_disk import SimulatedDisk
from cambist.testing.simulation.simulated_clock import SimulatedClock

ROOMY_BYTES = 1 << 30
SLOW_SYNC_NS_MAX = 3_000_000_000


class Fault(Enum):
    """One per session, planned; a session may be over before it strikes. Torn and lost writes follow from every loss of
    power.
    """

    NONE = "none"
    FULL_DISK = "full disk"
    FAILING_SYNC = "failing sync"
    SLOW_SYNC = "slow sync"
    POWER_LOSS = "power loss"


_CHOICES = (Fault.NONE, Fault.FULL_DISK, Fault.FAILING_SYNC, Fault.SLOW_SYNC, *(Fault.POWER_LOSS,) * 3)


def plan_fault(disk: SimulatedDisk, clock: SimulatedClock, directory: Path, free_bytes: int, random: Random) -> Fault:
    """Draw a fault and prepare the disk for it; `free_bytes` is what the journal wants to keep free."""
    fault = random.choice(_CHOICES)
    disk.capacity = ROOMY_BYTES
    match fault:
        case Fault.FULL_DISK:
            used = ROOMY_BYTES - disk.free_bytes(directory)
            disk.capacity = used + free_bytes + random.randrange(20_000)
        case Fault.FAILING_SYNC:
            disk.syncs_until_failure = random.randrange(30)
        case Fault.SLOW_SYNC:
            disk.on_sync = lambda: clock.advance(random.randrange(SLOW_SYNC_NS_MAX))
        case Fault.POWER_LOSS:
            disk.crash_after_writes = random.randrange(40)
        case Fault.NONE:
            pass
    return fault
