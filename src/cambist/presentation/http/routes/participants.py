"""Participants of our venue, members and the desk's own accounts, as its operator sets them up."""

from __future__ import annotations

import msgspec
from litestar import get, post, put
from litestar.params import JSONBody

from cambist.application.control_plane.participant_table import ParticipantRecord
from cambist.application.control_plane.refusal import Refusal
from cambist.domain.vocabulary import SelfTradeMode
from cambist.presentation.http.participant_requests import (
    CancelOnDisconnectBody,
    FeesBody,
    FeeTiersBody,
    ProtectionBody,
    ResetProtectionBody,
    SelfTradePreventionBody,
    ThrottleBody,
)
from cambist.presentation.http.problem import NotGranted, granted
from cambist.presentation.http.routes.parameters import Injected, PathText
from cambist.presentation.http.services import Services
from cambist.presentation.http.shapes.participant import Participant, Tier, everyones_tiers, participant_shape


class Participants(msgspec.Struct):
    """Members and the desk's own accounts."""

    participants: list[Participant]


class FeeTiers(msgspec.Struct):
    """The schedule of all that have none of their own; empty for none."""

    tiers: list[Tier]


@get("/participants", sync_to_thread=False, summary="List participants", tags=["participants"])
def list_participants(services: Injected) -> Participants:
    """What holds for each: throttle, fees, protections, what a lost session does."""
    with services.model.reading() as model:
        return Participants(participants=[participant_shape(model, each) for each in model.participants])


@get("/participants/{account:str}", sync_to_thread=False, summary="Read a participant", tags=["participants"])
def read_participant(account: PathText, services: Injected) -> Participant:
    """By the account's name."""
    return _shape(services, services.participants.participant(account))


@put("/participants/{account:str}/throttle", summary="Set the throttle", tags=["participants"])
async def change_throttle(account: PathText, data: JSONBody[ThrottleBody], services: Injected) -> Participant:
    """New orders, amendments and mass quotes count; cancels always pass."""
    return _shape(services, await services.participants.set_throttle(account, data.messages_per_second or 0))


@put("/participants/{account:str}/cancel-on-disconnect", summary="Arm cancel on disconnect", tags=["participants"])
async def change_cancel_on_disconnect(
    account: PathText, data: JSONBody[CancelOnDisconnectBody], services: Injected
) -> Participant:
    """A WebSocket that attached to the account takes its orders by hand along when it ends."""
    return _shape(services, await services.participants.set_cancel_on_disconnect(account, is_armed=data.armed))


@put("/participants/{account:str}/self-trade-prevention", summary="Set self-trade prevention", tags=["participants"])
async def change_self_trade_prevention(
    account: PathText, data: JSONBody[SelfTradePreventionBody], services: Injected
) -> Participant:
    """The mode of the order that arrives decides; it holds for orders that arrive or are amended from now on."""
    mode = SelfTradeMode[data.mode]
    return _shape(services, await services.participants.set_self_trade_prevention(account, mode, data.group or 0))


@put("/participants/{account:str}/fees", summary="Set fees", tags=["participants"])
async def change_fees(account: PathText, data: JSONBody[FeesBody], services: Injected) -> Participant:
    """They go before any schedule."""
    return _shape(services, await services.participants.set_fees(account, data.symbol, data.fees()))


@put("/participants/{account:str}/fee-tiers", summary="Set a fee schedule", tags=["participants"])
async def change_fee_tiers(account: PathText, data: JSONBody[FeeTiersBody], services: Injected) -> Participant:
    """Of its own, in the place of the one for all."""
    _expect(await services.participants.set_fee_tiers(account, [tier.tier() for tier in data.tiers]))
    return _shape(services, services.participants.participant(account))


@get("/fee-tiers", sync_to_thread=False, summary="Read the fee schedule for all", tags=["participants"])
def read_everyones_tiers(services: Injected) -> FeeTiers:
    """Of participants that have none of their own."""
    with services.model.reading() as model:
        return FeeTiers(tiers=everyones_tiers(model))


@put("/fee-tiers", summary="Set the fee schedule for all", tags=["participants"])
async def change_everyones_tiers(data: JSONBody[FeeTiersBody], services: Injected) -> FeeTiers:
    """Of participants that have none of their own."""
    _expect(await services.participants.set_fee_tiers(None, [tier.tier() for tier in data.tiers]))
    with services.model.reading() as model:
        return FeeTiers(tiers=everyones_tiers(model))


@put("/participants/{account:str}/protection", summary="Set a protection", tags=["participants"])
async def change_protection(account: PathText, data: JSONBody[ProtectionBody], services: Injected) -> Participant:
    """Its quotes are pulled once fills of theirs reach a limit within the window."""
    instrument = None if data.symbol is None else granted(services.directory.instrument(data.symbol))
    protection = data.protection(instrument)
    return _shape(services, await services.participants.set_protection(account, data.symbol, protection))


@post(
    "/participants/{account:str}/protection/reset",
    status_code=200,
    summary="Reset a protection",
    tags=["participants"],
)
async def reset_protection(
    account: PathText, services: Injected, data: JSONBody[ResetProtectionBody | None] = None
) -> Participant:
    """An account whose quotes were pulled may quote again."""
    return _shape(services, await services.participants.reset_protection(account, data.symbol if data else None))


def _expect(refused: Refusal | None) -> None:
    if refused is not None:
        raise NotGranted(refused)


def _shape(services: Services, participant: ParticipantRecord | Refusal) -> Participant:
    found = granted(participant)
    with services.model.reading() as model:
        return participant_shape(model, found)


HANDLERS = [
    list_participants,
    read_participant,
    change_throttle,
    change_cancel_on_disconnect,
    change_self_trade_prevention,
    change_fees,
    change_fee_tiers,
    read_everyones_tiers,
    change_everyones_tiers,
    change_protection,
    reset_protection,
]
