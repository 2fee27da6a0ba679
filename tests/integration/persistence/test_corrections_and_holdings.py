"""What busts, corrections, holdings and mass quotes leave in the SQL tables."""

from __future__ import annotations

from typing import Any

import pytest
from database_kit import NewDatabase
from sqlalchemy import Engine, Table, select, text

from cambist.application.ports.history import Adjustment, OrderFilter
from cambist.domain.commands import (
    AdjustHolding,
    BustTrade,
    CorrectTrade,
    DefineAsset,
    MassQuote,
    SetFees,
    SetStrategyState,
)
from cambist.domain.message import Command
from cambist.domain.vocabulary import Side, StrategyState
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.infrastructure.persistence.projections.database import migrate
from cambist.infrastructure.persistence.projections.history import SqlHistory
from cambist.infrastructure.persistence.projections.projector import Projector
from cambist.infrastructure.persistence.projections.tables import assets, fills, holdings, orders
from cambist.protocols.quotes import QuoteEntry, encode_quotes
from cambist.protocols.records import encode_all
from cambist.testing.builders import (
    E8,
    START_NS,
    KernelDriver,
    define_instrument,
    limit_order,
    open_desk_account,
    open_member,
    run_strategy,
)

MEMBER = 2
TRADES = [
    define_instrument(),
    *open_desk_account(),
    open_member(),
    SetFees(account_id=1, instrument_id=0, maker_fee=0, taker_fee=1_000),
    limit_order(Side.SELL, 5, 110, account_id=MEMBER),
    limit_order(Side.BUY, 5, 110),
    limit_order(Side.BUY, 3, 90, account_id=MEMBER),
    limit_order(Side.SELL, 3, 90),
]


def project(database: Engine, *batches: list[Command]) -> None:
    """Each batch in a step of its own, by a projector of its own."""
    driver = KernelDriver(ReferenceKernel())
    for batch in batches:
        records = b""
        for command in batch:
            events = driver.apply(command)
            records += encode_all([driver.commands[-1], *events])
        Projector(database).apply(records)


def adjustments(database: Engine) -> dict[tuple[int, str], tuple[str, int, int]]:
    """By trade and side: what became of the fill, its price and commission."""
    with database.connect() as connection:
        return {
            (row.trade_id, row.side): (row.adjustment, row.price_e8 // E8, row.commission_e8)
            for row in connection.execute(select(fills))
        }


@pytest.mark.parametrize("together", [True, False])
def test_fills_that_are_busted_or_corrected_say_so(database: Engine, together: bool) -> None:
    changes: list[Command] = [BustTrade(trade_id=2, cause="x"), CorrectTrade(trade_id=1, price=100, cause="x")]
    project(database, *([[*TRADES, *changes]] if together else [TRADES, *([change] for change in changes)]))
    assert adjustments(database) == {
        (1, "BUY"): ("CORRECTED", 100, E8 // 2),
        (2, "SELL"): ("BUSTED", 90, 90 * 3 * E8 // 1_000),
    }
    found = {fill.trade_id: fill.adjustment for fill in SqlHistory(database).fills(OrderFilter())}
    assert found == {1: Adjustment.CORRECTED, 2: Adjustment.BUSTED}


def test_a_fill_that_was_corrected_may_be_busted(database: Engine) -> None:
    project(database, [*TRADES, CorrectTrade(trade_id=1, price=100, cause="x"), BustTrade(trade_id=1, cause="x")])
    assert adjustments(database)[1, "BUY"] == ("BUSTED", 100, E8 // 2)


def test_holdings_are_kept_by_account_and_asset(database: Engine) -> None:
    opened: list[Command] = [DefineAsset(asset_id=1, name="COIN"), DefineAsset(asset_id=2, name="CASH")]
    opened += [*open_desk_account(), AdjustHolding(account_id=1, asset_id=2, amount=500 * E8)]
    project(database, opened, [AdjustHolding(account_id=1, asset_id=2, amount=-200 * E8)])
    with database.connect() as connection:
        assert [tuple(row) for row in connection.execute(select(assets).order_by(assets.c.asset_id))] == [
            (1, "COIN"),
            (2, "CASH"),
        ]
        assert [tuple(row) for row in connection.execute(select(holdings))] == [(1, 2, 300 * E8, START_NS)]


def quoting() -> list[Command]:
    quotes = encode_quotes([QuoteEntry(quote_id=1, bid_price=99, bid_qty=5, ask_price=101, ask_qty=5)])
    mass_quote = MassQuote(account_id=1, instrument_id=1, quotes=quotes)
    before, after = limit_order(Side.BUY, 1, 90), limit_order(Side.BUY, 1, 91)
    return [define_instrument(), *open_desk_account(), before, mass_quote, after]


def test_orders_of_quotes_are_listed_where_they_came(database: Engine) -> None:
    project(database, quoting())
    history = SqlHistory(database)
    everything = [order.order_id for order in history.orders(OrderFilter())]
    assert [order_id >> 62 for order_id in everything] == [0, 1, 1, 0]
    assert everything[0] > everything[3]
    paged: list[int] = []
    while page := history.orders(OrderFilter(limit=1, before=paged[-1] if paged else None)):
        paged += [order.order_id for order in page]
    assert paged == everything
    assert history.orders(OrderFilter(before=(1 << 63) - 1)) != []


def rows_of(engine: Engine, table: Table) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))]


def test_rows_of_before_are_taken_along_by_the_migration(database: Engine, new_database: NewDatabase) -> None:
    project(database, [*quoting(), open_member(), limit_order(Side.SELL, 2, 99, account_id=MEMBER)])
    older = new_database("0002")
    with older.begin() as connection:
        for table, new_column in ((orders, "arrival"), (fills, "adjustment")):
            names = [column.name for column in table.columns if column.name != new_column]
            values = ", ".join(f":{name}" for name in names)
            statement = text(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values})")
            for row in rows_of(database, table):
                connection.execute(statement, row)
    migrate(older)
    for table in (orders, fills):
        found = rows_of(older, table)
        assert found
        assert found == rows_of(database, table)


def test_why_strategies_are_in_their_states_can_be_read(database: Engine) -> None:
    failed = SetStrategyState(strategy_id=1, state=StrategyState.ERROR, cause="ValueError: no price")
    project(database, [*open_desk_account(), *run_strategy(), failed])
    assert SqlHistory(database).strategy_causes() == {1: (StrategyState.ERROR, "ValueError: no price")}
