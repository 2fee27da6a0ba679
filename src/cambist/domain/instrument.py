"""An instrument: its grid, its filters, and the arithmetic of values, bands and marks on it."""

from __future__ import annotations

import msgspec

from cambist.domain import rounding
from cambist.domain.commands import DefineInstrument
from cambist.domain.errors import ValueOutOfRange
from cambist.domain.events import InstrumentDefined
from cambist.domain.fill import Fees
from cambist.domain.grid import E8_DIGITS, DecimalInput, Snapped, e8_text, exact_e8, snap, steps_text
from cambist.domain.vocabulary import InstrumentKind, MatchingRule, OrderFlag, Phase, Side, VenueKind
from cambist.domain.widths import MAX_PRICE, MAX_QTY

MAX_GRID = 10**15
"""Largest tick_size, lot_size and unit_value, in 1e-8."""
MAX_SYMBOL_CHARACTERS = 32


def is_plain_text(text: str, characters_max: int) -> bool:
    """True for 1 to `characters_max` printable ASCII characters without spaces."""
    return 1 <= len(text) <= characters_max and all("!" <= character <= "~" for character in text)


class PriceBand(msgspec.Struct, frozen=True):
    """Lowest and highest price that an order may have, in ticks."""

    low: int
    high: int

    def holds(self, price: int) -> bool:
        """True where `price` is inside or on the edge."""
        return self.low <= price <= self.high


class Instrument(msgspec.Struct, frozen=True, kw_only=True):
    """What can be traded. Sizes in 1e-8, quantities in lots, prices in ticks, price_band in ppm."""

    instrument_id: int
    symbol: str
    venue: VenueKind
    defined_phase: Phase
    tick_size: int
    lot_size: int
    unit_value: int
    """Quote value of one lot at one tick, in 1e-8."""
    min_notional: int
    max_order_qty: int
    price_band: int
    reference_price: int
    matching: MatchingRule = MatchingRule.PRICE_TIME
    minimum_allocation: int = 0
    top_order_priority: bool = False
    instrument_kind: InstrumentKind = InstrumentKind.PERPETUAL
    base_asset_id: int = 0
    quote_asset_id: int = 0
    max_fee: int = 0

    @classmethod
    def from_definition(cls, command: DefineInstrument | InstrumentDefined) -> Instrument:
        """The instrument that a command (or the event of it) defines, unchecked: see `is_well_formed`."""
        return cls(
            instrument_id=command.instrument_id,
            symbol=command.symbol,
            venue=command.venue,
            defined_phase=command.phase,
            tick_size=command.tick_size,
            lot_size=command.lot_size,
            unit_value=command.unit_value,
            min_notional=command.min_notional,
            max_order_qty=command.max_order_qty,
            price_band=command.price_band,
            reference_price=command.reference_price,
            matching=command.matching,
            minimum_allocation=command.minimum_allocation,
            top_order_priority=command.top_order_priority,
            instrument_kind=command.instrument_kind,
            base_asset_id=command.base_asset_id,
            quote_asset_id=command.quote_asset_id,
            max_fee=command.max_fee,
        )

    @property
    def is_well_formed(self) -> bool:
        """True where every field lies within its documented bounds."""
        return (
            self.instrument_id >= 1
            and all(1 <= size <= MAX_GRID for size in (self.tick_size, self.lot_size, self.unit_value))
            and self.min_notional >= 0
            and 1 <= self.max_order_qty <= MAX_QTY
            and 0 <= self.price_band < rounding.MILLION
            and 1 <= self.reference_price <= MAX_PRICE
            and 0 <= self.minimum_allocation <= MAX_QTY
            and is_plain_text(self.symbol, MAX_SYMBOL_CHARACTERS)
            and self._are_assets_well_formed
        )

    @property
    def _are_assets_well_formed(self) -> bool:
        """Rule spot.form."""
        assets = (self.base_asset_id, self.quote_asset_id)
        if not self.is_spot:
            return assets == (0, 0) and self.max_fee == 0
        return (
            self.is_internal
            and min(assets) >= 1
            and self.base_asset_id != self.quote_asset_id
            and self.price_band >= 1
            and 0 <= self.max_fee <= rounding.MILLION
            and self.unit_value * 10**E8_DIGITS == self.tick_size * self.lot_size
        )

    @property
    def is_spot(self) -> bool:
        """True where a trade moves both assets."""
        return self.instrument_kind is InstrumentKind.SPOT

    @property
    def is_pro_rata(self) -> bool:
        """True where the orders of a level share what arrives."""
        return self.matching is MatchingRule.PRO_RATA

    @property
    def is_internal(self) -> bool:
        """True where it trades on our own venue."""
        return self.venue is VenueKind.INTERNAL

    def value(self, price: int, qty: int) -> int:
        """The value of `qty` lots at `price` ticks, in e8."""
        return price * qty * self.unit_value

    def pays_with(self, side: Side) -> int:
        """The asset that an order of a SPOT instrument sets aside: the quote to buy, the base to sell."""
        return self.quote_asset_id if side is Side.BUY else self.base_asset_id

    def reserve_per_lot(self, side: Side, price: int) -> int:
        """How much of that asset a lot may take at most, in 1e-8 of it: rule spot.reserve."""
        if side is Side.SELL:
            return self.lot_size
        return self.value(price, 1) + rounding.commission(self.value(price, 1), self.max_fee)

    def capped(self, fees: Fees) -> Fees:
        """The rates that hold here: rule spot.fee-cap."""
        if not self.is_spot:
            return fees
        return Fees(min(fees.maker_fee, self.max_fee), min(fees.taker_fee, self.max_fee))

    def width(self, price: int) -> int:
        """Half the band around `price`, in ticks."""
        return rounding.band_width(price, self.price_band)

    def band(self, mark_price: int) -> PriceBand:
        """Where an order may be priced while the mark is `mark_price`."""
        if self.price_band == 0:
            return PriceBand(1, MAX_PRICE)
        width = self.width(mark_price)
        return PriceBand(max(1, mark_price - width), min(MAX_PRICE, mark_price + width))

    def mark(self, bid_price: int, ask_price: int, last_price: int) -> int:
        """The mark price in ticks: the middle of the market, held near the last trade. 0 stands for unknown."""
        anchor = last_price if last_price > 0 else self.reference_price
        if bid_price == 0 or ask_price == 0:
            return anchor
        middle = rounding.middle(bid_price, ask_price)
        if self.price_band == 0:
            return middle
        width = self.width(anchor)
        return max(anchor - width, min(anchor + width, middle))

    def ticks(self, price: DecimalInput) -> Snapped:
        """A decimal price in ticks. Raises ValueOutOfRange where it is no number."""
        return snap(price, self.tick_size)

    def lots(self, qty: DecimalInput) -> Snapped:
        """A decimal quantity in lots. Raises ValueOutOfRange where it is no number."""
        return snap(qty, self.lot_size)

    def price_text(self, price: int) -> str:
        """Ticks as an exact decimal."""
        return steps_text(price, self.tick_size)

    def qty_text(self, qty: int) -> str:
        """Lots as an exact decimal."""
        return steps_text(qty, self.lot_size)


def inexact_flags(price: Snapped | None, qty: Snapped | None) -> OrderFlag:
    """What an edge adds to an order whose decimals lie off the grid, for the gate to refuse. None: not given."""
    flags = OrderFlag.NONE
    if price is not None and not price.is_exact:
        flags |= OrderFlag.PRICE_INEXACT
    if qty is not None and not qty.is_exact:
        flags |= OrderFlag.QTY_INEXACT
    return flags


def definition_from_decimals(
    *,
    instrument_id: int,
    symbol: str,
    tick_size: DecimalInput,
    lot_size: DecimalInput,
    reference_price: DecimalInput,
    max_order_qty: DecimalInput,
    multiplier: DecimalInput = 1,
    min_notional: DecimalInput = 0,
    price_band_ppm: int = 0,
    venue: VenueKind = VenueKind.INTERNAL,
    phase: Phase = Phase.CONTINUOUS,
    matching: MatchingRule = MatchingRule.PRICE_TIME,
    minimum_allocation: DecimalInput = 0,
    top_order_priority: bool = False,
    base_asset_id: int = 0,
    quote_asset_id: int = 0,
    max_fee_ppm: int = 0,
) -> DefineInstrument:
    """The command for an instrument described in decimals; with assets it is SPOT.

    Raises ValueOutOfRange where a number is not exact on its grid, the value of one lot at one tick is not a whole
    number of 1e-8, or a bound is missed.
    """
    tick_e8, lot_e8 = exact_e8(tick_size), exact_e8(lot_size)
    unit_value, rest = divmod(tick_e8 * lot_e8 * exact_e8(multiplier), 10**16)
    if rest:
        raise ValueOutOfRange(
            f"One lot of {e8_text(lot_e8)} at one tick of {e8_text(tick_e8)} is worth less than 1e-8 can say.",
            "Choose a larger tick_size or lot_size.",
        )
    command = DefineInstrument(
        instrument_id=instrument_id,
        venue=venue,
        phase=phase,
        matching=matching,
        minimum_allocation=_whole(snap(minimum_allocation, max(lot_e8, 1)), "minimum_allocation"),
        top_order_priority=top_order_priority,
        instrument_kind=InstrumentKind.SPOT if base_asset_id or quote_asset_id else InstrumentKind.PERPETUAL,
        base_asset_id=base_asset_id,
        quote_asset_id=quote_asset_id,
        max_fee=max_fee_ppm,
        tick_size=tick_e8,
        lot_size=lot_e8,
        unit_value=unit_value,
        min_notional=exact_e8(min_notional),
        max_order_qty=_whole(snap(max_order_qty, max(lot_e8, 1)), "max_order_qty"),
        price_band=price_band_ppm,
        reference_price=_whole(snap(reference_price, max(tick_e8, 1)), "reference_price"),
        symbol=symbol,
    )
    if not Instrument.from_definition(command).is_well_formed:
        raise ValueOutOfRange(f"The definition of {symbol!r} is out of bounds.", "Sizes must be positive; see docs.")
    return command


def _whole(snapped: Snapped, name: str) -> int:
    if not snapped.is_exact:
        raise ValueOutOfRange(f"{name} is not a whole number of steps.", "Round it to the instrument's grid.")
    return snapped.steps
