"""Seeded streams in which orders pegged to the middle meet there.

The spread is wide, hidden orders stand in it, and amendments name a price or none. Trailing stops are among them, for
the same amendments.
"""

from __future__ import annotations

from msgspec.structs import replace

from cambist.domain import commands
from cambist.domain.message import Command
from cambist.domain.vocabulary import (
    MatchingRule,
    OrderFlag,
    OrderType,
    PegReference,
    Phase,
    SelfTradeMode,
    Side,
    TimeInForce,
    TriggerSource,
)
from cambist.testing.builders import define_instrument, open_desk_account, open_member
from cambist.testing.random_stream import RandomStream

_DESK, _MEMBERS = (1, 2), (3, 4)
_MILLION_E8 = 10**6 * 10**8
_PAUSE_NS = 50_000_000


class RandomMiddles(RandomStream):
    """Unstamped commands without end; the stream stamps them."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._special: list[tuple[int, int, OrderType]] = []
        """order_id, account and type of orders that have no price of their own."""

    def _opening(self) -> list[Command]:
        return [
            define_instrument(1, "BTC", max_order_qty=100, price_band=300_000),
            define_instrument(2, "ETH", max_order_qty=100, matching=MatchingRule.PRO_RATA, minimum_allocation=2),
            *open_desk_account(1, "main", _MILLION_E8),
            *open_desk_account(2, "other", _MILLION_E8),
            open_member(3, "alice"),
            open_member(4, "bob"),
        ]

    def _pause_ns(self) -> int:
        pause_ns: int = self._random.choice((0, 0, _PAUSE_NS))
        return pause_ns

    def _any(self) -> Command:
        chance = self._random.randrange(100)
        if chance < 30:
            return self._quote()
        if chance < 60:
            return self._without_price()
        return self._amendment() if chance < 90 else self._control()

    def _quote(self) -> Command:
        """Displayed orders leave a spread of many ticks, hidden ones stand in it; now and then one takes."""
        random, side = self._random, self._random.choice(list(Side))
        is_hidden = random.randrange(4) == 0
        distance = random.randint(-1, 4) if is_hidden else random.choice((-9, *range(3, 9), *range(3, 9)))
        return self._order(side, OrderType.LIMIT, price=100 - side.sign * distance, is_hidden=is_hidden)

    def _without_price(self) -> Command:
        random = self._random
        trails = random.randrange(3) == 0
        order = self._order(random.choice(list(Side)), OrderType.TRAILING_STOP if trails else OrderType.PEGGED)
        if trails:
            order = replace(order, trigger_source=random.choice(list(TriggerSource)), offset=random.randint(4, 12))
        else:
            caps, slices = random.randrange(4) == 0, random.randrange(6) == 0
            order = replace(
                order,
                peg_reference=random.choice((*(PegReference.MID,) * 5, PegReference.PRIMARY, PegReference.OPPOSITE)),
                offset=random.choice((0, 0, 0, 0, 1, -1)),
                price=random.randint(97, 103) if caps else 0,
                display_qty=2 if slices else 0,
            )
        self._special.append((self._sequence, order.account_id, order.order_type))
        return order

    def _order(
        self, side: Side, order_type: OrderType, *, price: int = 0, is_hidden: bool = False
    ) -> commands.NewInstructedOrder:
        return commands.NewInstructedOrder(
            instrument_id=self._random.choice((1, 1, 2)),
            account_id=self._random.choice((*_DESK, *_MEMBERS)),
            strategy_id=0,
            side=side,
            order_type=order_type,
            time_in_force=TimeInForce.GTC,
            flags=OrderFlag.HIDDEN if is_hidden else OrderFlag.NONE,
            price=price,
            qty=self._random.randint(1, 9),
        )

    def _amendment(self) -> Command:
        random = self._random
        if not self._special or random.randrange(3) == 0:
            order_id, account_id = max(1, self._sequence - random.randint(1, 30)), random.choice((*_DESK, *_MEMBERS))
            return commands.CancelOrder(account_id=account_id, order_id=order_id)
        order_id, account_id, order_type = random.choice(self._special[-6:])
        has_price = random.randrange(6) == 0 if order_type is OrderType.TRAILING_STOP else random.randrange(2) == 0
        price = random.randint(97, 103) if has_price else 0
        return commands.ReplaceOrder(account_id=account_id, order_id=order_id, price=price, qty=random.randint(1, 12))

    def _control(self) -> Command:
        random = self._random
        return random.choice(
            (
                commands.SetPhase(instrument_id=1, phase=random.choice(list(Phase))),
                *(commands.SetPhase(instrument_id=each, phase=Phase.CONTINUOUS) for each in (1, 1, 2)),
                commands.SetSelfTradePrevention(
                    account_id=random.choice((*_DESK, *_MEMBERS)), mode=random.choice(list(SelfTradeMode))
                ),
                commands.MassCancel(account_id=random.choice((1, 3))),
            )
        )
