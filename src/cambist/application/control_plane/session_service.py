"""Trading sessions as the venue's operator moves them: phases, halts, calendars, guards, the circuit breaker."""

from __future__ import annotations

from collections.abc import Sequence

from cambist.application.control_plane.command_gateway import CommandGateway, rejection
from cambist.application.control_plane.directory import Directory
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.application.control_plane.session_table import SessionRecord
from cambist.application.control_plane.session_view import SessionView, view_session
from cambist.domain.commands import SetPhase
from cambist.domain.message import Command
from cambist.domain.reasons import Reason, reason_name
from cambist.domain.schedule import Step, pack_steps
from cambist.domain.session_commands import HaltInstrument, SetCircuitBreaker, SetSchedule, SetVolatilityGuard
from cambist.domain.vocabulary import Phase
from cambist.domain.volatility_guard import CircuitBreaker, VolatilityGuard

ALL_INSTRUMENTS = 0


class SessionService:
    """Each call answers with what it concerns as it is afterwards. Raises the host's failures."""

    def __init__(self, gateway: CommandGateway, directory: Directory, model: ReadModel) -> None:
        self._gateway = gateway
        self._directory = directory
        self._model = model

    def sessions(self) -> list[SessionView]:
        """Of every instrument of ours."""
        with self._model.reading() as model:
            return [view_session(model, session) for session in model.sessions]

    def session(self, symbol: str) -> SessionView | Refusal:
        """Of one; instruments of outside venues have none here."""
        instrument = self._directory.instrument(symbol)
        if isinstance(instrument, Refusal):
            return instrument
        with self._model.reading() as model:
            session = model.sessions.get(instrument.instrument_id)
            if session is None:
                return refusal(Reason.NOT_FOUND, f"{instrument.symbol} trades on an outside venue, which has the say.")
            return view_session(model, session)

    async def set_phase(self, symbol: str, phase: Phase) -> SessionView | Refusal:
        """Move it to a phase, whatever the calendar says."""
        session = self._record(symbol)
        if isinstance(session, Refusal):
            return session
        return await self._send(SetPhase(instrument_id=session.instrument_id, phase=phase), symbol)

    async def halt(self, symbol: str, duration_ns: int, cause: str) -> SessionView | Refusal:
        """Stop trading for so long, or (0) until it is moved."""
        session = self._record(symbol)
        if isinstance(session, Refusal):
            return session
        command = HaltInstrument(instrument_id=session.instrument_id, duration_ns=duration_ns, cause=cause)
        return await self._send(command, symbol)

    async def resume(self, symbol: str, phase: Phase) -> SessionView | Refusal:
        """From HALTED to a phase."""
        session = self._record(symbol)
        if isinstance(session, Refusal):
            return session
        if session.phase is not Phase.HALTED:
            message = f"{symbol} is {session.phase.name}; only what is HALTED resumes."
            return refusal(Reason.INVALID_TRANSITION, message)
        return await self.set_phase(symbol, phase)

    async def set_calendar(
        self, symbol: str, steps: Sequence[Step], extension_ns: int, extension_band: int
    ) -> SessionView | Refusal:
        """In place of the one before; no steps end it."""
        session = self._record(symbol)
        if isinstance(session, Refusal):
            return session
        command = SetSchedule(
            instrument_id=session.instrument_id,
            extension_ns=extension_ns,
            extension_band=extension_band,
            steps=pack_steps(steps),
        )
        return await self._send(command, symbol)

    async def set_guard(self, symbol: str, guard: VolatilityGuard) -> SessionView | Refusal:
        """In place of the one before; all zero ends it."""
        session = self._record(symbol)
        if isinstance(session, Refusal):
            return session
        values = {name: getattr(guard, name) for name in VolatilityGuard.__struct_fields__}
        return await self._send(SetVolatilityGuard(instrument_id=session.instrument_id, **values), symbol)

    async def set_circuit_breaker(self, index: str | None, breaker: CircuitBreaker) -> Refusal | None:
        """In place of the one before; all zero ends it. `index` names the instrument it watches, None the average."""
        instrument = None if index is None else self._directory.instrument(index)
        if isinstance(instrument, Refusal):
            return instrument
        command = SetCircuitBreaker(
            instrument_id=instrument.instrument_id if instrument else ALL_INSTRUMENTS,
            level_1=breaker.level_1,
            level_2=breaker.level_2,
            level_3=breaker.level_3,
            cool_down_1_ns=breaker.cool_down_1_ns,
            cool_down_2_ns=breaker.cool_down_2_ns,
        )
        receipt = await self._gateway.carry_out(command)
        return receipt if isinstance(receipt, Refusal) else None

    async def halt_all(self, duration_ns: int, cause: str) -> list[SessionView] | Refusal:
        """Every instrument of ours that takes orders, for so long or (0) until it is moved."""
        command = HaltInstrument(instrument_id=ALL_INSTRUMENTS, duration_ns=duration_ns, cause=cause)
        receipt = await self._gateway.carry_out(command)
        return receipt if isinstance(receipt, Refusal) else self.sessions()

    async def resume_all(self, phase: Phase) -> list[SessionView] | Refusal:
        """Every instrument of ours that is HALTED, at one engine time."""
        with self._model.reading() as model:
            halted = [session.instrument_id for session in model.sessions if session.phase is Phase.HALTED]
        if not halted:
            return refusal(Reason.INVALID_TRANSITION, "No instrument is HALTED.")
        receipts = await self._gateway.send_all([SetPhase(instrument_id=each, phase=phase) for each in halted])
        if isinstance(receipts, Refusal):
            return receipts
        reason = next((found for receipt in receipts if (found := rejection(receipt))), 0)
        return refusal(reason, f"Not all were moved: {reason_name(reason)}.") if reason else self.sessions()

    def _record(self, symbol: str) -> SessionRecord | Refusal:
        """Outside instruments are refused as the engine would refuse them."""
        found = self.session(symbol)
        if isinstance(found, Refusal):
            is_outside = found.code == Reason.NOT_FOUND.name
            return refusal(Reason.INVALID_TRANSITION, found.message) if is_outside else found
        return found.session

    async def _send(self, command: Command, symbol: str) -> SessionView | Refusal:
        receipt = await self._gateway.carry_out(command)
        return receipt if isinstance(receipt, Refusal) else self.session(symbol)
