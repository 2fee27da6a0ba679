"""Cash is conserved: a balance is what was paid in, less commission, and what fills have brought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from cambist.domain import events as facts
from cambist.domain import participant_events as participants
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import InstrumentKind, VenueKind
from cambist.protocols.snapshot import AccountRow, PositionRow, Sections
from cambist.testing.checkers.checker import Violation

Key = tuple[int, int, int]
"""account_id, strategy_id, instrument_id."""


class CashConserved:
    """Every fill exchanges value: what one side pays the other gets. A position's cost is what it has paid in all, and
    the profit it has realised. Money in e8.
    """

    def __init__(self) -> None:
        self._units: dict[int, int] = {}
        self._internal: set[int] = set()
        self._spot: set[int] = set()
        """Instruments that are paid for in assets: rule holding.apart."""
        self._paid: defaultdict[Key, int] = defaultdict(int)
        self._cost: defaultdict[Key, int] = defaultdict(int)
        self._commission: defaultdict[int, int] = defaultdict(int)
        self._deposits: defaultdict[int, int] = defaultdict(int)

    def take(self, command: Command, events: Sequence[Event]) -> None:  # noqa: ARG002
        """Follow every payment."""
        exchanged: defaultdict[int, int] = defaultdict(int)
        for event in events:
            match event:
                case facts.InstrumentDefined():
                    self._units[event.instrument_id] = event.unit_value
                    if event.venue is VenueKind.INTERNAL:
                        self._internal.add(event.instrument_id)
                    if event.instrument_kind is InstrumentKind.SPOT:
                        self._spot.add(event.instrument_id)
                case facts.OrderFilled():
                    exchanged[event.instrument_id] += self._pay(event, event.last_price, event.last_qty)
                case participants.FillAdjusted():
                    exchanged[event.instrument_id] += self._pay(event, event.price, event.qty)
                case facts.PositionOpened() | facts.PositionChanged() | facts.PositionClosed():
                    self._follow(event)
                case facts.BalanceChanged():
                    self._deposits[event.account_id] += event.amount
                    self._compare_balance(event.account_id, event.balance)
                case facts.AccountValued():
                    self._compare_balance(event.account_id, event.balance)
                case _:
                    pass
        for instrument_id in self._internal & set(exchanged):
            if exchanged[instrument_id]:
                raise Violation(
                    f"Fills in instrument {instrument_id} moved {exchanged[instrument_id]} e8 from nowhere."
                )

    def look(self, sections: Sections) -> None:
        """The engine holds the same money."""
        for row in sections[PositionRow]:
            key = (row.account_id, row.strategy_id, row.instrument_id)
            if row.cost - self._paid[key] != row.realised_pnl:
                raise Violation(f"The position {key} has realised {row.realised_pnl}, not its cost less what it paid.")
        for row in sections[AccountRow]:
            self._compare_balance(row.account_id, row.balance, of_member=row.account_kind.name == "MEMBER")

    def _pay(self, fill: facts.OrderFilled | participants.FillAdjusted, price: int, qty: int) -> int:
        """The signed value of a fill: what the account has paid for it. One that is taken back has a negative qty."""
        value = fill.side.sign * price * qty * self._units[fill.instrument_id]
        self._paid[fill.account_id, fill.strategy_id, fill.instrument_id] += value
        if fill.instrument_id not in self._spot:
            self._commission[fill.account_id] += fill.commission
        return value

    def _follow(self, event: facts.PositionOpened | facts.PositionChanged | facts.PositionClosed) -> None:
        key = (event.account_id, event.strategy_id, event.instrument_id)
        self._cost[key] = event.cost
        if event.total_realised_pnl != event.cost - self._paid[key]:
            raise Violation(
                f"The position {key} has realised {event.total_realised_pnl}, not its cost less its payments."
            )
        self._compare_balance(event.account_id, event.balance)

    def _compare_balance(self, account_id: int, balance: int, *, of_member: bool = False) -> None:
        """Members' balances are kept nowhere: 0."""
        costs = {key: cost for key, cost in self._cost.items() if key[0] == account_id and key[2] not in self._spot}
        realised = sum(cost - self._paid[key] for key, cost in costs.items())
        expected = 0 if of_member else self._deposits[account_id] + realised - self._commission[account_id]
        if balance != expected:
            raise Violation(f"Account {account_id} has a balance of {balance} e8; {expected} can be accounted for.")
