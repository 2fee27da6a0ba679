"""Synthetic participants: a market of our own to trade on, seeded and repeatable."""

from __future__ import annotations

from cambist.infrastructure.venues.synthetic.market import SyntheticMarket
from cambist.infrastructure.venues.synthetic.native_market import NativeSyntheticMarket
from cambist.infrastructure.venues.synthetic.profile import PROFILES, InstrumentProfile

__all__ = ["PROFILES", "InstrumentProfile", "NativeSyntheticMarket", "SyntheticMarket"]
