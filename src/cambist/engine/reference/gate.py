"""The desk's gate: no order and no amendment reaches a venue without its approval.

It only judges; what passes comes back as Approved, what does not as a reason. The one thing it changes is the
buckets of the order rates, which it takes from last, when everything else has passed.
"""

from __future__ import annotations

from cambist.domain.account import Account
from cambist.domain.commands import NewOrder, ReplaceOrder
from cambist.domain.instruction_form import instruction_reason, slices_reason
from cambist.domain.instructions import Instructions
from cambist.domain.order import Order
from cambist.domain.order_form import form_reason, grid_reason, is_amendment_price, is_offered_outside, is_qty
from cambist.domain.reasons import Reason
from cambist.domain.routed_order import Approved, ReplaceTerms, RoutedReplace
from cambist.domain.vocabulary import Contingency, OrderFlag, OrderStatus, OrderType, Side, TradingState
from cambist.engine.reference.intent import Intent
from cambist.engine.reference.limit_checks import filter_reason, limit_reason, open_orders_reason
from cambist.engine.reference.market import Market
from cambist.engine.reference.order_table import OrderTable, position_key
from cambist.engine.reference.state import EngineState, Scope

GROUP_ORDERS_MAX = 16


class Gate:
    """Checks in the order of docs/engine.md sections 4 and 5; the first that fails decides."""

    def __init__(self, state: EngineState, orders: OrderTable) -> None:
        self._state = state
        self._orders = orders

    def review(self, command: NewOrder, account: Account) -> Approved[Order] | Reason:
        """Judge a new order of a desk account."""
        reason = (
            self._names_reason(command)
            or form_reason(command, self._state.log.now_ns)
            or instruction_reason(command, Instructions.of(command))
            or self._offer_reason(command)
            or self._permission_reason(account, command.strategy_id)
            or self._symbol_reason(command.account_id, command.instrument_id)
            or self._group_reason(command)
        )
        if reason:
            return reason
        intent = self._intent(command, account)
        if Instructions.of(command).contingency is Contingency.CHILD:
            reason = open_orders_reason(intent) or self._take_rate(intent.scopes)
            return reason or Approved(Order.from_command(command, gate_price=0))
        reason = (
            filter_reason(intent)
            or self._direction_reason(intent, command.strategy_id)
            or limit_reason(intent, is_new=True)
            or self._funds_reason(intent)
            or self._take_rate(intent.scopes)
        )
        return reason or Approved(Order.from_command(command, intent.gate_price))

    def review_release(self, child: Order) -> tuple[Approved[Order], int] | Reason:
        """Judge a child that its parent's end sets free. Returns its gate price too. Its rate is paid, and it is among
        the open orders already.
        """
        account = self._state.accounts[child.account_id]
        intent = self._release_intent(child, account)
        reason = (
            self._permission_reason(account, child.strategy_id)
            or self._symbol_reason(child.account_id, child.instrument_id)
            or filter_reason(intent)
            or self._direction_reason(intent, child.strategy_id)
            or limit_reason(intent, is_new=False)
        )
        return reason or (Approved(child), intent.gate_price)

    def review_replace(self, command: ReplaceOrder, order: Order) -> Approved[RoutedReplace] | Reason:
        """Judge the amendment of an open order."""
        account = self._state.accounts[order.account_id]
        reason = self._amendable_reason(command, order) or self._permission_reason(account, order.strategy_id)
        if reason:
            return reason
        is_shrink = command.price == self._present_price(order) and command.qty <= order.qty
        terms = ReplaceTerms(command.price, command.qty, is_shrink)
        if not terms.is_shrink:
            reason = self._growth_reason(order, account, terms)
        reason = reason or self._take_rate(self._state.scopes(order.account_id, order.strategy_id))
        return reason or Approved(RoutedReplace(order.order_id, terms))

    def _names_reason(self, command: NewOrder) -> Reason:
        if command.instrument_id not in self._state.markets:
            return Reason.UNKNOWN_INSTRUMENT
        known = self._state.is_strategy_of(command.strategy_id, command.account_id)
        return Reason.NONE if known else Reason.UNKNOWN_STRATEGY

    def _offer_reason(self, command: NewOrder) -> Reason:
        market = self._state.markets[command.instrument_id]
        if market.instrument.is_spot and (_is_tied(command) or _waits_without_price(command, market)):
            return Reason.NOT_OFFERED
        instrument = market.instrument
        return Reason.NONE if instrument.is_internal or is_offered_outside(command) else Reason.NOT_OFFERED

    def _permission_reason(self, account: Account, strategy_id: int) -> Reason:
        if self._trading_state(account, strategy_id) is TradingState.HALTED:
            return Reason.TRADING_HALTED
        if strategy_id and not self._state.strategies[strategy_id].is_running:
            return Reason.STRATEGY_NOT_RUNNING
        return Reason.NONE

    def _group_reason(self, command: NewOrder) -> Reason:
        """Groups are small: what one fill may set off stays bounded."""
        if Instructions.of(command).contingency is Contingency.NONE:
            return Reason.NONE
        return Reason.INVALID_CONTINGENCY if self._orders.group_size(command) >= GROUP_ORDERS_MAX else Reason.NONE

    def _symbol_reason(self, account_id: int, instrument_id: int) -> Reason:
        forbidden = (account_id, instrument_id) in self._state.forbidden
        return Reason.SYMBOL_NOT_ALLOWED if forbidden else Reason.NONE

    def _direction_reason(self, intent: Intent, strategy_id: int) -> Reason:
        """Orders that must reduce a position, because they say so or because the desk is only reducing."""
        if intent.is_reduce_only:
            return Reason.NONE if intent.reducible_qty else Reason.REDUCE_ONLY
        return self._reducing_reason(intent, strategy_id)

    def _reducing_reason(self, intent: Intent, strategy_id: int) -> Reason:
        if self._trading_state(intent.account, strategy_id) is not TradingState.REDUCING:
            return Reason.NONE
        reduces = intent.reducible_qty > 0 and intent.open_qty + intent.qty <= intent.reducible_qty
        return Reason.NONE if reduces else Reason.TRADING_REDUCING

    def _amendable_reason(self, command: ReplaceOrder, order: Order) -> Reason:
        if order.status.is_in_flight or order.status is OrderStatus.SUSPENDED:
            return Reason.INVALID_TRANSITION
        if reason := grid_reason(command.flags):
            return reason
        if not is_amendment_price(order.order_type, command.price):
            return Reason.INVALID_PRICE
        if not is_qty(command.qty):
            return Reason.INVALID_QTY
        if command.qty <= order.filled_qty:
            return Reason.QTY_BELOW_FILLED
        return slices_reason(order.instructions.display_qty, command.qty)

    def _present_price(self, order: Order) -> int:
        """What an amendment would change. Of a pegged order that is its limit, which the venue knows."""
        held = self._state.venue_order(order.order_id) if order.order_type is OrderType.PEGGED else None
        return held.limit_price if held is not None else order.present_price

    def _growth_reason(self, order: Order, account: Account, terms: ReplaceTerms) -> Reason:
        """An amendment that may raise the risk is judged like a new order in place of the old one."""
        intent = self._replace_intent(order, account, terms)
        if not order.is_reduce_only and (reason := self._reducing_reason(intent, order.strategy_id)):
            return reason
        return filter_reason(intent) or limit_reason(intent, is_new=False) or self._funds_reason(intent)

    def _funds_reason(self, intent: Intent) -> Reason:
        """Rule spot.funds."""
        instrument = intent.market.instrument
        if not instrument.is_spot:
            return Reason.NONE
        holding = self._state.holdings[intent.account.account_id, instrument.pays_with(intent.side)]
        per_lot = instrument.reserve_per_lot(intent.side, intent.gate_price)
        enough = intent.qty * per_lot - intent.freed_holding <= holding.free
        return Reason.NONE if enough else Reason.INSUFFICIENT_BALANCE

    def _take_rate(self, scopes: tuple[Scope, ...]) -> Reason:
        now_ns = self._state.log.now_ns
        rates = [(scope.rate, scope.effective_limits.max_orders_per_second) for scope in scopes]
        if not all(bucket.admits(now_ns, rate) for bucket, rate in rates):
            return Reason.ORDER_RATE_LIMIT
        for bucket, rate in rates:
            bucket.take(now_ns, rate)
        return Reason.NONE

    def _trading_state(self, account: Account, strategy_id: int) -> TradingState:
        """The strictest of the scopes that an order belongs to."""
        scopes = self._state.scopes(account.account_id, strategy_id)
        return self._state.firm.stricter(*(scope.switch for scope in scopes))

    def _intent(self, command: NewOrder, account: Account) -> Intent:
        market = self._state.markets[command.instrument_id]
        key = (command.account_id, command.strategy_id, command.instrument_id)
        return Intent(
            account=account,
            scopes=self._state.scopes(command.account_id, command.strategy_id),
            market=market,
            side=command.side,
            total_qty=command.qty,
            qty=command.qty,
            limit_price=command.price if command.order_type is OrderType.LIMIT else 0,
            gate_price=_gate_price(command, market),
            is_reduce_only=bool(command.flags & OrderFlag.REDUCE_ONLY),
            position_qty=self._state.position_qty(key),
            open_qty=self._orders.open_qty(key, command.side),
        )

    def _release_intent(self, child: Order, account: Account) -> Intent:
        market = self._state.markets[child.instrument_id]
        key = position_key(child)
        return Intent(
            account=account,
            scopes=self._state.scopes(child.account_id, child.strategy_id),
            market=market,
            side=child.side,
            total_qty=child.qty,
            qty=child.qty,
            limit_price=child.price if child.order_type is OrderType.LIMIT else 0,
            gate_price=child.price or child.instructions.trigger_price or market.mark_price,
            is_reduce_only=child.is_reduce_only,
            position_qty=self._state.position_qty(key),
            open_qty=self._orders.open_qty(key, child.side),
        )

    def _replace_intent(self, order: Order, account: Account, terms: ReplaceTerms) -> Intent:
        market = self._state.markets[order.instrument_id]
        key = position_key(order)
        return Intent(
            account=account,
            scopes=self._state.scopes(order.account_id, order.strategy_id),
            market=market,
            side=order.side,
            total_qty=terms.qty,
            qty=terms.qty - order.filled_qty,
            limit_price=0 if order.is_waiting or order.order_type is OrderType.PEGGED else terms.price,
            gate_price=terms.price or market.mark_price,
            is_reduce_only=order.is_reduce_only,
            position_qty=self._state.position_qty(key),
            open_qty=self._orders.open_qty(key, order.side) - order.leaves_qty,
            freed_notional=order.reserved_notional(market.instrument.unit_value),
            freed_holding=order.leaves_qty * market.instrument.reserve_per_lot(order.side, order.gate_price),
        )


def _is_tied(command: NewOrder) -> bool:
    """Rule spot.single."""
    return Instructions.of(command).contingency is not Contingency.NONE


def _waits_without_price(command: NewOrder, market: Market) -> bool:
    """Rule spot.priced: a purchase that may trade at any price later cannot be paid for now."""
    if command.order_type is OrderType.PEGGED and command.side is Side.BUY:
        return True
    if command.side is Side.SELL or command.price:
        return False
    is_market = command.order_type is OrderType.MARKET
    return command.order_type.waits or (is_market and (market.is_collecting or command.time_in_force.may_rest))


def _gate_price(command: NewOrder, market: Market) -> int:
    """What an order is judged and reserved at. A spot BUY without a price must be paid for wherever it trades."""
    if command.price:
        return command.price
    if market.instrument.is_spot and command.side is Side.BUY:
        return market.band.high
    return Instructions.of(command).trigger_price or market.mark_price
