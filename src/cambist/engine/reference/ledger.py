"""Fills become positions and money; peaks and breaches follow (docs/engine.md section 7)."""

from __future__ import annotations

from cambist.domain import rounding
from cambist.domain.account import Account
from cambist.domain.events import HoldingChanged, LimitBreached, PositionChanged, PositionClosed, PositionOpened
from cambist.domain.fill import Fill
from cambist.domain.order import Order
from cambist.domain.position import Position, PositionStep
from cambist.domain.reasons import Reason
from cambist.domain.strategy import Strategy
from cambist.domain.vocabulary import PositionSide, Side
from cambist.engine.reference.order_table import position_key
from cambist.engine.reference.state import EngineState, PositionKey, Scope

PositionEvent = type[PositionOpened] | type[PositionChanged] | type[PositionClosed]


class Ledger:
    """The only place where positions and balances change."""

    def __init__(self, state: EngineState) -> None:
        self._state = state

    def book(self, order: Order, fill: Fill) -> None:
        """Take a fill of a desk order in."""
        account = self._state.accounts[order.account_id]
        strategy = self._state.strategies.get(order.strategy_id) if order.strategy_id else None
        position = self._position(order)
        scopes = self._state.scopes(order.account_id, order.strategy_id)
        forget(position, scopes)
        step = position.fill(fill.side, fill.price, fill.qty, fill.commission)
        count(position, scopes)
        if position.is_spot:
            self._state_position(position, step, account)
            self._exchange(order, fill)
        else:
            self._settle(fill, step, account, strategy, position)
        self.watch_account(account)
        if strategy is not None:
            self.watch_strategy(strategy)

    def _settle(
        self, fill: Fill, step: PositionStep, account: Account, strategy: Strategy | None, position: Position
    ) -> None:
        account.settle(step.realised_pnl, fill.commission)
        self._state_position(position, step, account)
        account.track_peak()
        if strategy is not None:
            strategy.record_fill(
                value=fill.value,
                realised_pnl=step.realised_pnl,
                commission=fill.commission,
                closed_qty=step.closed_qty,
            )
            strategy.track_peak()

    def _exchange(self, order: Order, fill: Fill) -> None:
        """Rule spot.settle: what was bought comes, what pays for it goes, the commission is of the quote asset."""
        instrument = self._state.markets[order.instrument_id].instrument
        sign = fill.side.sign
        self._move(order.account_id, instrument.base_asset_id, sign * fill.qty * instrument.lot_size)
        self._move(order.account_id, instrument.quote_asset_id, -sign * fill.value - fill.commission)

    def _move(self, account_id: int, asset_id: int, amount: int) -> None:
        holding = self._state.holdings[account_id, asset_id]
        holding.balance += amount
        self._state.log.emit(
            HoldingChanged(account_id=account_id, asset_id=asset_id, amount=amount, balance=holding.balance)
        )

    def adjust(self, key: PositionKey, side: Side, price: int, qty: int, commission: int) -> None:
        """Book what a busted or corrected trade changes: like a fill, but it is no trade of a strategy, and the
        position keeps to the market's mark.
        """
        account_id, strategy_id, instrument_id = key
        owner, position = self._state.accounts[account_id], self._state.positions[key]
        scopes = self._state.scopes(account_id, strategy_id)
        forget(position, scopes)
        step = position.fill(side, price, qty, commission)
        position.mark_price = self._state.markets[instrument_id].mark_price
        count(position, scopes)
        owner.settle(step.realised_pnl, commission)
        self._state_position(position, step, owner)
        owner.track_peak()
        trader = self._state.strategies.get(strategy_id) if strategy_id else None
        if trader is not None:
            trader.record_adjustment(step.realised_pnl, commission)
            trader.track_peak()
        self.watch_account(owner)
        if trader is not None:
            self.watch_strategy(trader)

    def watch_account(self, account: Account) -> None:
        """State each limit that was crossed since the last look, and forget those that hold again."""
        lost = account.exceeds_daily_loss()
        if lost and not account.daily_loss_breached:
            self._breach(account, 0, Reason.DAILY_LOSS_LIMIT, account.daily_loss)
        account.daily_loss_breached = lost
        fallen = account.exceeds_drawdown()
        if fallen and not account.drawdown_breached:
            value = rounding.drawdown_ppm(account.peak_equity, account.equity)
            self._breach(account, 0, Reason.DRAWDOWN_LIMIT, value)
        account.drawdown_breached = fallen

    def watch_strategy(self, strategy: Strategy) -> None:
        """The same for a strategy's daily loss."""
        lost = strategy.exceeds_daily_loss()
        if lost and not strategy.daily_loss_breached:
            self._breach(strategy, strategy.strategy_id, Reason.DAILY_LOSS_LIMIT, strategy.daily_loss)
        strategy.daily_loss_breached = lost

    def _position(self, order: Order) -> Position:
        key = position_key(order)
        position = self._state.positions.get(key)
        if position is None:
            position = self._state.positions[key] = Position(
                account_id=order.account_id,
                strategy_id=order.strategy_id,
                instrument_id=order.instrument_id,
                unit_value=self._state.markets[order.instrument_id].instrument.unit_value,
                is_spot=self._state.markets[order.instrument_id].instrument.is_spot,
            )
        return position

    def _state_position(self, position: Position, step: PositionStep, account: Account) -> None:
        self._state.log.emit(
            _event_of(step)(
                instrument_id=position.instrument_id,
                account_id=position.account_id,
                strategy_id=position.strategy_id,
                qty=position.qty,
                cost=position.cost,
                realised_pnl=step.realised_pnl,
                total_realised_pnl=position.realised_pnl,
                balance=account.balance,
            )
        )

    def _breach(self, scope: Scope, strategy_id: int, reason: Reason, value: int) -> None:
        limits = scope.effective_limits
        limit = limits.max_drawdown if reason is Reason.DRAWDOWN_LIMIT else limits.max_daily_loss
        self._state.log.emit(
            LimitBreached(account_id=scope.account_id, strategy_id=strategy_id, reason=reason, value=value, limit=limit)
        )


def forget(position: Position, scopes: tuple[Scope, ...]) -> None:
    """Take a position out of its scopes' sums, before it changes."""
    for scope in scopes:
        scope.exposure.remove_position(position)


def count(position: Position, scopes: tuple[Scope, ...]) -> None:
    """Put a position into its scopes' sums, as it is now."""
    for scope in scopes:
        scope.exposure.add_position(position)


def _event_of(step: PositionStep) -> PositionEvent:
    if step.was is PositionSide.FLAT:
        return PositionOpened
    return PositionClosed if step.now is PositionSide.FLAT else PositionChanged
