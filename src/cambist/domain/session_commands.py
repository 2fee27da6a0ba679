"""What can be asked of the engine about trading sessions: calendars, halts and what protects against falling prices.

Part of the one list in `cambist.domain.commands`; times of the week are explained in `cambist.domain.schedule`.
"""

from __future__ import annotations

from cambist.domain.message import Command
from cambist.domain.widths import U32, Blob, Ppm, Text, TimeNs


class SetSchedule(Command, frozen=True, gc=False, kw_only=True):
    """When an instrument changes its phase, week by week; no steps at all end the schedule. An auction whose
    price would lie further than `extension_band` from the last one is drawn out once by `extension_ns` (0: never).
    """

    kind = 24
    instrument_id: U32
    extension_ns: TimeNs
    extension_band: Ppm
    steps: Blob
    """As `cambist.domain.schedule.pack_steps` makes them."""


class SetVolatilityGuard(Command, frozen=True, gc=False, kw_only=True):
    """What happens to an instrument in continuous trading when its price moves too far; all zero ends it."""

    kind = 25
    instrument_id: U32
    dynamic_band: Ppm
    """A trade further from the dynamic reference than this starts a volatility auction; 0: none does."""
    auction_ns: TimeNs
    """How long a volatility auction collects, also after a halt that ends by itself."""
    limit_band: Ppm
    """No order trades or rests further from the dynamic reference than this, on the side that would move it; 0: any."""
    limit_state_ns: TimeNs
    """A best price that stands at the limit so long halts trading."""
    pause_ns: TimeNs
    """How long such a halt lasts."""


class HaltInstrument(Command, frozen=True, gc=False, kw_only=True):
    """Halt an instrument (0: all of ours that trade), until it is moved or for `duration_ns`."""

    kind = 26
    instrument_id: U32
    duration_ns: TimeNs = 0
    cause: Text


class SetCircuitBreaker(Command, frozen=True, gc=False, kw_only=True):
    """Halt all our instruments when an index instrument (0: the average of all of ours) has fallen so far since the day
    began; the third level closes them until the day ends. A level of 0 is none; all zero ends the breaker.
    """

    kind = 27
    instrument_id: U32
    level_1: Ppm
    level_2: Ppm
    level_3: Ppm
    cool_down_1_ns: TimeNs
    cool_down_2_ns: TimeNs
