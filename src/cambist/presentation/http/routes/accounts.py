"""Accounts, their positions and their equity curve."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter

from cambist.application.control_plane.account_view import view_scope
from cambist.application.control_plane.risk_table import FIRM
from cambist.presentation.http.problem import granted
from cambist.presentation.http.routes.parameters import Injected, OptionalText
from cambist.presentation.http.shapes.account import Account, PnlPoint, account_shape, pnl_point_shape
from cambist.presentation.http.shapes.trading import Position, position_shape


class Positions(msgspec.Struct):
    """Every position that ever had a fill."""

    positions: list[Position]


class PnlPoints(msgspec.Struct):
    """The newest points, oldest first."""

    points: list[PnlPoint]


@get("/positions", sync_to_thread=False, summary="List positions", tags=["account"])
def list_positions(
    services: Injected,
    account: OptionalText = None,
    strategy: OptionalText = None,
    symbol: OptionalText = None,
) -> Positions:
    """Flat ones included."""
    account_id = None if account is None else granted(services.directory.account_id(account))
    strategy_id = None if strategy is None else granted(services.directory.strategy_id(strategy))
    instrument = None if symbol is None else granted(services.directory.instrument(symbol))
    instrument_id = instrument.instrument_id if instrument else None
    with services.model.reading() as model:
        wanted = [
            position_shape(model, position)
            for position in model.positions
            if account_id in (None, position.account_id)
            and strategy_id in (None, position.strategy_id)
            and instrument_id in (None, position.instrument_id)
        ]
    return Positions(positions=wanted)


@get("/account", sync_to_thread=False, summary="Read an account", tags=["account"])
def read_account(services: Injected, account: OptionalText = None) -> Account:
    """The whole firm where none is named: the sums of the desk's accounts, and the drawdown of the sums."""
    found = granted(services.directory.scope(account))
    with services.model.reading() as model:
        return account_shape(view_scope(model, found))


@get("/account/pnl", sync_to_thread=False, summary="Read the equity curve", tags=["account"])
def read_pnl(
    services: Injected,
    account: OptionalText = None,
    limit: Annotated[int, QueryParameter(ge=1, le=21_600)] = 600,
) -> PnlPoints:
    """A point per second in which something changed; of the whole firm where no account is named."""
    account_id = FIRM if account is None else granted(services.directory.account_id(account))
    with services.model.reading() as model:
        points = model.equity.last(account_id, limit)
    return PnlPoints(points=[pnl_point_shape(point) for point in points])


HANDLERS = [list_positions, read_account, read_pnl]
