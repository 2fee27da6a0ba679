"""Facts about trading sessions: auctions, calendars, halts. Part of the one list in `cambist.domain.events`."""

from __future__ import annotations

from cambist.domain.message import Event
from cambist.domain.vocabulary import Side
from cambist.domain.widths import U32, Blob, Lots, Ppm, Text, Ticks, TimeNs


class AuctionIndicated(Event, frozen=True, gc=False, kw_only=True):
    """What an auction would do if it ended now: its price (0: none), what would trade, and what of which side would be
    left over at that price.
    """

    kind = 108
    instrument_id: U32
    imbalance_side: Side
    price: Ticks
    qty: Lots
    imbalance_qty: Lots


class AuctionUncrossed(Event, frozen=True, gc=False, kw_only=True):
    """An auction has ended: the one price of its trades (0: there were none), and what traded. Fields as in
    AuctionIndicated.
    """

    kind = 109
    instrument_id: U32
    imbalance_side: Side
    price: Ticks
    qty: Lots
    imbalance_qty: Lots


class AuctionExtended(Event, frozen=True, gc=False, kw_only=True):
    """An auction goes on, because its price would lie too far from the last one."""

    kind = 110
    instrument_id: U32
    until_ns: TimeNs


class ScheduleChanged(Event, frozen=True, gc=False, kw_only=True):
    """When an instrument changes its phase. Fields as in SetSchedule."""

    kind = 111
    instrument_id: U32
    extension_ns: TimeNs
    extension_band: Ppm
    steps: Blob


class VolatilityGuardChanged(Event, frozen=True, gc=False, kw_only=True):
    """What protects an instrument in continuous trading. Fields as in SetVolatilityGuard."""

    kind = 112
    instrument_id: U32
    dynamic_band: Ppm
    auction_ns: TimeNs
    limit_band: Ppm
    limit_state_ns: TimeNs
    pause_ns: TimeNs


class VolatilityInterrupted(Event, frozen=True, gc=False, kw_only=True):
    """A trade at `price` would have been too far from the reference: an auction finds the price instead."""

    kind = 113
    instrument_id: U32
    aggressor: Side
    price: Ticks
    reference_price: Ticks
    until_ns: TimeNs


class LimitStateChanged(Event, frozen=True, gc=False, kw_only=True):
    """The best price of a side stands at the price limit (0: no longer); trading halts if it does so until then."""

    kind = 114
    instrument_id: U32
    side: Side
    price: Ticks
    until_ns: TimeNs


class InstrumentHalted(Event, frozen=True, gc=False, kw_only=True):
    """Why an instrument is HALTED next, and until when (0: until it is moved)."""

    kind = 115
    instrument_id: U32
    reason: U32
    until_ns: TimeNs
    cause: Text


class CircuitBreakerChanged(Event, frozen=True, gc=False, kw_only=True):
    """At which falls the market halts. Fields as in SetCircuitBreaker."""

    kind = 116
    instrument_id: U32
    level_1: Ppm
    level_2: Ppm
    level_3: Ppm
    cool_down_1_ns: TimeNs
    cool_down_2_ns: TimeNs


class CircuitBreakerTripped(Event, frozen=True, gc=False, kw_only=True):
    """The market has fallen by `fall` since the day began: it halts until then (0: it is closed for the day)."""

    kind = 117
    level: U32
    fall: Ppm
    until_ns: TimeNs
