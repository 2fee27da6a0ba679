"""Participants as the venue's operator sets them up: throttles, sessions, self-trades, fees, protection."""

from __future__ import annotations

from collections.abc import Sequence

from cambist.application.control_plane.command_gateway import CommandGateway
from cambist.application.control_plane.directory import Directory, shown
from cambist.application.control_plane.order_request import BY_HAND
from cambist.application.control_plane.participant_table import ALL_INSTRUMENTS, EVERYONE, ParticipantRecord
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.domain.commands import SetFees, SetSelfTradePrevention
from cambist.domain.fill import Fees, FeeTier
from cambist.domain.instrument import Instrument
from cambist.domain.message import Command
from cambist.domain.participant_commands import (
    EndSession,
    ResetProtection,
    SetCancelOnDisconnect,
    SetFeeTiers,
    SetMarketMakerProtection,
    SetThrottle,
)
from cambist.domain.protection import Protection
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import SelfTradeMode
from cambist.protocols.fee_tiers import encode_tiers


class ParticipantService:
    """Accounts of members and of the desk, by name. Each call answers with the participant as it is afterwards.

    Raises the host's failures, ValueOutOfRange where a number is beyond its width.
    """

    def __init__(self, gateway: CommandGateway, directory: Directory, model: ReadModel) -> None:
        self._gateway = gateway
        self._directory = directory
        self._model = model

    def participant(self, name: str) -> ParticipantRecord | Refusal:
        """By name."""
        with self._model.reading() as model:
            found = model.participants.by_name(name)
        return found or refusal(Reason.UNKNOWN_ACCOUNT, f"There is no account {shown(name)}.")

    async def set_throttle(self, name: str, messages_per_second: int) -> ParticipantRecord | Refusal:
        """0 for no limit."""
        found = self.participant(name)
        if isinstance(found, Refusal):
            return found
        return await self._send(SetThrottle(account_id=found.account_id, messages_per_second=messages_per_second), name)

    async def set_cancel_on_disconnect(self, name: str, *, is_armed: bool) -> ParticipantRecord | Refusal:
        """Whether its open orders end with a session that was attached to it."""
        found = self.participant(name)
        if isinstance(found, Refusal):
            return found
        return await self._send(SetCancelOnDisconnect(account_id=found.account_id, armed=is_armed), name)

    async def set_self_trade_prevention(
        self, name: str, mode: SelfTradeMode, group_id: int
    ) -> ParticipantRecord | Refusal:
        """What happens where its orders would meet its own, or those of its group (0 for none)."""
        found = self.participant(name)
        if isinstance(found, Refusal):
            return found
        command = SetSelfTradePrevention(account_id=found.account_id, mode=mode, group_id=group_id)
        return await self._send(command, name)

    async def end_session(self, account_id: int, session: str) -> None:
        """A connection that orders by hand depended on is gone. Nobody waits for the answer."""
        await self._gateway.send(EndSession(account_id=account_id, strategy_id=BY_HAND, session=session))

    async def set_fees(self, name: str, symbol: str | None, fees: Fees) -> ParticipantRecord | Refusal:
        """On one instrument, or on all without rates of their own."""
        named = self._named(name, symbol)
        if isinstance(named, Refusal):
            return named
        command = SetFees(
            **named,
            maker_fee=fees.maker_fee,
            taker_fee=fees.taker_fee,
        )
        return await self._send(command, name)

    async def set_fee_tiers(self, name: str | None, tiers: Sequence[FeeTier]) -> Refusal | None:
        """Of one account, or of all without a schedule of their own; none takes the schedule away."""
        found = None if name is None else self.participant(name)
        if isinstance(found, Refusal):
            return found
        account_id = found.account_id if found else EVERYONE
        receipt = await self._gateway.carry_out(SetFeeTiers(account_id=account_id, tiers=encode_tiers(tiers)))
        return receipt if isinstance(receipt, Refusal) else None

    async def set_protection(
        self, name: str, symbol: str | None, protection: Protection | None
    ) -> ParticipantRecord | Refusal:
        """On one instrument, or over all together; None takes it away."""
        named = self._named(name, symbol)
        if isinstance(named, Refusal):
            return named
        command = SetMarketMakerProtection(
            **named,
            window_ns=protection.window_ns if protection else 0,
            max_fills=protection.max_fills if protection else 0,
            max_qty=protection.max_qty if protection else 0,
            max_delta=protection.max_delta if protection else 0,
        )
        return await self._send(command, name)

    async def reset_protection(self, name: str, symbol: str | None) -> ParticipantRecord | Refusal:
        """Let it quote again."""
        named = self._named(name, symbol)
        if isinstance(named, Refusal):
            return named
        return await self._send(ResetProtection(**named), name)

    def _named(self, name: str, symbol: str | None) -> dict[str, int] | Refusal:
        """The account and the instrument as commands name them; all instruments where none is named."""
        found = self.participant(name)
        instrument = None if symbol is None else self._directory.instrument(symbol)
        for named in (found, instrument):
            if isinstance(named, Refusal):
                return named
        assert isinstance(found, ParticipantRecord)
        instrument_id = instrument.instrument_id if isinstance(instrument, Instrument) else ALL_INSTRUMENTS
        return {"account_id": found.account_id, "instrument_id": instrument_id}

    async def _send(self, command: Command, name: str) -> ParticipantRecord | Refusal:
        receipt = await self._gateway.carry_out(command)
        return receipt if isinstance(receipt, Refusal) else self.participant(name)
