"""Seeded streams in which orders that wait, are pegged or tied to others really meet: few prices, groups, no limits."""

from __future__ import annotations

from typing import Any

from cambist.domain import commands
from cambist.domain.durations import SECOND_NS
from cambist.domain.message import Command
from cambist.domain.vocabulary import (
    Contingency,
    MatchingRule,
    OrderFlag,
    OrderType,
    Phase,
    SelfTradeMode,
    Side,
    TimeInForce,
    TradingState,
)
from cambist.testing.builders import define_instrument, open_desk_account, open_member, run_strategy
from cambist.testing.random_instructions import WAITING_TYPES, group_terms, peg_terms, trigger_terms
from cambist.testing.random_stream import RandomStream

_MILLION_E8 = 10**6 * 10**8
_DESK, _MEMBERS = (1, 2), (3, 4)


class RandomGroups(RandomStream):
    """Unstamped commands without end; the stream stamps them."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._planned: list[Command] = []

    def _opening(self) -> list[Command]:
        return [
            define_instrument(1, "BTC", max_order_qty=1_000, price_band=200_000),
            define_instrument(2, "ETH", max_order_qty=1_000, matching=MatchingRule.PRO_RATA, minimum_allocation=2),
            *open_desk_account(1, "main", _MILLION_E8),
            *open_desk_account(2, "other", _MILLION_E8),
            open_member(3, "alice"),
            open_member(4, "bob"),
            *run_strategy(1, 1, "maker"),
        ]

    def _pause_ns(self) -> int:
        pause_ns: int = self._random.choice((0, 0, 0, 10_000_000, SECOND_NS // 2))
        return pause_ns

    def _any(self) -> Command:
        if self._planned:
            return self._planned.pop(0)
        chance = self._random.randrange(100)
        if chance == 0:
            self._planned = self._interrupted_bracket()
            return commands.SetPhase(instrument_id=1, phase=Phase.CONTINUOUS)
        if chance < 70:
            return self._order()
        if chance < 92:
            return self._amendment()
        return self._control()

    def _order(self) -> Command:
        random = self._random
        account_id = random.choice((*_DESK, *_DESK, *_MEMBERS))
        waits = random.choice(WAITING_TYPES)
        order_type = random.choice((*(OrderType.LIMIT,) * 6, OrderType.MARKET, OrderType.PEGGED, waits, waits))
        tif = random.choice((*(TimeInForce.GTC,) * 6, TimeInForce.IOC, TimeInForce.GTD, TimeInForce.DAY))
        time_in_force = TimeInForce.IOC if order_type is OrderType.MARKET else tif
        reduces = account_id in _DESK and random.randrange(8) == 0
        terms: dict[str, Any] = group_terms(random) if account_id in _DESK and random.randrange(3) else {}
        if order_type.waits:
            terms |= trigger_terms(random, order_type)
        elif order_type is OrderType.PEGGED:
            terms |= peg_terms(random)
        elif order_type is OrderType.LIMIT and time_in_force.may_rest and random.randrange(8) == 0:
            terms["display_qty"] = random.randint(1, 4)
        return commands.NewInstructedOrder(
            instrument_id=random.choice((1, 1, 2)),
            account_id=account_id,
            strategy_id=1 if account_id == 1 and random.randrange(4) == 0 else 0,
            side=random.choice(list(Side)),
            order_type=order_type,
            time_in_force=time_in_force,
            flags=OrderFlag.REDUCE_ONLY if reduces else OrderFlag.NONE,
            price=random.randint(96, 104) if order_type.is_priced or self._caps(order_type) else 0,
            qty=random.randint(1, 20),
            expire_ns=self._now_ns + random.randint(1, 4 * SECOND_NS) if time_in_force is TimeInForce.GTD else 0,
            **terms,
        )

    def _caps(self, order_type: OrderType) -> bool:
        return order_type is OrderType.PEGGED and self._random.randrange(2) == 0

    def _interrupted_bracket(self) -> list[Command]:
        """A bracket whose parent is half filled when the market stops, and ends before it goes on."""
        random = self._random
        side = random.choice(list(Side))
        exits = Side.SELL if side is Side.BUY else Side.BUY
        profit = random.randint(1, 12), {"price": random.randint(96, 104)}
        stop = random.randint(1, 12), {"order_type": OrderType.STOP, "trigger_price": 95 if side is Side.BUY else 105}
        parent_id = self._sequence + 3
        return [
            *(self._tied(Contingency.CHILD, exits, *terms) for terms in random.sample((profit, stop), 2)),
            self._tied(Contingency.PARENT, side, 500, {"price": 104 if side is Side.BUY else 96}),
            commands.SetPhase(instrument_id=1, phase=random.choice((Phase.HALTED, Phase.CLOSED, Phase.PRE_OPEN))),
            commands.CancelOrder(account_id=1, order_id=parent_id),
            *(self._order() for _ in range(random.randrange(6))),
            commands.SetPhase(instrument_id=1, phase=random.choice((Phase.CONTINUOUS, Phase.OPENING_AUCTION))),
        ]

    def _tied(self, contingency: Contingency, side: Side, qty: int, terms: dict[str, Any]) -> Command:
        return commands.NewInstructedOrder(
            **{"order_type": OrderType.LIMIT, "time_in_force": TimeInForce.GTC, "price": 0, **terms},
            instrument_id=1,
            account_id=1,
            strategy_id=0,
            side=side,
            flags=OrderFlag.NONE,
            qty=qty,
            contingency=contingency,
            group_id=3,
        )

    def _amendment(self) -> Command:
        random = self._random
        order_id, account_id = max(1, self._sequence - random.randint(1, 60)), random.choice((*_DESK, *_MEMBERS))
        if random.randrange(3):
            return commands.ReplaceOrder(
                account_id=account_id, order_id=order_id, price=random.randint(96, 104), qty=random.randint(1, 20)
            )
        return commands.CancelOrder(account_id=account_id, order_id=order_id)

    def _control(self) -> Command:
        random = self._random
        account_id = random.choice(_DESK)
        return random.choice(
            (
                commands.SetPhase(instrument_id=random.choice((1, 2)), phase=random.choice(list(Phase))),
                commands.SetPhase(instrument_id=1, phase=Phase.CONTINUOUS),
                commands.SetPhase(instrument_id=2, phase=Phase.CONTINUOUS),
                commands.SetSelfTradePrevention(account_id=account_id, mode=random.choice(list(SelfTradeMode))),
                commands.MassCancel(account_id=random.choice((0, account_id, 3))),
                commands.SetTradingState(account_id=account_id, state=random.choice(list(TradingState)), cause="drill"),
                commands.SetTradingState(account_id=account_id, state=TradingState.ACTIVE, cause="drill"),
                commands.SetSymbolPermission(account_id=account_id, instrument_id=1, allowed=random.randrange(6) > 0),
                commands.AdvanceTime(),
            )
        )
