"""Everything the engine knows. One object, so that a snapshot can be complete."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cambist.domain.account import Account
from cambist.domain.fill import Fees
from cambist.domain.holding import Holding
from cambist.domain.order import Order
from cambist.domain.position import Position
from cambist.domain.protection import Protection
from cambist.domain.strategy import Strategy
from cambist.domain.trading_switch import TradingSwitch
from cambist.domain.vocabulary import OrderStatus, TimeInForce
from cambist.domain.volatility_guard import CircuitBreaker
from cambist.engine.reference.adjustments import Adjustments
from cambist.engine.reference.client_ids import ClientIds
from cambist.engine.reference.event_log import EventLog
from cambist.engine.reference.fee_table import FeeTable
from cambist.engine.reference.market import Market
from cambist.engine.reference.past_trades import PastTrades
from cambist.engine.reference.quotes import Quotes
from cambist.engine.reference.timers import Timers
from cambist.engine.reference.venue_order import VenueOrder

if TYPE_CHECKING:
    from cambist.engine.reference.waiting import WaitingOrder

PositionKey = tuple[int, int, int]
"""account_id, strategy_id, instrument_id."""
HoldingKey = tuple[int, int]
"""account_id, asset_id."""
Scope = Account | Strategy
"""What has limits and exposure."""


class EngineState:
    """The tables of the desk and of the venue."""

    def __init__(self) -> None:
        self.sequence = 0
        self.log = EventLog()
        self.timers = Timers()
        self.markets: dict[int, Market] = {}
        self.accounts: dict[int, Account] = {}
        self.fees = FeeTable()
        self.assets: dict[int, str] = {}
        self.holdings: defaultdict[HoldingKey, Holding] = defaultdict(Holding)
        self.adjustments = Adjustments()
        self.saved: dict[int, bytes] = {}
        # The desk.
        self.firm = TradingSwitch()
        self.strategies: dict[int, Strategy] = {}
        self.forbidden: set[tuple[int, int]] = set()
        self.positions: dict[PositionKey, Position] = {}
        self.orders: dict[int, Order] = {}
        """Open orders of the desk, by order_id ascending."""
        self.client_ids: defaultdict[int, ClientIds] = defaultdict(ClientIds)
        # The venue.
        self.next_trade_id = 1
        self.breaker: CircuitBreaker | None = None
        self.past_trades = PastTrades()
        self.resting: dict[int, VenueOrder] = {}
        self.resting_pegs: dict[int, VenueOrder] = {}
        """Those in a book that are pegged."""
        self.parked: dict[int, VenueOrder] = {}
        """Pegged orders that stand in no book now."""
        self.waiting: dict[int, WaitingOrder] = {}
        self.quotes = Quotes(self.resting)
        self.protections: dict[tuple[int, int], Protection] = {}
        """By account_id and instrument_id, 0 for all instruments together."""

    def venue_order(self, order_id: int) -> VenueOrder | None:
        """An order that the venue holds, in a book, parked, or waiting for its trigger."""
        waiting = self.waiting.get(order_id)
        return waiting.order if waiting else self.resting.get(order_id) or self.parked.get(order_id)

    def venue_orders(self) -> list[VenueOrder]:
        """All of them, by order_id."""
        keys = sorted((*self.resting, *self.parked, *self.waiting))
        return [order for key in keys if (order := self.venue_order(key))]

    def is_set_aside(self, order_id: int) -> bool:
        """Whether an order of the venue waits for its trigger or is parked."""
        return order_id in self.waiting or order_id in self.parked

    def keep_in_book(self, order: VenueOrder) -> None:
        """An order rests from now on."""
        self.resting[order.order_id] = order
        if order.is_pegged:
            self.resting_pegs[order.order_id] = order

    def forget_in_book(self, order: VenueOrder) -> None:
        """An order rests no longer."""
        del self.resting[order.order_id]
        self.resting_pegs.pop(order.order_id, None)

    def day_order_ids(self) -> list[int]:
        """DAY orders at the venue, and children that wait at the desk."""
        day, suspended = TimeInForce.DAY, OrderStatus.SUSPENDED
        order_ids = [order.order_id for order in self.venue_orders() if order.time_in_force is day]
        children = (order for order in self.orders.values() if order.status is suspended)
        return sorted(order_ids + [order.order_id for order in children if order.time_in_force is day])

    def desk_accounts(self) -> Iterator[Account]:
        """The firm's accounts by id."""
        return (self.accounts[key] for key in sorted(self.accounts) if self.accounts[key].is_desk)

    def strategies_of(self, account: Account) -> Iterator[Strategy]:
        """The strategies of an account by id."""
        keys = sorted(self.strategies)
        return (self.strategies[key] for key in keys if self.strategies[key].account_id == account.account_id)

    def scopes(self, account_id: int, strategy_id: int) -> tuple[Scope, ...]:
        """The strategy, if there is one, then the account."""
        account = self.accounts[account_id]
        return (self.strategies[strategy_id], account) if strategy_id else (account,)

    def is_strategy_of(self, strategy_id: int, account_id: int) -> bool:
        """True for a strategy of this account, and for 0: a person."""
        strategy = self.strategies.get(strategy_id)
        return strategy_id == 0 or (strategy is not None and strategy.account_id == account_id)

    def position_qty(self, key: PositionKey) -> int:
        """Signed lots; 0 where there never was a fill."""
        position = self.positions.get(key)
        return position.qty if position else 0

    def fee_rates(self, account_id: int, instrument_id: int) -> Fees:
        """What an account pays for a fill."""
        return self.markets[instrument_id].instrument.capped(self.fees.rates(account_id, instrument_id))
