"""Recordings of a real market, played in engine time."""

from __future__ import annotations

from cambist.infrastructure.venues.recording.recorded_market import RecordedMarket, RecordingReport

__all__ = ["RecordedMarket", "RecordingReport"]
