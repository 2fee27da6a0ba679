"""What a fill is to whoever had it, a desk account or a member: its commission, its volume, and the fact itself."""

from __future__ import annotations

from cambist.domain.events import OrderFilled
from cambist.domain.fill import Fill
from cambist.domain.order import Order
from cambist.domain.past_trade import TradeSide
from cambist.domain.routed_order import ExecutionReport
from cambist.engine.reference.echo import ids_of
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.venue_order import VenueOrder


def take_fill(state: EngineState, order: Order | VenueOrder, report: ExecutionReport, strategy_id: int) -> Fill:
    """Work a reported fill out, count it for the account's fee tier, and remember it as one side of its trade."""
    fill = Fill.of(
        order_id=order.order_id,
        trade_id=report.exec_id,
        side=order.side,
        liquidity=report.liquidity,
        price=report.price,
        qty=report.qty,
        unit_value=state.markets[order.instrument_id].instrument.unit_value,
        fees=state.fee_rates(order.account_id, order.instrument_id),
    )
    state.accounts[order.account_id].traded.today += fill.value
    _remember(state, order, fill, strategy_id)
    return fill


def state_fill(state: EngineState, order: Order | VenueOrder, fill: Fill, strategy_id: int) -> None:
    """State it; the order shows it already."""
    state.log.emit(
        OrderFilled(
            **ids_of(order),
            trade_id=fill.trade_id,
            strategy_id=strategy_id,
            side=order.side,
            liquidity=fill.liquidity,
            last_price=fill.price,
            last_qty=fill.qty,
            leaves_qty=order.leaves_qty,
            commission=fill.commission,
        )
    )


def _remember(state: EngineState, order: Order | VenueOrder, fill: Fill, strategy_id: int) -> None:
    """Rule bust.remembered: trades of our venue can be busted."""
    if not state.markets[order.instrument_id].instrument.is_internal:
        return
    fees = state.fees.rates(order.account_id, order.instrument_id)
    side = TradeSide(
        account_id=order.account_id,
        strategy_id=strategy_id,
        side=fill.side,
        liquidity=fill.liquidity,
        fee=fees.rate(fill.liquidity),
    )
    state.past_trades.remember(order.instrument_id, fill, side)
