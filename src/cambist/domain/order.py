"""The order: its whole life, from the gate to its end.

Every change of status goes through one table. A step that the table does not allow, or a fill beyond what is left,
is a contradiction in the program and raises InvariantBroken.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cambist.domain.commands import NewOrder
from cambist.domain.errors import InvariantBroken
from cambist.domain.instructions import PLAIN, Instructions
from cambist.domain.order_terms import OrderTerms
from cambist.domain.vocabulary import OrderFlag, OrderStatus, OrderType, Side, TimeInForce

_STATUS = OrderStatus
_WORKING = frozenset({_STATUS.PARTIALLY_FILLED, _STATUS.FILLED, _STATUS.CANCELED, _STATUS.EXPIRED})
_REQUESTS = frozenset({_STATUS.PENDING_CANCEL, _STATUS.PENDING_REPLACE})

TRANSITIONS: dict[OrderStatus, frozenset[OrderStatus]] = {
    _STATUS.PENDING_NEW: _WORKING
    | {_STATUS.NEW, _STATUS.REJECTED, _STATUS.DENIED, _STATUS.PENDING_CANCEL, _STATUS.SUSPENDED},
    _STATUS.SUSPENDED: frozenset({_STATUS.SUSPENDED, _STATUS.PENDING_NEW, _STATUS.CANCELED, _STATUS.EXPIRED}),
    _STATUS.NEW: _WORKING | _REQUESTS | {_STATUS.NEW, _STATUS.TRIGGERED},
    _STATUS.TRIGGERED: _WORKING | {_STATUS.TRIGGERED},
    _STATUS.PARTIALLY_FILLED: _WORKING | _REQUESTS,
    _STATUS.PENDING_CANCEL: _WORKING | {_STATUS.NEW, _STATUS.PENDING_CANCEL, _STATUS.REJECTED},
    _STATUS.PENDING_REPLACE: _WORKING | _REQUESTS | {_STATUS.NEW},
    _STATUS.FILLED: frozenset(),
    _STATUS.CANCELED: frozenset(),
    _STATUS.REJECTED: frozenset(),
    _STATUS.DENIED: frozenset(),
    _STATUS.EXPIRED: frozenset(),
}
"""Where an order may go from each status. A status that leads to itself is a step that changes something else."""


@dataclass(slots=True, kw_only=True)
class Order:
    """One order of the desk. Prices in ticks, quantities in lots, money in e8."""

    order_id: int
    instrument_id: int
    account_id: int
    strategy_id: int
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    flags: OrderFlag
    price: int
    qty: int
    """The present total, what is filled included."""
    first_price: int
    first_qty: int
    gate_price: int
    """What the notional it reserves is computed with."""
    expire_ns: int = 0
    client_order_id: str = ""
    instructions: Instructions = PLAIN
    status: OrderStatus = OrderStatus.PENDING_NEW
    filled_qty: int = 0
    filled_value: int = 0
    """Sum of price times qty over its fills, in tick-lots."""
    commission: int = 0
    pending_price: int = 0
    pending_qty: int = 0
    last_exec_id: int = 0

    @classmethod
    def from_command(cls, command: NewOrder, gate_price: int) -> Order:
        """The order that a command asks for; its id is the command's sequence."""
        return cls(
            order_id=command.sequence,
            instrument_id=command.instrument_id,
            account_id=command.account_id,
            strategy_id=command.strategy_id,
            side=command.side,
            order_type=command.order_type,
            time_in_force=command.time_in_force,
            flags=command.flags,
            price=command.price,
            qty=command.qty,
            first_price=command.price,
            first_qty=command.qty,
            gate_price=gate_price,
            expire_ns=command.expire_ns,
            client_order_id=command.client_order_id,
            instructions=Instructions.of(command),
        )

    @property
    def leaves_qty(self) -> int:
        """What can still be filled; 0 once closed."""
        return 0 if self.status.is_closed else self.qty - self.filled_qty

    @property
    def canceled_qty(self) -> int:
        """What will never be filled because the order has ended; 0 while it is open."""
        return self.qty - self.filled_qty if self.status.is_closed else 0

    @property
    def is_open(self) -> bool:
        """True until the order has ended."""
        return not self.status.is_closed

    @property
    def is_reduce_only(self) -> bool:
        """True where it may only bring a position closer to flat."""
        return bool(self.flags & OrderFlag.REDUCE_ONLY)

    @property
    def average_price(self) -> Fraction | None:
        """Of its fills, in ticks, exact; None before the first."""
        return Fraction(self.filled_value, self.filled_qty) if self.filled_qty else None

    @property
    def terms(self) -> OrderTerms:
        """What was asked for at first."""
        return OrderTerms(
            instrument_id=self.instrument_id,
            strategy_id=self.strategy_id,
            side=self.side,
            order_type=self.order_type,
            time_in_force=self.time_in_force,
            flags=self.flags,
            price=self.first_price,
            qty=self.first_qty,
            expire_ns=self.expire_ns,
            instructions=self.instructions,
        )

    @property
    def is_waiting(self) -> bool:
        """True where it is at the venue and its trigger has not come."""
        return self.order_type.waits and self.status is _STATUS.NEW

    @property
    def present_price(self) -> int:
        """What an amendment would change: the limit price, or the trigger price of one that has none."""
        return self.gate_price if self.order_type.is_amended_by_trigger else self.price

    def reserved_notional(self, unit_value: int) -> int:
        """What its leaves may still cost, in e8."""
        return self.gate_price * self.working_qty * unit_value

    @property
    def working_qty(self) -> int:
        """What may trade now: nothing of an order that waits for its parent."""
        return 0 if self.status is _STATUS.SUSPENDED else self.leaves_qty

    def deny(self) -> None:
        """Our gate said no."""
        self._move(_STATUS.DENIED)

    def accept(self) -> None:
        """The venue has it. A cancel that is already under way stays so."""
        if self.status is not _STATUS.PENDING_CANCEL:
            if self.status is not _STATUS.PENDING_NEW:
                raise self._broken("accepted")
            self._move(_STATUS.NEW)

    def reject(self) -> None:
        """The venue said no."""
        self._move(_STATUS.REJECTED)

    def fill(self, price: int, qty: int, commission: int) -> None:
        """`qty` lots traded at `price` for `commission` e8. Raises InvariantBroken for more than is left."""
        if qty < 1 or qty > self.leaves_qty:
            raise self._broken(f"filled with {qty} of {self.leaves_qty}")
        if qty == self.leaves_qty:
            self._move(_STATUS.FILLED)
        elif self.status not in _REQUESTS:
            self._move(_STATUS.PARTIALLY_FILLED)
        self.filled_qty += qty
        self.filled_value += price * qty
        self.commission += commission

    def cancel(self) -> None:
        """The rest is gone."""
        self._move(_STATUS.CANCELED)

    def expire(self) -> None:
        """Its time is over."""
        self._move(_STATUS.EXPIRED)

    def suspend(self) -> None:
        """It waits for its parent."""
        self._move(_STATUS.SUSPENDED)

    def release(self, gate_price: int) -> None:
        """Its parent has ended with fills, and the gate has let it pass: it goes to the venue."""
        self._move(_STATUS.PENDING_NEW)
        self._forget_pending()
        self.gate_price = gate_price

    @property
    def is_due(self) -> bool:
        """True where its parent has ended with fills, and it waits for a phase that takes orders."""
        return self.status is _STATUS.SUSPENDED and self.pending_qty > 0

    def make_due(self) -> None:
        """It goes to the venue, as large as it is, as soon as the phase takes orders."""
        self.pending_qty = self.qty

    def trigger(self) -> None:
        """What it waited for has come: it enters the market."""
        self._move(_STATUS.TRIGGERED)

    def request_cancel(self) -> None:
        """A cancel is on its way to an outside venue; an unanswered replace is forgotten."""
        self._move(_STATUS.PENDING_CANCEL)
        self._forget_pending()

    def request_replace(self, price: int, qty: int) -> None:
        """An amendment is on its way to an outside venue."""
        if self.status.is_in_flight:
            raise self._broken("amended")
        self._move(_STATUS.PENDING_REPLACE)
        self.pending_price, self.pending_qty = price, qty

    def replace(self, price: int, qty: int) -> None:
        """The amendment took effect: `qty` is the new total. Raises InvariantBroken at or below what is filled."""
        if qty <= self.filled_qty:
            raise self._broken(f"replaced by {qty} with {self.filled_qty} filled")
        if self.status is not _STATUS.PENDING_CANCEL:
            self._settle()
        if self.order_type.is_amended_by_trigger:
            self.gate_price = price or self.gate_price
        elif price != self.price:  # else it reserves as before: a MARKET order has no price of its own
            self.price = price
            self.gate_price = price or self.gate_price  # a pegged order in no book keeps what it reserved
        self.qty = qty

    def refuse_cancel(self) -> None:
        """The venue did not cancel."""
        if self.status is not _STATUS.PENDING_CANCEL:
            raise self._broken("told that its cancel failed")
        self._settle()

    def refuse_replace(self) -> None:
        """The venue did not replace."""
        if self.status is not _STATUS.PENDING_REPLACE:
            raise self._broken("told that its replace failed")
        self._settle()

    def _settle(self) -> None:
        """Nothing is in flight any more."""
        unfilled = self.status if self.status in (_STATUS.TRIGGERED, _STATUS.SUSPENDED) else _STATUS.NEW
        self._move(_STATUS.PARTIALLY_FILLED if self.filled_qty else unfilled)
        self._forget_pending()

    def _forget_pending(self) -> None:
        self.pending_price = self.pending_qty = 0

    def _move(self, status: OrderStatus) -> None:
        if status not in TRANSITIONS[self.status]:
            raise self._broken(f"moved to {status.name}")
        self.status = status

    def _broken(self, deed: str) -> InvariantBroken:
        return InvariantBroken(
            f"Order {self.order_id} is {self.status.name} and cannot be {deed}.",
            "Stop, keep the journal and report it: the engine contradicts itself.",
        )
