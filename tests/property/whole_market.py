"""A world with everything in it, and what is known of it from outside: what stories are told about.

A story is a function of the world: it gives unstamped commands, and pauses before them. Hypothesis draws small numbers
for it, the story looks up what they mean here: the third open order, the last trade.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from cambist.domain import commands, events
from cambist.domain.message import Command, Event
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import MatchingRule, VenueKind
from cambist.testing.builders import E8, START_NS, define_instrument, open_desk_account, open_member, run_strategy

DESK, MEMBERS = (1, 2), (3, 4)
PLAIN, SHARED, WIDE, OUTSIDE, SPOT = 1, 2, 3, 4, 5
OURS = (PLAIN, SHARED, WIDE, SPOT)
COIN, CASH = 1, 2
PRICE = 100
"""Where everything begins; stories are told in ticks from here."""
Story = Callable[["World"], list[Command | int]]
"""Commands, and pauses in ns before the next."""

OPENING: tuple[Command, ...] = (
    define_instrument(PLAIN, "AAA", price_band=150_000, max_order_qty=500),
    define_instrument(
        SHARED,
        "BBB",
        unit_value=7,
        price_band=200_000,
        matching=MatchingRule.PRO_RATA,
        minimum_allocation=2,
        top_order_priority=True,
    ),
    define_instrument(WIDE, "CCC", unit_value=3 * E8),
    define_instrument(OUTSIDE, "DDD", venue=VenueKind.EXTERNAL, price_band=300_000),
    commands.DefineAsset(asset_id=COIN, name="COIN"),
    commands.DefineAsset(asset_id=CASH, name="CASH"),
    define_instrument(SPOT, "EEE", price_band=90_000, assets=(COIN, CASH), max_fee=900),
    *open_desk_account(1, "main", 300_000 * E8),
    *open_desk_account(2, "other", 100_000 * E8),
    *map(open_member, MEMBERS, ("alice", "bob")),
    *run_strategy(1, 1, "first"),
    *run_strategy(2, 2, "second"),
    *(commands.AdjustHolding(account_id=account_id, asset_id=COIN, amount=200 * E8) for account_id in DESK),
    *(commands.AdjustHolding(account_id=account_id, asset_id=CASH, amount=20_000 * E8) for account_id in DESK),
    *(
        commands.SetFees(account_id=account_id, instrument_id=0, maker_fee=-70, taker_fee=450)
        for account_id in (*DESK, *MEMBERS)
    ),
)


class World:
    """What whoever sends the commands knows."""

    def __init__(self) -> None:
        self.now_ns = START_NS
        self.open_orders: dict[int, int] = {}
        """account_id by order_id, oldest first."""
        self.outside_orders: list[int] = []
        self.exec_id = 0
        self.trades = 0
        self.seen: Counter[str] = Counter()
        """Events by name, and reasons."""

    def follow(self, happened: Iterable[Event]) -> None:
        """Take in what both kernels say."""
        for event in happened:
            self.seen[type(event).__name__] += 1
            if isinstance(event, events.OrderCanceled):
                self.seen[Reason(event.reason).name] += 1
            match event:
                case events.OrderAccepted() | events.OrderSuspended() | events.OrderSubmitted():
                    self.open_orders[event.order_id] = event.account_id
                    if getattr(event, "instrument_id", 0) == OUTSIDE and event.order_id not in self.outside_orders:
                        self.outside_orders.append(event.order_id)
                case events.OrderCanceled() | events.OrderExpired() | events.OrderRejected():
                    self.open_orders.pop(event.order_id, None)
                case events.OrderFilled() if not event.leaves_qty:
                    self.open_orders.pop(event.order_id, None)
                case events.Trade():
                    self.trades += 1

    def order(self, place: int) -> tuple[int, int]:
        """order_id and account_id of the open order so many back from the newest; of none where there is none."""
        known = list(self.open_orders.items())
        return known[-1 - place % len(known)] if known else (place + 1, 1)

    def outside_order(self, place: int) -> int:
        """One that was sent to the outside venue."""
        return self.outside_orders[-1 - place % len(self.outside_orders)] if self.outside_orders else 1
