"""What a synthetic instrument is like: its definition, how it moves, and how large people trade in it."""

from __future__ import annotations

from dataclasses import dataclass

from cambist.domain.commands import DefineInstrument
from cambist.domain.vocabulary import Phase, VenueKind

E8 = 100_000_000
PRICE_BAND_PPM = 100_000
MIN_NOTIONAL_E8 = 5 * E8


@dataclass(frozen=True, slots=True)
class InstrumentProfile:
    """One instrument of the synthetic market. Prices in ticks, quantities in lots."""

    symbol: str
    tick_size: int
    """In 1e-8 of the quote asset."""
    lot_size: int
    """In 1e-8 of the base asset."""
    reference_price: int
    max_order_qty: int
    weight: int
    """Share of the activity, relative to the other instruments."""
    step_deviation: int
    """Standard deviation of the fair value per 100 ms, in thousandths of a tick."""
    half_spread: int
    """Distance of the innermost quotes from the fair value."""
    rung_step: int
    """Distance between two quotes of one maker on the same side."""
    rung_qty: int
    """Typical quantity of the innermost quote of one maker."""
    taker_qty: int
    """Typical quantity of a small taker."""

    def definition(self, instrument_id: int) -> DefineInstrument:
        """The command that defines the instrument on our venue."""
        return DefineInstrument(
            instrument_id=instrument_id,
            venue=VenueKind.INTERNAL,
            phase=Phase.CONTINUOUS,
            tick_size=self.tick_size,
            lot_size=self.lot_size,
            unit_value=self.tick_size * self.lot_size // E8,
            min_notional=MIN_NOTIONAL_E8,
            max_order_qty=self.max_order_qty,
            price_band=PRICE_BAND_PPM,
            reference_price=self.reference_price,
            symbol=self.symbol,
        )


PROFILES: tuple[InstrumentProfile, ...] = (
    InstrumentProfile(
        symbol="BTCUSDT",
        tick_size=E8 // 10,
        lot_size=E8 // 1_000,
        reference_price=618_000,
        max_order_qty=100_000,
        weight=5,
        step_deviation=9_000,
        half_spread=30,
        rung_step=18,
        rung_qty=40,
        taker_qty=30,
    ),
    InstrumentProfile(
        symbol="ETHUSDT",
        tick_size=E8 // 100,
        lot_size=E8 // 1_000,
        reference_price=340_000,
        max_order_qty=2_000_000,
        weight=3,
        step_deviation=6_000,
        half_spread=18,
        rung_step=11,
        rung_qty=700,
        taker_qty=500,
    ),
    InstrumentProfile(
        symbol="SOLUSDT",
        tick_size=E8 // 100,
        lot_size=E8 // 10,
        reference_price=15_000,
        max_order_qty=500_000,
        weight=2,
        step_deviation=330,
        half_spread=1,
        rung_step=1,
        rung_qty=160,
        taker_qty=120,
    ),
)
"""The three instruments of the default market, with parameters of perpetuals in USDT."""
