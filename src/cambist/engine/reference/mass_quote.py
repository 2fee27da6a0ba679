"""MassQuote: first all that leaves, then all that comes (docs/engine.md section 35)."""

from __future__ import annotations

from typing import Protocol

from cambist.domain.commands import NewOrder
from cambist.domain.order_form import form_reason, grid_reason
from cambist.domain.participant_commands import MassQuote
from cambist.domain.participant_events import QuoteAccepted, QuoteRejected
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import INEXACT_FLAGS, OrderFlag, OrderType, Side, TimeInForce
from cambist.engine.reference.participants import Participants
from cambist.engine.reference.protections import Protections
from cambist.engine.reference.quotes import QuoteKey
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.venue import Venue
from cambist.protocols.quotes import QuoteEntry, decode_quotes, quote_order_id

_OFFERED = OrderFlag.POST_ONLY | OrderFlag.REPRICE


class OrderTaker(Protocol):
    """The desk, or the members' sessions."""

    def new_order(self, command: NewOrder) -> None:
        """Judge and place an order."""

    def refuse_order(self, command: NewOrder, reason: Reason) -> None:
        """State that an order was refused."""


class MassQuotes:
    """Quotes of members and of desk accounts. Their orders are orders like any other."""

    def __init__(  # noqa: PLR0917
        self,
        state: EngineState,
        venue: Venue,
        participants: Participants,
        protections: Protections,
        desk: OrderTaker,
        members: OrderTaker,
    ) -> None:
        self._state = state
        self._venue = venue
        self._participants = participants
        self._protections = protections
        self._desk = desk
        self._members = members

    def take(self, command: MassQuote) -> None:
        """Refuse it whole, or replace quote by quote."""
        reason = (
            self._names_reason(command)
            or _form_reason(command, self._state.log.now_ns)
            or self._protection_reason(command)
        )
        if reason:
            self._state.log.emit(QuoteRejected(**self._ids(command), reason=reason))
            return
        comers: list[tuple[QuoteKey, NewOrder]] = []
        for place, entry in enumerate(decode_quotes(command.quotes) or []):
            key = self._key(command, entry.quote_id)
            comers += [(key, order) for order in self._make_room(command, key, place, entry)]
        for key, order in comers:
            self._enter(key, order)

    def _names_reason(self, command: MassQuote) -> Reason:
        account = self._state.accounts.get(command.account_id)
        if account is None:
            return Reason.UNKNOWN_ACCOUNT
        if reason := self._participants.message_reason(command.account_id):
            return reason
        market = self._state.markets.get(command.instrument_id)
        if market is None:
            return Reason.UNKNOWN_INSTRUMENT
        if not market.instrument.is_internal:
            return Reason.NOT_OFFERED
        known = not account.is_desk or self._state.is_strategy_of(command.strategy_id, command.account_id)
        return Reason.NONE if known else Reason.UNKNOWN_STRATEGY

    def _protection_reason(self, command: MassQuote) -> Reason:
        is_pulled = self._protections.are_quotes_pulled(command.account_id, command.instrument_id)
        return Reason.QUOTES_PROTECTED if is_pulled else Reason.NONE

    def _make_room(self, command: MassQuote, key: QuoteKey, place: int, entry: QuoteEntry) -> list[NewOrder]:
        """State a quote, take back what does not stand any more, and give the orders that are still to come."""
        comers = [
            _order(command, place, entry, side)
            for side in Side
            if _qty(entry, side) and not self._stands(key, entry, side)
        ]
        ids = {side: self._state.quotes.order_id(key, side) if _qty(entry, side) else 0 for side in Side}
        ids |= {order.side: order.sequence for order in comers}
        self._state.log.emit(
            QuoteAccepted(
                **self._ids(command), quote_id=entry.quote_id, bid_order_id=ids[Side.BUY], ask_order_id=ids[Side.SELL]
            )
        )
        for side in Side:
            self._take_back(key, entry, side)
        return comers

    def _stands(self, key: QuoteKey, entry: QuoteEntry, side: Side) -> bool:
        """Rule quote.keeps: the same price for the same or a smaller quantity keeps the order and its priority."""
        order = self._state.quotes.order(key, side)
        return order is not None and order.price == _price(entry, side) and 0 < _qty(entry, side) <= order.leaves_qty

    def _take_back(self, key: QuoteKey, entry: QuoteEntry, side: Side) -> None:
        order = self._state.quotes.order(key, side)
        if order is None:
            return
        if self._stands(key, entry, side):
            self._venue.give_back(order, order.leaves_qty - _qty(entry, side))
        else:
            reason = Reason.QUOTE_REPLACED if _qty(entry, side) else Reason.REQUESTED
            self._venue.cancel(order.order_id, reason)

    def _enter(self, key: QuoteKey, order: NewOrder) -> None:
        machine = self._desk if self._state.accounts[order.account_id].is_desk else self._members
        if self._protections.are_quotes_pulled(order.account_id, order.instrument_id):
            machine.refuse_order(order, Reason.QUOTES_PROTECTED)
        else:
            machine.new_order(order)
        self._state.quotes.put(key, order.side, order.sequence)

    def _key(self, command: MassQuote, quote_id: int) -> QuoteKey:
        return command.account_id, self._strategy_id(command), command.instrument_id, quote_id

    def _ids(self, command: MassQuote) -> dict[str, int]:
        return {
            "account_id": command.account_id,
            "strategy_id": self._strategy_id(command),
            "instrument_id": command.instrument_id,
        }

    def _strategy_id(self, command: MassQuote) -> int:
        account = self._state.accounts.get(command.account_id)
        return command.strategy_id if account is None or account.is_desk else 0


def _form_reason(command: MassQuote, now_ns: int) -> Reason:
    """Rule quote.form: the first thing wrong with the flags or with an entry, else NONE."""
    if reason := grid_reason(command.flags):
        return reason
    if command.flags & ~(_OFFERED | INEXACT_FLAGS):
        return Reason.INVALID_FLAGS
    entries = decode_quotes(command.quotes)
    if entries is None:
        return Reason.INVALID_QUOTE
    known = [0, *(entry.quote_id for entry in entries)]
    reasons = (
        Reason.INVALID_QUOTE if entry.quote_id in known[: place + 1] else _entry_reason(command, place, entry, now_ns)
        for place, entry in enumerate(entries)
    )
    return next((reason for reason in reasons if reason), Reason.NONE)


def _entry_reason(command: MassQuote, place: int, entry: QuoteEntry, now_ns: int) -> Reason:
    for side in Side:
        order = _order(command, place, entry, side)
        if order.qty and (reason := form_reason(order, now_ns)):
            return reason
    crossed = entry.bid_qty and entry.ask_qty and entry.bid_price >= entry.ask_price
    return Reason.INVALID_QUOTE if crossed else Reason.NONE


def _order(command: MassQuote, place: int, entry: QuoteEntry, side: Side) -> NewOrder:
    """The order for one side of an entry; its sequence is its order_id."""
    return NewOrder(
        sequence=quote_order_id(command.sequence, place, side),
        now_ns=command.now_ns,
        instrument_id=command.instrument_id,
        account_id=command.account_id,
        strategy_id=command.strategy_id,
        side=side,
        order_type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        flags=command.flags,
        price=_price(entry, side),
        qty=_qty(entry, side),
    )


def _price(entry: QuoteEntry, side: Side) -> int:
    return entry.bid_price if side is Side.BUY else entry.ask_price


def _qty(entry: QuoteEntry, side: Side) -> int:
    return entry.bid_qty if side is Side.BUY else entry.ask_qty
