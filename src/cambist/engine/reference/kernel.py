"""The reference kernel: one state, two machines on it, and one entry per command."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from cambist.domain import commands, participant_commands, session_commands
from cambist.domain.commands import CancelOrder, NewOrder, ReplaceOrder
from cambist.domain.errors import InvariantBroken, ValueOutOfRange
from cambist.domain.events import CommandRejected
from cambist.domain.instructions import PLAIN, Instructions
from cambist.domain.message import Command, Event
from cambist.domain.reasons import Reason
from cambist.domain.schedule import WEEK_NS
from cambist.engine.kernel import ENGINE_VERSION
from cambist.engine.reference.assets import Assets
from cambist.engine.reference.batch import decode_batch
from cambist.engine.reference.definitions import Definitions
from cambist.engine.reference.desk import Desk
from cambist.engine.reference.fee_tiers import FeeTiers
from cambist.engine.reference.ledger import Ledger
from cambist.engine.reference.market import Market
from cambist.engine.reference.mass_cancel import MassCancels
from cambist.engine.reference.mass_quote import MassQuotes
from cambist.engine.reference.members import Members
from cambist.engine.reference.outside_reports import OutsideReports
from cambist.engine.reference.participants import Participants
from cambist.engine.reference.phases import Phases
from cambist.engine.reference.protections import Protections
from cambist.engine.reference.restoration import instructions_of, restore_state
from cambist.engine.reference.row_bounds import are_rows_within_bounds
from cambist.engine.reference.row_references import RowReferences
from cambist.engine.reference.sessions import Sessions
from cambist.engine.reference.snapshot_rows import rows_of
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.timers import Timer, TimerClass
from cambist.engine.reference.trade_corrections import TradeCorrections
from cambist.engine.reference.trading_control import TradingControl
from cambist.engine.reference.valuation import Valuation
from cambist.engine.reference.venue import Venue
from cambist.engine.reference.venue_order import Session, VenueOrder
from cambist.engine.reference.waiting import WaitingOrder
from cambist.protocols.records import encode_all
from cambist.protocols.session_rows import HeldRow
from cambist.protocols.snapshot import PeggedRow, RestingRow, Sections, WaitingRow, decode_snapshot, encode_snapshot

END_OF_TIME_NS = 1 << 62
"""No command is later: deadlines computed from it still fit an i64."""

Handler = Callable[[Any], Reason | None]
"""Returns why a command was refused. Commands about orders answer by events of their own and return None."""


class ReferenceKernel:
    """The specification that runs. See `cambist.engine.kernel.Kernel` for what the methods promise."""

    name = "python"

    def __init__(self) -> None:
        self._assemble(EngineState())

    @classmethod
    def restore(cls, snapshot: bytes) -> ReferenceKernel:
        """A kernel that carries on from a snapshot. Raises ValueOutOfRange for bytes it cannot read."""
        version, sections = decode_snapshot(snapshot)
        if version != ENGINE_VERSION:
            raise ValueOutOfRange(
                f"The snapshot was made by engine version {version}, this is {ENGINE_VERSION}.",
                "Run the version of Cambist that made it.",
            )
        if not are_rows_within_bounds(sections):
            raise _contradiction()
        kernel = cls()
        try:
            state = restore_state(sections)
            is_sound = RowReferences(state, sections, instructions_of(sections)).hold()
            kernel._assemble(state)
            kernel._restore_books(sections)
            is_whole = is_sound and kernel.snapshot() == snapshot
        except (LookupError, ArithmeticError, AttributeError, ValueError) as error:
            raise _contradiction() from error
        if not is_whole:
            raise _contradiction()
        return kernel

    @property
    def sequence(self) -> int:
        """Of the last applied command; 0 at first."""
        return self._state.sequence

    @property
    def event_sequence(self) -> int:
        """Of the last event; 0 at first."""
        return self._state.log.event_sequence

    @property
    def now_ns(self) -> int:
        """The engine's time."""
        return self._state.log.now_ns

    def apply(self, command: Command) -> list[Event]:
        """Apply one stamped command. Raises InvariantBroken where sequence or time do not continue."""
        self._check_stamps([command])
        try:
            self._fire_timers(command.now_ns)
            self._state.sequence = command.sequence
            self._state.log.now_ns = command.now_ns
            self._dispatch(command)
            self._react()
            self._sessions.watch_market()
            self._venue.pull_quotes()
            self._phases.close_command()
        except BaseException:
            self._is_poisoned = True
            raise
        return self._state.log.take()

    def apply_batch(self, records: bytes) -> bytes:
        """Apply packed stamped commands: each comes back followed by its events. Refused bytes apply nothing."""
        batch = decode_batch(records)
        self._check_stamps([command for command, _ in batch])
        parts: list[bytes] = []
        for command, record in batch:
            parts += (record, encode_all(self.apply(command)))
        return b"".join(parts)

    def snapshot(self) -> bytes:
        """The whole state as canonical bytes."""
        return encode_snapshot(ENGINE_VERSION, rows_of(self._state))

    def state_hash(self) -> str:
        """16 hex digits: the first 8 bytes of BLAKE2b over the snapshot."""
        return blake2b(self.snapshot()).hexdigest()[:16]

    def _assemble(self, state: EngineState) -> None:
        """Build both machines on a state."""
        self._state = state
        self._is_poisoned = False
        ledger = Ledger(state)
        self._protections = Protections(state)
        self._fee_tiers = FeeTiers(state)
        self._venue: Venue = Venue(state, self._protections)
        self._phases: Phases = self._venue.phases
        self._sessions: Sessions = Sessions(state, self._phases)
        self._members = Members(state, self._venue)
        self._desk = Desk(state, self._venue, ledger)
        self._valuation = Valuation(state, ledger)
        self._handlers = self._build_handlers(state)

    def _build_handlers(self, state: EngineState) -> dict[type[Command], Handler]:
        definitions, assets = Definitions(state, self._fee_tiers), Assets(state)
        control = TradingControl(state, self._desk)
        corrections = TradeCorrections(state, Ledger(state))
        mass_cancels = MassCancels(state, self._desk, self._members)
        self._participants = Participants(state, mass_cancels)
        quotes = MassQuotes(state, self._venue, self._participants, self._protections, self._desk, self._members)
        return {
            commands.DefineInstrument: definitions.define_instrument,
            commands.OpenAccount: definitions.open_account,
            commands.AdjustBalance: definitions.adjust_balance,
            commands.SetFees: definitions.set_fees,
            commands.SetLimits: definitions.set_limits,
            commands.SetSymbolPermission: definitions.set_symbol_permission,
            commands.SetSelfTradePrevention: definitions.set_self_trade_prevention,
            commands.MarketUpdate: definitions.market_update,
            commands.SaveState: definitions.save_state,
            commands.DefineAsset: assets.define,
            commands.AdjustHolding: assets.adjust,
            commands.SetTradingState: control.set_trading_state,
            commands.Kill: control.kill,
            commands.ResetKill: control.reset_kill,
            commands.CreateStrategy: control.create_strategy,
            commands.SetStrategyState: control.set_strategy_state,
            commands.SetStrategyParameters: control.set_strategy_parameters,
            commands.NewOrder: self._new_order,
            commands.NewInstructedOrder: self._new_order,
            commands.CancelOrder: self._cancel_order,
            commands.ReplaceOrder: self._replace_order,
            commands.MassCancel: mass_cancels.cancel,
            commands.VenueReport: OutsideReports(state, self._desk.lifecycle).take,
            commands.AdvanceTime: lambda _: None,
            participant_commands.SetCancelOnDisconnect: self._participants.set_cancel_on_disconnect,
            participant_commands.EndSession: self._participants.end_session,
            participant_commands.SetThrottle: self._participants.set_throttle,
            participant_commands.MassQuote: quotes.take,
            participant_commands.SetMarketMakerProtection: self._protections.set_protection,
            participant_commands.ResetProtection: self._protections.reset_protection,
            participant_commands.SetFeeTiers: self._fee_tiers.set_tiers,
            participant_commands.BustTrade: corrections.bust,
            participant_commands.CorrectTrade: corrections.correct,
            commands.SetPhase: self._phases.set_phase,
            session_commands.SetSchedule: self._sessions.set_schedule,
            session_commands.SetVolatilityGuard: self._sessions.set_volatility_guard,
            session_commands.HaltInstrument: self._sessions.halt,
            session_commands.SetCircuitBreaker: self._sessions.set_circuit_breaker,
        }

    def _restore_books(self, sections: Sections) -> None:
        instructions = instructions_of(sections)
        for row in sections[RestingRow]:
            order = VenueOrder.restored(row, self._session_of(row.account_id), instructions.get(row.order_id, PLAIN))
            self._state.markets[order.instrument_id].book.add(order)
            self._state.keep_in_book(order)
        for peg in sections[PeggedRow]:
            if peg.order_id in self._state.resting:
                self._state.resting[peg.order_id].limit_price = peg.limit_price
            else:
                session, asked = self._session_of(peg.account_id), instructions.get(peg.order_id, PLAIN)
                self._state.parked[peg.order_id] = VenueOrder.parked(peg, session, asked)
        for waiting_row in sections[WaitingRow]:
            session = self._session_of(waiting_row.account_id)
            entry = WaitingOrder.restored(waiting_row, session, instructions.get(waiting_row.order_id, PLAIN))
            self._state.waiting[waiting_row.order_id] = entry
        for order in self._state.venue_orders():
            if order.expire_ns:
                self._state.timers.arm_expiry(order.expire_ns, order.order_id)
        for suspended in self._desk.suspended():
            if suspended.expire_ns:
                self._state.timers.arm_expiry(suspended.expire_ns, suspended.order_id)
        for held in sections[HeldRow]:
            self._restore_held(held, instructions.get(held.order_id, PLAIN))

    def _restore_held(self, row: HeldRow, instructions: Instructions) -> None:
        fields = {name: getattr(row, name) for name in HeldRow.__struct_fields__ if name != "is_waiting"}
        order = VenueOrder(session=self._session_of(row.account_id), instructions=instructions, **fields)
        market = self._state.markets[order.instrument_id]
        (market.waiting if row.is_waiting else market.market_orders).add(order)
        self._state.resting[order.order_id] = order

    def _session_of(self, account_id: int) -> Session:
        return self._desk if self._state.accounts[account_id].is_desk else self._members

    def _check_stamps(self, batch: list[Command]) -> None:
        if self._is_poisoned:
            raise InvariantBroken("The engine failed in the middle of a command.", "Restart from the journal.")
        sequence, now_ns = self.sequence, self.now_ns
        for command in batch:
            sequence += 1
            if command.sequence != sequence or not now_ns <= command.now_ns < END_OF_TIME_NS:
                raise InvariantBroken(
                    f"A command has sequence {command.sequence} and time {command.now_ns}; the engine stands at "
                    f"{sequence - 1} and {now_ns}.",
                    "Stamp commands without gaps, never back in time, and before the year 2116.",
                )
            now_ns = command.now_ns

    def _fire_timers(self, now_ns: int) -> None:
        timers = self._state.timers
        timers.arm_recurring(now_ns)
        self._skip_old_steps(now_ns)
        while (timer := min(filter(None, (timers.due(now_ns), self._session_timer(now_ns))), default=None)) is not None:
            self._state.log.now_ns, timer_class, order_id = timer
            if timer_class in (TimerClass.SESSION, TimerClass.SCHEDULE):
                self._fire_session(timer_class, self._state.markets[order_id])
            else:
                timers.take(timer, now_ns)
            if timer_class is TimerClass.DAY_RESET:
                self._valuation.start_day()
                self._fee_tiers.begin_day()
                self._sessions.start_day()
                self._venue.end_day([key for key, market in self._state.markets.items() if market.schedule is None])
            elif timer_class is TimerClass.VALUATION:
                self._valuation.value_all()
            elif timer_class is TimerClass.EXPIRY:
                self._venue.expire(order_id)
            self._venue.pull_quotes()
            self._react()

    def _react(self) -> None:
        """Until nothing is left that what has happened sets off."""
        while self._desk.settle_next() or self._venue.react():
            pass

    def _session_timer(self, now_ns: int) -> Timer | None:
        """The next that is due of what instruments wait for."""
        markets = self._state.markets.items()
        waits = [(market.due_ns, TimerClass.SESSION, key) for key, market in markets if market.due_ns]
        steps = [(market.next_step_ns, TimerClass.SCHEDULE, key) for key, market in markets if market.next_step_ns]
        return min((timer for timer in (*waits, *steps) if timer[0] <= now_ns), default=None)

    def _fire_session(self, timer_class: TimerClass, market: Market) -> None:
        if timer_class is TimerClass.SESSION:
            self._phases.end_wait(market)
        elif market.schedule is not None:
            phase = market.schedule.phase_at(market.next_step_ns)
            market.next_step_ns = market.schedule.next_after(market.next_step_ns)
            self._phases.take_step(market, phase)

    def _skip_old_steps(self, now_ns: int) -> None:
        """Steps of a schedule more than a week back are passed over."""
        for market in self._state.markets.values():
            if market.schedule is not None and market.next_step_ns < now_ns - WEEK_NS:
                market.next_step_ns = market.schedule.next_after(now_ns - WEEK_NS - 1)

    def _dispatch(self, command: Command) -> None:
        reason = self._handlers[type(command)](command)
        if reason:
            self._state.log.emit(
                CommandRejected(command_sequence=command.sequence, command_kind=command.kind, reason=reason)
            )
        self._venue.pull_quotes()

    def _new_order(self, command: NewOrder) -> None:
        machine = self._members if self._is_member(command.account_id) else self._desk
        if reason := self._participants.message_reason(command.account_id):
            machine.refuse_order(command, reason)
        else:
            machine.new_order(command)

    def _cancel_order(self, command: CancelOrder) -> None:
        machine = self._members if self._is_member(command.account_id) else self._desk
        machine.cancel_order(command)

    def _replace_order(self, command: ReplaceOrder) -> None:
        machine = self._members if self._is_member(command.account_id) else self._desk
        if reason := self._participants.message_reason(command.account_id):
            machine.refuse_replace(command, reason)
        else:
            machine.replace_order(command)

    def _is_member(self, account_id: int) -> bool:
        account = self._state.accounts.get(account_id)
        return account is not None and not account.is_desk


def _contradiction() -> ValueOutOfRange:
    return ValueOutOfRange(
        "The bytes are not a snapshot: its rows contradict each other.",
        "Use another snapshot.",
    )
