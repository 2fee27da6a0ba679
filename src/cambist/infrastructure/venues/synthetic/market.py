"""The synthetic market as a source: three instruments, eight members, one seed.

Who acts next, where and when is drawn from one generator in engine time; what they do follows from the fair
values and from their own orders. The rate counts commands of participants per second, whatever they cause.
The saved state is complete: a market loaded from it and told the same events goes on as if nothing had happened.
One that starts without a saved state first cancels what an earlier life may have left in the book.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cambist.application.ports.source import Tick
from cambist.domain.commands import MassCancel, OpenAccount
from cambist.domain.durations import SECOND_NS
from cambist.domain.errors import InputError
from cambist.domain.events import PhaseChanged
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import AccountKind, Phase, Side
from cambist.domain.xorshift import Xorshift
from cambist.infrastructure.venues.synthetic.fair_value import FairValue
from cambist.infrastructure.venues.synthetic.market_maker import MarketMaker, inside_of
from cambist.infrastructure.venues.synthetic.members import Members, MembersState
from cambist.infrastructure.venues.synthetic.patient import PatientInvestor
from cambist.infrastructure.venues.synthetic.profile import PROFILES, InstrumentProfile
from cambist.infrastructure.venues.synthetic.taker import Taker

MAX_EVENT_RATE_PER_SECOND = 1_000_000
MAKER_ACCOUNTS = 3
TAKER_ACCOUNTS = 3
PATIENT_ACCOUNTS = 2
OPENING_ORDERS = 40
"""Resting orders away from the market that each instrument opens with, per patient investor."""
MAKER_PPM = 500_000
TAKER_PPM = 150_000
"""Of the actions; the rest are patient investors'. Makers send two or three commands per action, others one."""


class _StallState(msgspec.Struct, array_like=True):
    fair_value: FairValue
    last_taker_side: Side
    is_open: bool
    maker_tickets: list[list[int]]
    patient_tickets: list[list[int]]


class _MarketState(msgspec.Struct, array_like=True):
    random: int
    next_ns: int
    is_opening: bool
    members: MembersState
    stalls: list[_StallState]


class _Stall:
    """One instrument with everyone who trades it."""

    def __init__(self, instrument_id: int, profile: InstrumentProfile, start_ns: int, market: SyntheticMarket) -> None:
        self.instrument_id = instrument_id
        self.profile = profile
        self.fair_value = FairValue.at(profile.reference_price, profile.step_deviation, start_ns)
        members = market.members
        self.makers = [MarketMaker(account, instrument_id, profile, members) for account in market.maker_ids]
        self.patients = [PatientInvestor(account, instrument_id, profile, members) for account in market.patient_ids]
        self.taker = Taker(instrument_id, profile)
        self.is_open = True

    def state(self) -> _StallState:
        return _StallState(
            self.fair_value,
            self.taker.last_side,
            self.is_open,
            [maker.tickets() for maker in self.makers],
            [patient.tickets() for patient in self.patients],
        )

    def load(self, state: _StallState) -> None:
        self.fair_value = state.fair_value
        self.taker.last_side = state.last_taker_side
        self.is_open = state.is_open
        for maker, tickets in zip(self.makers, state.maker_tickets, strict=True):
            maker.load(tickets)
        for patient, tickets in zip(self.patients, state.patient_tickets, strict=True):
            patient.load(tickets)


class SyntheticMarket:
    """A `Source` of members' commands. Same seed, start and rate, and the same answers: the same commands."""

    def __init__(
        self,
        seed: int,
        start_ns: int,
        event_rate_per_second: int = 200,
        *,
        first_account_id: int = 1001,
        first_instrument_id: int = 1,
        slot: int = 0,
    ) -> None:
        if not 1 <= event_rate_per_second <= MAX_EVENT_RATE_PER_SECOND:
            raise InputError(
                f"An event rate of {event_rate_per_second} per second is not possible.",
                f"Choose a rate from 1 to {MAX_EVENT_RATE_PER_SECOND}.",
            )
        self.slot = slot
        self.maker_ids = [first_account_id + index for index in range(MAKER_ACCOUNTS)]
        self._taker_ids = [self.maker_ids[-1] + 1 + index for index in range(TAKER_ACCOUNTS)]
        self.patient_ids = [self._taker_ids[-1] + 1 + index for index in range(PATIENT_ACCOUNTS)]
        self.members = Members((*self.maker_ids, *self._taker_ids, *self.patient_ids))
        self._random = Xorshift(seed)
        self._next_ns = start_ns
        self._gap_ns = SECOND_NS // event_rate_per_second
        self._stalls = [
            _Stall(first_instrument_id + index, profile, start_ns, self) for index, profile in enumerate(PROFILES)
        ]
        self._by_weight = [stall for stall in self._stalls for _ in range(stall.profile.weight)]
        self._is_opening = True

    @property
    def instrument_ids(self) -> list[int]:
        """Of the instruments it trades."""
        return [stall.instrument_id for stall in self._stalls]

    def definitions(self) -> list[Command]:
        """The instruments and the members' accounts."""
        names = (("maker", self.maker_ids), ("taker", self._taker_ids), ("investor", self.patient_ids))
        accounts = [
            OpenAccount(account_id=account, account_kind=AccountKind.MEMBER, name=f"{name}-{number}")
            for name, ids in names
            for number, account in enumerate(ids, start=1)
        ]
        return [*(stall.profile.definition(stall.instrument_id) for stall in self._stalls), *accounts]

    def next_ns(self) -> int | None:
        """When the next participant acts; the market never ends."""
        return self._next_ns

    def advance(self, now_ns: int) -> Tick:
        """One action of one participant, or the opening of the market."""
        for stall in self._stalls:
            stall.fair_value.advance(now_ns, self._random)
        commands = self._opening(now_ns) if self._is_opening else self._action(now_ns)
        # The opening is free, or a slow market would begin with minutes of silence.
        cost = 1 if self._is_opening else max(1, len(commands))
        self._is_opening = False
        gap = self._random.between(self._gap_ns // 4, self._gap_ns * 7 // 4)
        self._next_ns = now_ns + max(1, gap * cost)
        return Tick(commands=tuple(commands))

    def on_events(self, events: Sequence[Event]) -> None:
        """Learn what became of the members' orders, and which instruments are open."""
        on_event = self.members.on_event
        for event in events:
            if type(event) is PhaseChanged:
                self._on_phase(event)
            else:
                on_event(event)

    def save(self) -> bytes:
        """Random position, fair values, orders and inventories, as MessagePack."""
        state = _MarketState(
            random=self._random.state,
            next_ns=self._next_ns,
            is_opening=self._is_opening,
            members=self.members.state(),
            stalls=[stall.state() for stall in self._stalls],
        )
        return msgspec.msgpack.encode(state)

    def load(self, state: bytes) -> None:
        """Carry on from a saved state.

        Raises InputError where the bytes are not a state of this market.
        """
        try:
            saved = msgspec.msgpack.decode(state, type=_MarketState)
            self.members.load(saved.members)
            for stall, stall_state in zip(self._stalls, saved.stalls, strict=True):
                stall.load(stall_state)
        except (msgspec.DecodeError, ValueError) as error:
            raise InputError(
                f"The saved state of the synthetic market cannot be read: {error}.",
                "Start with a new data directory, or restore this one from a backup.",
            ) from error
        self._random.state = saved.random
        self._next_ns = saved.next_ns
        self._is_opening = saved.is_opening

    def _on_phase(self, event: PhaseChanged) -> None:
        for stall in self._stalls:
            if stall.instrument_id == event.instrument_id:
                stall.is_open = event.phase is Phase.CONTINUOUS

    def _opening(self, now_ns: int) -> list[Command]:
        """Clear what may be left of an earlier life, then fill the books."""
        commands: list[Command] = [MassCancel(account_id=account) for account in (*self.maker_ids, *self.patient_ids)]
        for stall in self._stalls:
            if not stall.is_open:
                continue
            price = stall.fair_value.ticks
            for maker in stall.makers:
                commands.extend(maker.quote_all(price, self._random))
            for patient in stall.patients:
                commands.extend(patient.place(price, now_ns, self._random) for _ in range(OPENING_ORDERS))
        return commands

    def _action(self, now_ns: int) -> list[Command]:
        stall = self._random.choice(self._by_weight)
        if not stall.is_open:
            return []
        price = stall.fair_value.ticks
        draw = self._random.below(1_000_000)
        if draw < MAKER_PPM:
            return self._random.choice(stall.makers).act(price, stall.makers, self._random)
        if draw < MAKER_PPM + TAKER_PPM:
            account = self._random.choice(self._taker_ids)
            self.members.send_unfollowed(account)
            return [stall.taker.act(account, price, inside_of(stall.makers), self._random)]
        return [self._random.choice(stall.patients).act(price, now_ns, self._random)]
