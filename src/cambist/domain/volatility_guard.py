"""What protects an instrument in continuous trading (docs/engine.md section 30), and the market as a whole (31)."""

from __future__ import annotations

import msgspec

from cambist.domain import rounding
from cambist.domain.durations import DAY_NS
from cambist.domain.instrument import PriceBand
from cambist.domain.vocabulary import Side
from cambist.domain.widths import MAX_PRICE


class VolatilityGuard(msgspec.Struct, frozen=True, kw_only=True):
    """Bands in ppm of the dynamic reference; 0 is none."""

    dynamic_band: int
    auction_ns: int
    limit_band: int
    limit_state_ns: int
    pause_ns: int

    @classmethod
    def told_by(cls, record: object) -> VolatilityGuard:
        """That of a command, an event or a snapshot's row, which name the same fields."""
        return cls(**{name: getattr(record, name) for name in cls.__struct_fields__})

    @property
    def is_none(self) -> bool:
        """True where nothing is guarded."""
        return not any(getattr(self, name) for name in self.__struct_fields__)

    @property
    def is_well_formed(self) -> bool:
        """True where every field is in its bounds and each band has the times it needs."""
        bands = all(0 <= band < rounding.MILLION for band in (self.dynamic_band, self.limit_band))
        times = all(0 <= time_ns <= DAY_NS for time_ns in (self.auction_ns, self.limit_state_ns, self.pause_ns))
        has_auction = self.dynamic_band == 0 or self.auction_ns > 0
        has_pause = self.limit_band == 0 or (self.limit_state_ns > 0 and self.pause_ns > 0)
        return bands and times and has_auction and has_pause

    def dynamic_limit(self, side: Side, reference_price: int) -> int:
        """The furthest price at which a taker may trade without an auction."""
        return _edge(_band(reference_price, self.dynamic_band), side)

    def price_limit(self, side: Side, reference_price: int) -> int:
        """The furthest price that an order of a side may have."""
        return _edge(_band(reference_price, self.limit_band), side)


NO_GUARD = VolatilityGuard(dynamic_band=0, auction_ns=0, limit_band=0, limit_state_ns=0, pause_ns=0)


class CircuitBreaker(msgspec.Struct, kw_only=True):
    """Levels in ppm of the fall since the day began; `tripped` is the highest that was reached today."""

    instrument_id: int
    level_1: int
    level_2: int
    level_3: int
    cool_down_1_ns: int
    cool_down_2_ns: int
    tripped: int = 0
    fall: int = 0
    """How far the market had fallen when it last tripped today, in ppm; 0 where it has not."""
    until_ns: int = 0
    """When what that halted goes on; 0 where it does not by itself."""

    @property
    def levels(self) -> tuple[int, int, int]:
        """From the first to the third."""
        return self.level_1, self.level_2, self.level_3

    @property
    def is_none(self) -> bool:
        """True where no level is set."""
        return not any(self.levels)

    @property
    def is_well_formed(self) -> bool:
        """True where levels that are set grow, and the first two have a time."""
        known = [level for level in self.levels if level]
        times = (self.cool_down_1_ns, self.cool_down_2_ns)
        has_times = all(time_ns > 0 or not level for level, time_ns in zip(self.levels, times, strict=False))
        bounds = all(0 <= level < rounding.MILLION for level in self.levels)
        return bounds and has_times and known == sorted(set(known)) and all(0 <= t <= DAY_NS for t in times)

    def forget_trip(self) -> None:
        """Nothing has tripped."""
        self.tripped = self.fall = self.until_ns = 0

    def level_of(self, fall: int) -> int:
        """The highest level that a fall reaches beyond what was tripped today; 0 for none."""
        reached = [number for number, level in enumerate(self.levels, 1) if level and fall >= level]
        return max((number for number in reached if number > self.tripped), default=0)

    def cool_down_ns(self, level: int) -> int:
        """How long a level halts the market; 0 for the third, which closes it."""
        return (self.cool_down_1_ns, self.cool_down_2_ns, 0)[level - 1]


def _band(reference_price: int, band: int) -> PriceBand:
    if band == 0:
        return PriceBand(1, MAX_PRICE)
    width = rounding.band_width(reference_price, band)
    return PriceBand(max(1, reference_price - width), min(MAX_PRICE, reference_price + width))


def _edge(band: PriceBand, side: Side) -> int:
    return band.high if side is Side.BUY else band.low
