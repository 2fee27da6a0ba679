"""What a market runs on: synthetic participants or a recording, chosen by options and the data directory's past."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from cambist.application.data_plane.pacing import Unpaced, WallPacer
from cambist.application.ports.clock import Clock
from cambist.application.ports.pacer import Pacer
from cambist.application.ports.source import Source
from cambist.bootstrap.data_directory import Origin
from cambist.domain.errors import InputError
from cambist.infrastructure.venues.recording import RecordedMarket
from cambist.infrastructure.venues.recording.line_reader import fingerprint
from cambist.infrastructure.venues.simulated import RecordedVenue
from cambist.infrastructure.venues.synthetic import PROFILES, NativeSyntheticMarket, SyntheticMarket

SEEDED_START_NS = 1_767_225_600_000_000_000
"""2026-01-01T00:00:00Z: when engine time begins in a run with a seed, so that it can be repeated at any time."""
_SEEDS = 1 << 64
_SYNTHETIC_SYMBOLS = tuple(profile.symbol for profile in PROFILES)


@dataclass(frozen=True, slots=True)
class MarketInput:
    """Where commands come from by themselves."""

    origin: Origin
    description: str
    start_ns: int | None
    """When engine time begins in an empty engine; None: with the source."""
    open_sources: Callable[[int, int, bool], list[Source]]
    """Given the directory's seed, the engine's time, and whether a native runtime can host them: the sources, loaded
    with nothing yet."""
    symbols: tuple[str, ...]
    recording: RecordedMarket | None = None
    """The source that ends; None where there is no end."""


def choose_input(*, seed: int | None, recording: Path | None, rate: int, clock: Clock) -> MarketInput:
    """The input for options. Raises RecordingError, InputError."""
    if seed is not None and not 0 <= seed < _SEEDS:
        raise InputError(f"{seed} is no seed.", "Use a whole number from 0 to 18446744073709551615.")
    if recording is None:
        return _synthetic(seed, rate, clock.now_ns())
    if seed is not None:
        raise InputError("A recording has no seed.", "Give either --recording or --seed.")
    return _recorded(recording)


def choose_pacer(speed: str | None, clock: Clock) -> Pacer:
    """The wall's pace, another one, or none. Raises InputError."""
    if speed is None:
        return WallPacer(clock)
    if speed == "max":
        return Unpaced()
    try:
        return WallPacer(clock, float(Decimal(speed)))
    except InvalidOperation as error:
        raise InputError(f"'{speed}' is no speed.", "Write a number such as 10 or 0.5, or max.") from error


def _synthetic(seed: int | None, rate: int, now_ns: int) -> MarketInput:
    origin = Origin(source="synthetic", seed=now_ns if seed is None else seed)
    names = ", ".join(_SYNTHETIC_SYMBOLS)
    return MarketInput(
        origin=origin,
        description=f"synthetic ({names}), {rate:,} events/s{'' if seed is None else f', seed {seed}'}",
        start_ns=now_ns if seed is None else SEEDED_START_NS,
        open_sources=lambda seed, start_ns, can_be_hosted: [
            (NativeSyntheticMarket if can_be_hosted else SyntheticMarket)(seed, start_ns, rate)
        ],
        symbols=_SYNTHETIC_SYMBOLS,
    )


def _recorded(path: Path) -> MarketInput:
    market = RecordedMarket(path)
    venue = RecordedVenue(market)
    return MarketInput(
        origin=Origin(source="recording", recording=fingerprint(path)),
        description=f"recording {path.name} ({market.symbol})",
        start_ns=None,
        open_sources=lambda _seed, _start_ns, _can_be_hosted: [venue],
        symbols=(market.symbol,),
        recording=market,
    )
