"""Everyone who trades on our venue, members included: throttles, fees, protections, and what a lost session does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cambist.domain.events import AccountOpened, FeesChanged, SelfTradePreventionChanged
from cambist.domain.fill import NO_FEES, Fees, FeeTier
from cambist.domain.participant_events import (
    CancelOnDisconnectChanged,
    FeeTierReached,
    FeeTiersChanged,
    MarketMakerProtectionChanged,
    ProtectionReset,
    ProtectionTriggered,
    ThrottleChanged,
)
from cambist.domain.protection import Protection
from cambist.domain.vocabulary import AccountKind, SelfTradeMode
from cambist.protocols.fee_tiers import decode_tiers
from cambist.protocols.participant_rows import FeeTierRow, ProtectionRow, ThrottleRow, VolumeRow
from cambist.protocols.snapshot import AccountRow, FeeRow, SelfTradeRow

EVERYONE = 0
"""The account whose schedule of fees is that of all without one of their own."""
ALL_INSTRUMENTS = 0


@dataclass(slots=True, kw_only=True)
class ParticipantRecord:
    """Rates in ppm. `fees` and `protections` by instrument, 0 for all of them."""

    account_id: int
    kind: AccountKind
    name: str
    is_armed: bool = False
    messages_per_second: int = 0
    self_trade_mode: SelfTradeMode = SelfTradeMode.CANCEL_NEWEST
    group_id: int = 0
    """Whose orders are its own too; 0 for none but its own."""
    tier: Fees = NO_FEES
    """What its schedule gives it today."""
    fees: dict[int, Fees] = field(default_factory=dict)
    protections: dict[int, Protection] = field(default_factory=dict)
    """Without the fills they count: the engine knows those."""

    @property
    def present_fees(self) -> Fees:
        """On instruments without rates of their own."""
        return self.fees.get(ALL_INSTRUMENTS, self.tier)


class ParticipantTable:
    """By account id."""

    def __init__(self) -> None:
        self._participants: dict[int, ParticipantRecord] = {}
        self._schedules: dict[int, list[FeeTier]] = {}

    def __iter__(self) -> Iterator[ParticipantRecord]:
        return iter([self._participants[account_id] for account_id in sorted(self._participants)])

    def __getitem__(self, account_id: int) -> ParticipantRecord:
        return self._participants[account_id]

    def by_name(self, name: str) -> ParticipantRecord | None:
        """The first of that name."""
        return next((each for each in self if each.name == name), None)

    def schedule(self, account_id: int) -> Sequence[FeeTier]:
        """An account's own, or EVERYONE's; empty for none."""
        return self._schedules.get(account_id, ())

    def restore(self, row: AccountRow) -> None:
        """Take one from a snapshot."""
        self._participants[row.account_id] = ParticipantRecord(
            account_id=row.account_id, kind=row.account_kind, name=row.name, is_armed=row.cancel_on_disconnect
        )

    def restore_throttle(self, row: ThrottleRow) -> None:
        """Take one from a snapshot."""
        self._participants[row.account_id].messages_per_second = row.messages_per_second

    def restore_self_trade(self, row: SelfTradeRow) -> None:
        """Take one from a snapshot."""
        self._take_self_trade(row)

    def restore_fees(self, row: FeeRow) -> None:
        """Take rates from a snapshot."""
        self._participants[row.account_id].fees[row.instrument_id] = Fees(row.maker_fee, row.taker_fee)

    def restore_schedules(self, tiers: Sequence[FeeTierRow], volumes: Sequence[VolumeRow], today: int) -> None:
        """Take all of them from a snapshot, with what was traded before today: that makes the tiers."""
        for row in tiers:
            tier = FeeTier(row.volume, Fees(row.maker_fee, row.taker_fee))
            self._schedules.setdefault(row.account_id, []).append(tier)
        traded: dict[int, int] = {}
        for volume in volumes:
            if volume.day < today:
                traded[volume.account_id] = traded.get(volume.account_id, 0) + volume.volume
        for participant in self:
            participant.tier = self._tier(participant.account_id, traded.get(participant.account_id, 0))

    def restore_protection(self, row: ProtectionRow) -> None:
        """Take one from a snapshot."""
        self._participants[row.account_id].protections[row.instrument_id] = Protection(
            window_ns=row.window_ns,
            max_fills=row.max_fills,
            max_qty=row.max_qty,
            max_delta=row.max_delta,
            is_triggered=row.triggered,
        )

    def on_opened(self, event: AccountOpened) -> None:
        """It begins in the tier of no volume."""
        self._participants[event.account_id] = ParticipantRecord(
            account_id=event.account_id, kind=event.account_kind, name=event.name, tier=self._tier(event.account_id, 0)
        )

    def on_armed(self, event: CancelOnDisconnectChanged) -> None:
        """Whether the end of a session cancels its orders."""
        self._participants[event.account_id].is_armed = event.armed

    def on_throttle(self, event: ThrottleChanged) -> None:
        """How many messages it may send."""
        self._participants[event.account_id].messages_per_second = event.messages_per_second

    def on_self_trade(self, event: SelfTradePreventionChanged) -> None:
        """What happens where it would meet itself."""
        self._take_self_trade(event)

    def on_fees(self, event: FeesChanged) -> None:
        """Rates of its own."""
        self._participants[event.account_id].fees[event.instrument_id] = Fees(event.maker_fee, event.taker_fee)

    def on_tiers(self, event: FeeTiersChanged) -> None:
        """A schedule; those whose rates change are told next."""
        self._schedules.pop(event.account_id, None)
        tiers = decode_tiers(event.tiers)
        if tiers:
            self._schedules[event.account_id] = tiers

    def on_tier(self, event: FeeTierReached) -> None:
        """New rates."""
        self._participants[event.account_id].tier = Fees(event.maker_fee, event.taker_fee)

    def on_protection(self, event: MarketMakerProtectionChanged) -> None:
        """New limits keep a latch; a window of 0 takes all away."""
        protections = self._participants[event.account_id].protections
        before = protections.pop(event.instrument_id, None)
        if event.window_ns:
            protections[event.instrument_id] = Protection(
                window_ns=event.window_ns,
                max_fills=event.max_fills,
                max_qty=event.max_qty,
                max_delta=event.max_delta,
                is_triggered=before is not None and before.is_triggered,
            )

    def on_pulled(self, event: ProtectionTriggered) -> None:
        """Its quotes were pulled."""
        self._participants[event.account_id].protections[event.instrument_id].is_triggered = True

    def on_reset(self, event: ProtectionReset) -> None:
        """It may quote again."""
        self._participants[event.account_id].protections[event.instrument_id].is_triggered = False

    def _take_self_trade(self, told: SelfTradeRow | SelfTradePreventionChanged) -> None:
        participant = self._participants[told.account_id]
        participant.self_trade_mode, participant.group_id = told.mode, told.group_id

    def _tier(self, account_id: int, volume: int) -> Fees:
        tiers = self.schedule(account_id) or self.schedule(EVERYONE)
        return next((tier.fees for tier in reversed(tiers) if tier.volume <= volume), NO_FEES)
