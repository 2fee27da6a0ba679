"""Strategies with their parameters and results."""

from __future__ import annotations

import msgspec

from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.strategy_service import StrategyService
from cambist.application.control_plane.strategy_table import StrategyRecord
from cambist.application.ports.strategy_catalog import ParameterValue
from cambist.domain.grid import e8_text
from cambist.presentation.http.shapes.text import ratio_text
from cambist.presentation.http.shapes.trading import Position, position_shape


class Parameter(msgspec.Struct, kw_only=True):
    """One parameter; `live` ones may change while the strategy is RUNNING."""

    name: str
    type: str
    value: ParameterValue
    default: ParameterValue
    min: ParameterValue
    max: ParameterValue
    live: bool


class Strategy(msgspec.Struct, kw_only=True):
    """A strategy; money in the account's quote asset, win_rate a fraction.

    profit_factor is what its winning trades made over what the others lost, None before a loss.
    """

    name: str
    strategy_id: str
    account: str
    state: str
    cause: str | None
    parameters: list[Parameter]
    pnl: str
    net_pnl: str
    unrealised_pnl: str
    max_drawdown: str
    volume: str
    trades: int
    win_rate: str | None
    profit_factor: str | None
    open_orders: int
    positions: list[Position]


def strategy_shape(model: ReadModel, service: StrategyService, strategy: StrategyRecord) -> Strategy:
    """Call while reading the model."""
    return Strategy(
        name=strategy.name,
        strategy_id=str(strategy.strategy_id),
        account=model.accounts.name_of(strategy.account_id),
        state=strategy.state.name,
        cause=strategy.cause or None,
        parameters=_parameters(service, strategy),
        pnl=e8_text(strategy.pnl),
        net_pnl=e8_text(strategy.net_pnl),
        unrealised_pnl=e8_text(strategy.unrealised_pnl),
        max_drawdown=e8_text(strategy.max_drawdown),
        volume=e8_text(strategy.volume),
        trades=strategy.trades,
        win_rate=ratio_text(strategy.wins, strategy.trades),
        profit_factor=ratio_text(strategy.gross_profit, strategy.gross_loss),
        open_orders=sum(order.strategy_id == strategy.strategy_id for order in model.orders.open()),
        positions=[position_shape(model, position) for position in model.positions.of_strategy(strategy.strategy_id)],
    )


def _parameters(service: StrategyService, strategy: StrategyRecord) -> list[Parameter]:
    values = service.values(strategy)
    return [
        Parameter(
            name=spec.name,
            type=spec.type,
            value=values.get(spec.name, spec.default),
            default=spec.default,
            min=spec.min,
            max=spec.max,
            live=spec.live,
        )
        for spec in service.specs(strategy.name)
    ]
