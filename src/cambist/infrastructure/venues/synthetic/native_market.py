"""The synthetic market in Rust: the same commands and saved states as `SyntheticMarket`, without Python per action.

A `Source` like any other until a runtime takes it over; from then on its participants live on the engine's thread,
and only what is asked once a second still passes here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from cambist.application.ports.source import Tick
from cambist.domain.errors import InputError
from cambist.domain.message import Command, Event
from cambist.engine.native import load_module
from cambist.infrastructure.venues.synthetic.market import (
    MAKER_ACCOUNTS,
    PATIENT_ACCOUNTS,
    TAKER_ACCOUNTS,
    SyntheticMarket,
)
from cambist.infrastructure.venues.synthetic.profile import PROFILES, InstrumentProfile
from cambist.protocols.records import decode_all, encode_all

FIRST_ACCOUNT_ID = 1001
FIRST_INSTRUMENT_ID = 1


class MarketHome(Protocol):
    """Where the participants live once they were taken over."""

    def next_ns(self) -> int:
        """When they act next."""

    def save_participants(self) -> bytes:
        """Their state."""


class NativeSyntheticMarket:
    """Implements HostedSource. Same seed, start and rate, and the same answers: the same commands as in Python."""

    def __init__(self, seed: int, start_ns: int, event_rate_per_second: int = 200, *, slot: int = 0) -> None:
        """Raises KernelUnusable without the native kernel, InputError for a rate that is not possible."""
        self.slot = slot
        self._model = SyntheticMarket(seed, start_ns, event_rate_per_second, slot=slot)
        profiles = [_numbers(number, profile) for number, profile in enumerate(PROFILES, FIRST_INSTRUMENT_ID)]
        self._market = load_module().SyntheticMarket(
            seed & ((1 << 64) - 1), start_ns, event_rate_per_second, FIRST_ACCOUNT_ID, profiles
        )
        self._home: MarketHome | None = None

    @property
    def quiet_accounts(self) -> tuple[int, int]:
        """First and last account of the members: what becomes of their orders concerns no strategy."""
        return FIRST_ACCOUNT_ID, FIRST_ACCOUNT_ID + MAKER_ACCOUNTS + TAKER_ACCOUNTS + PATIENT_ACCOUNTS - 1

    def move_to(self, home: MarketHome) -> Any:
        """The participants, for a runtime's engine thread; from now on `home` knows about them."""
        self._home = home
        return self._market

    def definitions(self) -> list[Command]:
        """The instruments and the members' accounts."""
        return self._model.definitions()

    def next_ns(self) -> int | None:
        """When the next participant acts; the market never ends."""
        return self._market.next_ns() if self._home is None else self._home.next_ns()

    def advance(self, now_ns: int) -> Tick:
        """One action of one participant, or the opening of the market. Not once they moved."""
        commands = decode_all(self._market.advance(now_ns))
        return Tick(commands=tuple(command for command in commands if isinstance(command, Command)))

    def on_events(self, events: Sequence[Event]) -> None:
        """Learn what became of the members' orders. Once they moved they learn it there."""
        if self._home is None:
            self._market.on_events(encode_all(events))

    def save(self) -> bytes:
        """Random position, fair values, orders and inventories, as MessagePack."""
        saved: bytes = self._market.save() if self._home is None else self._home.save_participants()
        return saved

    def load(self, state: bytes) -> None:
        """Carry on from a saved state. Raises InputError where the bytes are not a state of this market."""
        try:
            self._market.load(state)
        except ValueError as error:
            raise InputError(
                f"The saved state of the synthetic market cannot be read: {error}.",
                "Start with a new data directory, or restore this one from a backup.",
            ) from error


def _numbers(instrument_id: int, profile: InstrumentProfile) -> tuple[int, ...]:
    return (
        instrument_id,
        profile.reference_price,
        profile.max_order_qty,
        profile.weight,
        profile.step_deviation,
        profile.half_spread,
        profile.rung_step,
        profile.rung_qty,
        profile.taker_qty,
    )
