"""Seeded streams of commands of every kind, mostly sensible, sometimes not: food for any kernel.

Prices, quantities and ids come from small ranges, so that orders meet, limits bind and ids collide.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from cambist.domain import commands
from cambist.domain.commands import ANY_ACCOUNT, ANY_STRATEGY
from cambist.domain.durations import SECOND_NS
from cambist.domain.message import Command
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import (
    MatchingRule,
    OrderFlag,
    OrderType,
    Phase,
    ReportKind,
    SelfTradeMode,
    Side,
    StrategyState,
    TimeInForce,
    TradingState,
    VenueKind,
)
from cambist.domain.widths import MAX_I64, MAX_PRICE, MAX_QTY
from cambist.testing.builders import define_instrument, limit_order, open_desk_account, open_member, run_strategy
from cambist.testing.random_instructions import WAITING_TYPES, group_terms, peg_terms, trigger_terms
from cambist.testing.random_participants import ParticipantCommands
from cambist.testing.random_sessions import SessionCommands
from cambist.testing.random_spot import SPOT, SpotCommands, spot_opening
from cambist.testing.random_stream import RandomStream

DESK_ACCOUNTS = (1, 2)
MEMBERS = (3, 4)
INTERNAL, EXTERNAL = (1, 2, SPOT), 3
_MARKET_TIMES = (*(TimeInForce.IOC,) * 3, TimeInForce.FOK, TimeInForce.AT_OPEN, TimeInForce.AT_CLOSE)
_AUCTIONS = (Phase.OPENING_AUCTION, Phase.VOLATILITY_AUCTION, Phase.CLOSING_AUCTION)
_PAUSES_NS = (0, 0, 0, 0, 0, 1_000_000, 40_000_000, 300_000_000)
ODD_NUMBERS = (-1, 0, 1, 101, MAX_QTY, MAX_PRICE + 1, MAX_I64)


def opening() -> list[Command]:
    """Two desk accounts, two members, four instruments, two strategies."""
    defined: list[Command] = [
        define_instrument(1, "BTC", price_band=80_000, min_notional=200 * 100_000_000, max_order_qty=100),
        define_instrument(
            2, "ETH", unit_value=7, matching=MatchingRule.PRO_RATA, minimum_allocation=2, top_order_priority=True
        ),
        define_instrument(EXTERNAL, "EXT", venue=VenueKind.EXTERNAL, price_band=300_000),
        open_member(3, "alice"),
        open_member(4, "bob"),
    ]
    defined += open_desk_account(1, "main", 20_000 * 100_000_000)
    defined += open_desk_account(2, "other", 5_000 * 100_000_000)
    defined += run_strategy(1, 1, "maker")
    defined += run_strategy(2, 2, "taker")
    return defined + spot_opening()


class RandomCommands(RandomStream):
    """Unstamped commands without end, and the time that passes before each."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._exec_id = 0
        self._placed: deque[tuple[int, commands.NewOrder]] = deque(maxlen=40)
        self._outside: deque[int] = deque(maxlen=6)
        self._participants = ParticipantCommands(
            self._random, self._account, self._instrument, self._strategy, lambda: self._sequence, self._note_placed
        )
        self._spot = SpotCommands(self._random, self._account)
        self._makers: list[Callable[[], Command]] = []
        for maker, weight in self._weights():
            self._makers += [maker] * weight

    def _opening(self) -> list[Command]:
        return opening()

    def _any(self) -> Command:
        return self._random.choice(self._makers)()

    def _note_placed(self, order_id: int, account_id: int) -> None:
        self._placed.append((order_id, limit_order(Side.BUY, 1, 100, account_id=account_id)))

    def _pause_ns(self) -> int:
        return 3_600 * SECOND_NS if self._chance(40) else self._random.choice(_PAUSES_NS)

    def _weights(self) -> list[tuple[Callable[[], Command], int]]:
        return [
            (self._new_order, 260),
            (self._repeat, 3),
            (self._replace, 45),
            (self._cancel, 12),
            (self._report, 60),
            (self._market, 5),
            (self._mass_cancel, 2),
            (self._trading_state, 24),
            (self._kill, 1),
            (self._reset, 10),
            (self._strategy_state, 14),
            (self._phase, 9),
            (self._limits, 8),
            (self._fees, 2),
            (self._money, 2),
            (self._permission, 3),
            (self._self_trade, 6),
            (self._parameters, 1),
            (self._save, 1),
            (commands.AdvanceTime, 4),
            (self._definition, 1),
            *self._participants.weights(),
            *SessionCommands(self._random, self._instrument).weights(),
            *self._spot.weights(),
        ]

    def _chance(self, one_in: int) -> bool:
        return self._random.randrange(one_in) == 0

    def _account(self) -> int:
        return 9 if self._chance(150) else self._random.choice((*DESK_ACCOUNTS, *DESK_ACCOUNTS, *MEMBERS))

    def _instrument(self) -> int:
        return 9 if self._chance(150) else self._random.choice((1, 1, 1, 1, 2, 2, EXTERNAL, SPOT, SPOT))

    def _strategy(self, account_id: int) -> int:
        if self._chance(40):
            return self._random.choice((1, 2, 9))
        return self._random.choice((0, account_id)) if account_id in DESK_ACCOUNTS else 0

    def _price(self) -> int:
        return self._random.choice(ODD_NUMBERS) if self._chance(60) else self._random.randint(92, 108)

    def _qty(self) -> int:
        return self._random.choice(ODD_NUMBERS) if self._chance(60) else self._random.randint(1, 12)

    def _order(self) -> tuple[int, int]:
        """order_id and account_id, mostly of an order that was sent."""
        outside = [placed for placed in self._placed if placed[1].instrument_id == EXTERNAL]
        if self._placed and not self._chance(10):
            order_id, order = self._random.choice(outside if outside and self._chance(4) else self._placed)
            return order_id, order.account_id
        return max(0, self._sequence - self._random.randint(1, 40)), self._account()

    def _client_order_id(self) -> str:
        if self._chance(80):
            return self._random.choice(("x" * 37, "has space", "grün"))
        return f"c{self._random.randint(1, 60)}" if self._chance(3) else ""

    def _flags(self) -> OrderFlag:
        choices = (
            *(OrderFlag.NONE,) * 7,
            OrderFlag.POST_ONLY,
            OrderFlag.POST_ONLY | OrderFlag.REPRICE,
            OrderFlag.REDUCE_ONLY,
            OrderFlag.REDUCE_ONLY,
        )
        flags = self._random.choice(choices) | (OrderFlag.HIDDEN if self._chance(6) else OrderFlag.NONE)
        return (
            flags | self._random.choice((OrderFlag.PRICE_INEXACT, OrderFlag.QTY_INEXACT)) if self._chance(80) else flags
        )

    def _new_order(self) -> Command:
        account_id, instrument_id = self._account(), self._instrument()
        order_type = self._order_type()
        is_market = order_type is OrderType.MARKET
        tif = self._random.choice(_MARKET_TIMES) if is_market else self._time_in_force()
        order = commands.NewOrder(
            instrument_id=instrument_id,
            account_id=account_id,
            strategy_id=self._strategy(account_id),
            side=self._random.choice(list(Side)),
            order_type=order_type,
            time_in_force=TimeInForce.GTC if self._chance(80) else tif,
            flags=self._flags() if order_type is not OrderType.PEGGED or self._chance(9) else self._peg_flags(),
            price=self._price() if order_type.is_priced or self._caps(order_type) else 0,
            qty=self._qty(),
            expire_ns=self._expiry(tif),
            client_order_id=self._client_order_id(),
        )
        if self._chance(4) or order_type.waits or (order_type is OrderType.PEGGED and not self._chance(6)):
            order = self._instructed(order)
        self._placed.append((self._sequence, order))
        if instrument_id == EXTERNAL:
            self._outside.append(self._sequence)
        return order

    def _instructed(self, order: commands.NewOrder) -> commands.NewInstructedOrder:
        """The same order, with something more; mostly of a kind that goes with it."""
        random = self._random
        may_rest = order.time_in_force.may_rest and order.order_type.may_rest
        wants_slices = may_rest and not order.order_type.waits if not self._chance(10) else self._chance(2)
        plain = {name: getattr(order, name) for name in commands.NewOrder.__struct_fields__}
        if wants_slices:
            plain["flags"] = order.flags & ~OrderFlag.HIDDEN if not self._chance(15) else order.flags
            plain["qty"] = order.qty * random.choice((1, 2, 3)) if 0 < order.qty < MAX_QTY // 3 else order.qty
        return commands.NewInstructedOrder(
            **plain,
            display_qty=random.choice((0, 1, 2, 3, 5, -1)) if wants_slices else 0,
            min_qty=random.randint(0, 9) if self._wants_minimum(order, wants_slices) else 0,
            **self._ties(order),
            **self._terms(order.order_type),
        )

    def _ties(self, order: commands.NewOrder) -> dict[str, Any]:
        tied = order.account_id in DESK_ACCOUNTS and not self._chance(3)
        return group_terms(self._random) if tied or self._chance(40) else {}

    def _wants_minimum(self, order: commands.NewOrder, wants_slices: bool) -> bool:
        is_strange = wants_slices or order.order_type.waits or order.order_type is OrderType.PEGGED
        return self._chance(20 if order.order_type is OrderType.PEGGED else 6) if is_strange else True

    def _terms(self, order_type: OrderType) -> dict[str, Any]:
        if order_type is OrderType.PEGGED or self._chance(100):
            return peg_terms(self._random)
        return trigger_terms(self._random, order_type) if order_type.waits or self._chance(100) else {}

    def _caps(self, order_type: OrderType) -> bool:
        return order_type is OrderType.PEGGED and self._chance(3)

    def _peg_flags(self) -> OrderFlag:
        return self._random.choice((OrderFlag.NONE, OrderFlag.NONE, OrderFlag.HIDDEN, OrderFlag.REDUCE_ONLY))

    def _order_type(self) -> OrderType:
        usual = (OrderType.MARKET, OrderType.MARKET_TO_LIMIT, *(OrderType.LIMIT,) * 8)
        waiting = (self._random.choice(WAITING_TYPES), self._random.choice(WAITING_TYPES))
        return self._random.choice((*usual, *waiting, OrderType.PEGGED, OrderType.PEGGED))

    def _repeat(self) -> Command:
        """An order that was sent before, once more."""
        named = [order for _, order in self._placed if order.client_order_id]
        return self._random.choice(named) if named else self._new_order()

    def _time_in_force(self) -> TimeInForce:
        return self._random.choice(
            (TimeInForce.GTC,) * 6
            + (TimeInForce.IOC, TimeInForce.FOK, TimeInForce.GTD, TimeInForce.DAY)
            + (TimeInForce.AT_OPEN, TimeInForce.AT_CLOSE)
        )

    def _expiry(self, tif: TimeInForce) -> int:
        if tif is not TimeInForce.GTD:
            return 1 if self._chance(100) else 0
        return self._now_ns + self._random.choice((0, 1, 50_000_000, 2 * SECOND_NS))

    def _replace(self) -> Command:
        by_client_id = self._chance(5)
        order_id, account_id = self._order()
        trails = any(
            placed == order_id and order.order_type is OrderType.TRAILING_STOP for placed, order in self._placed
        )
        return commands.ReplaceOrder(
            account_id=account_id,
            flags=OrderFlag.PRICE_INEXACT if self._chance(60) else OrderFlag.NONE,
            order_id=0 if by_client_id else order_id,
            price=0 if trails or self._chance(12) else self._price(),
            qty=self._qty(),
            client_order_id=self._client_order_id() if by_client_id else "",
        )

    def _cancel(self) -> Command:
        by_client_id = self._chance(4)
        order_id, account_id = self._order()
        return commands.CancelOrder(
            account_id=account_id,
            order_id=0 if by_client_id else order_id,
            client_order_id=self._client_order_id() if by_client_id else "",
        )

    def _mass_cancel(self) -> Command:
        account_id = self._random.choice((0, ANY_ACCOUNT, self._account(), self._account()))
        return commands.MassCancel(
            account_id=account_id,
            strategy_id=self._random.choice((ANY_STRATEGY, self._strategy(account_id))),
            instrument_id=self._random.choice((0, self._instrument())),
            side=self._random.choice((0, 1, 2, 2, 7)),
        )

    def _report(self) -> Command:
        self._exec_id += self._random.choice((0, 1, 1, 1))
        return commands.VenueReport(
            order_id=self._random.choice(self._outside) if self._outside else self._sequence,
            exec_id=self._exec_id,
            report=self._random.choice((*ReportKind, *(ReportKind.ACCEPTED,) * 8, *(ReportKind.FILLED,) * 4)),
            is_maker=self._chance(2),
            reason=self._random.choice((0, 0, 0, Reason.PRICE_BAND, 12345)),
            price=self._price(),
            qty=self._qty(),
        )

    def _market(self) -> Command:
        return commands.MarketUpdate(
            instrument_id=self._random.choice((EXTERNAL, EXTERNAL, EXTERNAL, self._instrument())),
            bid_price=self._random.choice((0, self._price())),
            ask_price=self._random.choice((0, self._price())),
            last_price=self._random.choice((0, self._price())),
        )

    def _scope(self) -> dict[str, int]:
        """The firm, an account, or a strategy."""
        if self._chance(3):
            return {"account_id": 0, "strategy_id": 1 if self._chance(20) else 0}
        account_id = self._account()
        return {"account_id": account_id, "strategy_id": self._strategy(account_id)}

    def _trading_state(self) -> Command:
        states = (*TradingState, *(TradingState.ACTIVE,) * 30)
        return commands.SetTradingState(**self._scope(), state=self._random.choice(states), cause="drill")

    def _kill(self) -> Command:
        return commands.Kill(**self._scope(), cause="drill")

    def _reset(self) -> Command:
        return commands.ResetKill(**self._scope(), cause="drill")

    def _strategy_state(self) -> Command:
        states = (*StrategyState, *(StrategyState.RUNNING,) * 12, StrategyState.STOPPED)
        return commands.SetStrategyState(
            strategy_id=self._random.choice((1, 2, 9)), state=self._random.choice(states), cause="drill"
        )

    def _phase(self) -> Command:
        phases = (*Phase, *_AUCTIONS, *_AUCTIONS, *(Phase.CONTINUOUS,) * 14)
        return commands.SetPhase(instrument_id=self._instrument(), phase=self._random.choice(phases))

    def _limits(self) -> Command:
        account_id = self._account()
        random = self._random

        def money(low: int, high: int) -> int:
            return random.choice((0, 0, 0, random.randint(low, high) * 100_000_000))

        return commands.SetLimits(
            account_id=account_id,
            strategy_id=self._strategy(account_id),
            max_order_notional=-1 if self._chance(40) else money(300, 1_500),
            max_position_notional=money(500, 5_000),
            max_exposure_notional=money(500, 6_000),
            max_daily_loss=money(1, 60),
            max_drawdown=random.choice((0, 0, random.randint(1, 60_000))),
            leverage=random.choice((0, 3, 20, 20)),
            max_open_orders=random.choice((0, 0, random.randint(1, 12))),
            max_orders_per_second=random.choice((0, 0, 1, 3, 50, 2_000_000_000)),
        )

    def _fees(self) -> Command:
        return commands.SetFees(
            account_id=self._account(),
            instrument_id=self._random.choice((0, self._instrument())),
            maker_fee=self._random.choice((-100, 0, 1, 1_000_001)),
            taker_fee=self._random.choice((0, 500, 999_999)),
        )

    def _money(self) -> Command:
        amount = self._random.choice((5, 1_000, -3, -4_000)) * 100_000_000
        return commands.AdjustBalance(account_id=self._account(), amount=MAX_I64 + 1 if self._chance(20) else amount)

    def _permission(self) -> Command:
        return commands.SetSymbolPermission(
            account_id=self._account(), instrument_id=self._instrument(), allowed=not self._chance(6)
        )

    def _self_trade(self) -> Command:
        return commands.SetSelfTradePrevention(
            account_id=self._account(),
            mode=self._random.choice(list(SelfTradeMode)),
            group_id=self._random.choice((0, 0, 1, 2)),
        )

    def _parameters(self) -> Command:
        text = self._random.choice(("{}", '{"edge":2}', "ü", ""))
        return commands.SetStrategyParameters(strategy_id=self._random.choice((1, 2, 9)), parameters=text)

    def _save(self) -> Command:
        state = self._random.choice((b"", b"\0\1\2", b"12345678"))
        return commands.SaveState(slot=self._random.randint(1, 3), state=state)

    def _definition(self) -> Command:
        return define_instrument(
            self._random.choice((1, 2, 4)), self._random.choice(("BTC", "ETH", "NEW")), reference_price=100
        )
