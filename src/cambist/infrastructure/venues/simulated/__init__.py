"""The simulated exchange: orders meet a recorded market as they might have met the real one."""

from __future__ import annotations

from cambist.infrastructure.venues.simulated.recorded_venue import RecordedVenue
from cambist.infrastructure.venues.simulated.simulated_exchange import DEFAULT_LATENCY_NS, SimulatedExchange

__all__ = ["DEFAULT_LATENCY_NS", "RecordedVenue", "SimulatedExchange"]
